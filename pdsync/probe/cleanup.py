"""Cleanup: removes what probes made, in this run or in one that was killed, and says what it could not remove.

It removes an object only where this run made it, or where its name and its marker both say that a probe did. At its end a run removes
only what has its own mark: another run may be under way.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from pdsync.client import AmbiguousWriteError, Error, HttpError, IncompleteListError, NetworkError, RestApiV2Client
from pdsync.probe.answer import Answer
from pdsync.probe.collection import COLLECTIONS, Collection

_WAITS_S = (0.0, 1.0, 3.0)
"""Before each attempt. What referred to an object may be seen for a while after it is deleted."""
_LOOKS_S = (1.0, 2.0, 4.0)
"""Before each look for what was made though its answer was lost. Lists may show it late."""
_ALIVE_S = 10.0
"""A run that is under way makes or removes something in this time."""
_TIME_UP = "there was no time left to remove it"
_GONE = (404, 410)
_NOT_SERVED = (402, 403, 404)


@dataclass(frozen=True, slots=True)
class Remnant:
    """An object that was to be removed and may still be there."""

    path: str
    identity: str
    reason: str

    def __str__(self) -> str:
        return f"/{self.path}/{self.identity} ({self.reason})"


@dataclass(frozen=True, slots=True)
class Cleanup:
    """Removes objects through a client."""

    client: RestApiV2Client
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    ends_s: float = math.inf
    """The moment of the clock after which no request is made."""

    def remove(self, made: Iterable[tuple[Collection, str]]) -> list[Remnant]:
        """Removes these objects, in this order, and gives those that stay. Raises nothing of the client."""
        left = list(made)
        remnants: list[Remnant] = []
        for wait_s in _WAITS_S:
            if not left:
                return []
            self.sleep(wait_s)
            reasons = [(it, self._remove(*it)) for it in left]
            left = [it for it, reason in reasons if reason]
            remnants = [
                Remnant(collection.path, identity, reason) for (collection, identity), reason in reasons if reason
            ]
        return remnants

    def sweep(self, paths: Iterable[str] | None = None, run: str | None = None) -> tuple[int, list[Remnant]]:
        """Removes all that carries the mark of a probe. Gives how many objects there were, and which stay.

        Args:
            paths: the collections to look in; None for all.
            run: whose mark it is; None for that of any run.
        """
        found, unseen = self._look(paths, run)
        return len(found), [*self.remove(found), *unseen]

    def sweep_late(self, paths: Iterable[str], run: str) -> list[Remnant]:
        """Removes what was made though its answer was lost, also where lists show it late. Gives what stays."""
        left: list[Remnant] = []
        for wait_s in _LOOKS_S:
            self.sleep(wait_s)
            left = self.sweep(paths, run)[1]
        return left

    def is_other_run_under_way(self) -> bool:
        """Whether what carries the mark of a probe comes or goes. Takes no time where there is nothing."""
        first, _ = self._look(None, None)
        if not first:
            return False
        self.sleep(_ALIVE_S)
        return self._look(None, None)[0] != first

    def _look(self, paths: Iterable[str] | None, run: str | None) -> tuple[list[tuple[Collection, str]], list[Remnant]]:
        wanted = None if paths is None else set(paths)
        found: list[tuple[Collection, str]] = []
        unseen: list[Remnant] = []
        for collection in COLLECTIONS:
            if wanted is not None and collection.path not in wanted:
                continue
            if self.clock() >= self.ends_s:
                unseen.append(Remnant(collection.path, "?", _TIME_UP))
                continue
            try:
                found += [(collection, identity) for identity in self.find(collection, run)]
            except Error as error:
                unseen.append(Remnant(collection.path, "?", f"cannot be listed: {_why(error)}"))
        return found, unseen

    def find(self, collection: Collection, run: str | None = None) -> Sequence[str]:
        """The ids of all objects of a collection that carry the mark, of this run or of any. Raises the client's errors.

        A collection that the account does not have holds none.
        """
        try:
            items = self.client.list_all(collection.path, params=dict(collection.query))
        except HttpError as error:
            if error.status in _NOT_SERVED:
                return []
            raise
        return [str(item["id"]) for item in items if collection.is_made(item, run)]

    def _remove(self, collection: Collection, identity: str) -> str:
        """Removes one object. Gives why it may still be there; empty where it is gone."""
        if self.clock() >= self.ends_s:
            return _TIME_UP
        path = f"{collection.path}/{identity}"
        try:
            if collection.ending is None:
                response = self.client.delete(path)
            else:
                wrapper = self.client.endpoints.match("PUT", f"/{path}").wrappers[0]
                body = dict(collection.ending)
                response = self.client.put(path, json={wrapper: body} if wrapper else body)
                if not response.ok and self._has_ended(collection, path):
                    return ""
        except Error as error:
            return _why(error)
        status = response.status_code
        return "" if 200 <= status < 300 or status in _GONE else f"HTTP {status}"

    def _has_ended(self, collection: Collection, path: str) -> bool:
        """Whether an object that cannot be ended is ended already: an incident whose probe resolved it."""
        answer = Answer.of(self.client.get(path), self.client.endpoints.match("GET", f"/{path}").wrappers[1])
        if not answer.ok or not isinstance(answer.body, dict):
            return False
        return all(answer.body.get(name) == value for name, value in (collection.ending or {}).items())


def _why(error: Error) -> str:
    if isinstance(error, HttpError):
        return f"HTTP {error.status}"
    if isinstance(error, NetworkError | AmbiguousWriteError):
        return "no answer"
    return "the list is not complete" if isinstance(error, IncompleteListError) else "unknown"

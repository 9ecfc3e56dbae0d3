"""Workbench: where a probe makes objects, asks its question of them, and leaves nothing behind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pdsync.client import RestApiV2Client, UrlError
from pdsync.probe.answer import Answer, Unasked
from pdsync.probe.collection import BY_PATH, COLLECTIONS, Collection
from pdsync.probe.guard import Guard
from pdsync.probe.mark import Mark

Object = dict[str, Any]


class Stopped(Exception):  # noqa: N818 (the user asked for it)
    """The user asked the run to end. What it made is removed."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How far a run may go."""

    may_page: bool = False
    """Incidents may be opened. They are assigned only to users of the run, whose addresses no person reads."""
    is_stopped: Callable[[], bool] = lambda: False


class Workbench:
    """The objects of one run. Every request of a probe goes through here."""

    def __init__(self, client: RestApiV2Client, manner: Manner, mark: Mark | None = None) -> None:
        self.client = client
        self.mark = mark or Mark.random()
        self.manner = manner
        self.touched: set[str] = set()
        """Collections in which something may have been made."""
        self._guard = Guard(may_page=manner.may_page)
        self._made: list[tuple[Collection, str]] = []
        self._lasting: list[tuple[Collection, str]] = []
        self._shared: dict[str, Object | Unasked] = {}
        self._count = 0

    # What a probe uses.

    def send(
        self,
        method: str,
        path: str,
        body: object = None,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str | None] | None = None,
    ) -> Answer:
        """Makes a request and gives the answer, also a refusal.

        Raises ForbiddenWriteError for a write that no probe may make, Stopped, and the client's errors where there is no answer.
        """
        if self.manner.is_stopped():
            raise Stopped
        collection = BY_PATH.get(path) if method == "POST" else None
        if collection is not None and isinstance(body, Mapping):
            body = collection.filled(body, self.mark, self._what(path))
        self._guard.check(method, path, body)
        if collection is not None:
            self.touched.add(path)
        wrappers = self._wrappers(method, path)
        document = {wrappers[0]: body} if wrappers[0] is not None and body is not None else body
        response = self.client.request(method, path, json=document, params=params, headers=headers)
        answer = Answer.of(response, wrappers[1])
        if answer.ok:
            self._learn(path, collection, answer.body)
        return answer

    def get(self, path: str, **params: Any) -> Answer:
        """Reads. A parameter that is a list is sent as one of PagerDuty's (``statuses`` as ``statuses[]``)."""
        pairs = {f"{name}[]" if isinstance(value, list) else name: value for name, value in params.items()}
        return self.send("GET", path, params=pairs)

    def post(self, path: str, body: object = None, **how: Any) -> Answer:
        """Creates. In a collection the name and the marker are added where `body` has none."""
        return self.send("POST", path, body, **how)

    def put(self, path: str, body: object = None, **how: Any) -> Answer:
        """Changes."""
        return self.send("PUT", path, body, **how)

    def delete(self, path: str) -> Answer:
        """Deletes."""
        return self.send("DELETE", path)

    def make(self, path: str, **body: Any) -> Object:
        """Creates what the question needs. Raises Unasked where that is refused."""
        return self.need(self.post(path, body), path)

    def read(self, path: str, **params: Any) -> Any:
        """Reads what the question needs. Raises Unasked where that is refused."""
        answer = self.get(path, **params)
        if not answer.ok:
            raise Unasked(f"GET of {_shape(path)}, which the question needs, was refused", answer)
        return answer.body

    def need(self, answer: Answer, path: str) -> Object:
        """The object of an answer. Raises Unasked where the answer has none."""
        if not answer.ok or not isinstance(answer.body, dict) or not isinstance(answer.body.get("id"), str):
            raise Unasked(f"POST of {_shape(path)}, which the question needs, was refused", answer)
        return answer.body

    def share(self, name: str, make: Callable[[Workbench], Object]) -> Object:
        """An object that several probes use and none changes. It is made when it is first asked for."""
        if name not in self._shared:
            at = len(self._made)
            try:
                self._shared[name] = make(self)
            except Unasked as refused:
                self._shared[name] = refused
            else:
                for collection, identity in self._made[at:]:
                    self._guard.fix(identity)
                    self._lasting.append((collection, identity))
                del self._made[at:]
        found = self._shared[name]
        if isinstance(found, Unasked):
            raise found
        return found

    # What the run uses.

    def take_made(self, *, lasting: bool = False) -> list[tuple[Collection, str]]:
        """What probes made since this was last asked; with `lasting` also what they share. What refers to others comes first."""
        made, self._made = self._made, []
        if lasting:
            made, self._lasting = made + self._lasting, []
        return sorted(made, key=lambda it: COLLECTIONS.index(it[0]))

    def _learn(self, path: str, collection: Collection | None, body: object) -> None:
        if collection is not None and isinstance(body, Mapping) and isinstance(body.get("id"), str):
            self._guard.learn(body["id"])
            self._made.append((collection, body["id"]))
        else:
            self._guard.learn_below(path, body)

    def _wrappers(self, method: str, path: str) -> tuple[str | None, str | None]:
        try:
            return self.client.endpoints.match(method, f"/{path}").wrappers
        except UrlError:
            return None, None

    def _what(self, path: str) -> str:
        self._count += 1
        return f"{path.replace('_', ' ')} {self._count}"


def _shape(path: str) -> str:
    """A path without the ids in it."""
    return "/" + "/".join("{id}" if number % 2 else node for number, node in enumerate(path.split("/")))

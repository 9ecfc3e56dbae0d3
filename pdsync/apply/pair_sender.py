"""Sends associations: pairs of one object and what it is associated with, several by one request.

A pair exists once or not at all, so a request may be sent again where a look shows that nothing was done. A request that is refused
does not say which of its pairs is wrong, and may have made the others: each pair is then sent alone, and what is there counts as done.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from typing import Any, TypeAlias

from pdsync.apply.error import UnknownOutcomeError
from pdsync.apply.wire import Wire
from pdsync.client import AmbiguousWriteError, HttpError, HttpServerError
from pdsync.model.child import Pairs
from pdsync.plan import ChildChange, ChildOperation

Item: TypeAlias = tuple[ChildChange, Mapping[str, Any]]
"""A change with its pair as the request holds it."""
Surely: TypeAlias = Callable[[Sequence[ChildChange], Callable[[], object]], object]
"""Sends a write of these changes, and looks where its answer is lost. Raises its error where nothing was done."""

_OF_SOME_PAIR = (400, 404, 409, 422)
_BUSY_WAITS_S = (0.5, 1.0)
_UNANSWERED = "PagerDuty answered none of the requests for {names}, and the list does not show that any was carried out"


class PairSender:
    """Sends the pairs of one list of one object."""

    def __init__(
        self, wire: Wire, pairs: Pairs, parent: str, surely: Surely, is_done: Callable[[ChildChange], bool]
    ) -> None:
        """`parent` is the id of the object; `is_done` looks whether a pair is as its change would have it."""
        self._wire = wire
        self._pairs = pairs
        self._parent = parent
        self._surely = surely
        self._is_done = is_done
        self.sent: list[ChildChange] = []
        """What PagerDuty accepted."""
        self.refused: list[str] = []
        """The items that PagerDuty refused, each with the reason."""

    def send(self, items: Sequence[Item]) -> None:
        """Sends all of them, which are all added or all removed. Raises what the client raises, except where single pairs are refused."""
        for at in range(0, len(items), self._pairs.most):
            self._send_some(items[at : at + self._pairs.most])

    def _send_some(self, items: Sequence[Item]) -> None:
        if len(items) > 1:
            try:
                self._post(items)
            except HttpError as error:
                if error.status not in _OF_SOME_PAIR:
                    raise
            else:
                return
        for item in items:
            self._send_alone(item)

    def _send_alone(self, item: Item) -> None:
        change, _ = item
        try:
            self._post([item])
        except HttpError as error:
            if error.status not in _OF_SOME_PAIR:
                raise
            if self._is_done(change):
                self.sent.append(change)
            else:
                self.refused.append(f"{change.label} ({str(error).removesuffix('.')})")

    def _post(self, items: Sequence[Item]) -> None:
        """One request. Notes what was accepted, and what its answer refuses."""
        changes, pairs = [change for change, _ in items], [pair for _, pair in items]
        is_removal = changes[0].operation is ChildOperation.REMOVE
        path = (self._pairs.remove if is_removal else self._pairs.add).format(parent=self._parent)
        body = {self._pairs.wrapper: pairs}
        with self._wire.one_at_a_time if self._pairs.is_serial else nullcontext():
            answer = self._post_patiently(changes, lambda: self._wire.post_bare(path, body))
        # There was no answer, but a look showed that everything was done.
        refused = self._pairs.refused(answer, pairs) if answer is not None else {}
        self.sent += [change for number, change in enumerate(changes) if number not in refused]
        self.refused += [f"{changes[number].label} ({why})" for number, why in refused.items()]

    def _post_patiently(self, changes: Sequence[ChildChange], post: Callable[[], object]) -> object:
        """Sends it again where a look shows that nothing was done: PagerDuty answers 5xx where another program associates at the
        same time (terraform-provider-pagerduty, pull request 724), or the connection broke. Where a look fails nothing is sent again."""
        lost: list[AmbiguousWriteError] = []

        def noting_lost() -> object:
            try:
                return post()
            except AmbiguousWriteError as error:
                lost.append(error)
                raise

        for wait_s in (*_BUSY_WAITS_S, None):
            try:
                return self._surely(changes, noting_lost)
            except HttpServerError:
                if wait_s is None:
                    raise
            except AmbiguousWriteError as error:
                if error not in lost:
                    raise
                if wait_s is None:
                    raise UnknownOutcomeError(
                        _UNANSWERED.format(names=", ".join(it.label for it in changes))
                    ) from error
            self._wire.wait(wait_s)
        raise AssertionError("the last attempt returns or raises")

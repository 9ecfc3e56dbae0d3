"""Writes stepped fields: one request after another, each of which follows from what the account holds.

The answer to each step is put into the answer of the object, and the next step follows from that. After a lost answer the object is read
again instead, so nothing is sent a second time that was done. At the end the object is read once more: no step may be left then.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pdsync.apply.error import IgnoredError, RefusedItemError, UnknownOutcomeError, UnresolvedError
from pdsync.apply.tool import Tools
from pdsync.apply.wire import Wire
from pdsync.client import AmbiguousWriteError, Error, HttpError, HttpServerError, NetworkError
from pdsync.kinds import BY_SLUG
from pdsync.model import Canonical, LiveObject
from pdsync.model.stepped import Asked, StepAlteredError, StepLimitError, Stepped, StepRequest
from pdsync.plan import Change

_LOST = (AmbiguousWriteError, NetworkError, HttpServerError)
_MOST_STEPS = 200
_MOST_LOSSES = 4
_WAITS_S = (0.0, 0.5, 1.0, 2.0)
"""A read can lag behind the write, so pdsync looks again for what is still missing."""


class StepWriter:
    """Carries out the steps of one change."""

    def __init__(self, wire: Wire, tools: Tools, change: Change, live: LiveObject) -> None:
        self._wire = wire
        self._identities = tools.identities
        self._reader = tools.reader
        self._change = change
        self._kind = BY_SLUG[live.kind]
        self._live = live
        self.written = 0
        """How many requests wrote something."""
        self._undo: list[tuple[str, StepRequest]] = []
        """What takes steps back while their part is incomplete, with that part."""

    def write(self, values: Mapping[str, Canonical], *, is_fresh: bool) -> None:
        """Writes the stepped fields among the values. `is_fresh` says that nothing was sent since `live` was read. Raises what the client
        raises, `UnresolvedError`, `IgnoredError` and `UnknownOutcomeError`."""
        for name in sorted(self._kind.stepped & values.keys()):
            load = self._kind.fields_by_name[name].stepped
            assert load is not None
            to_normal, to_request = self._identities.to_normal, self._identities.to_request
            asked = Asked(values[name], self._change.at_once is True, to_normal, to_request)
            answer = self._live.raw if is_fresh and not self.written else self._read()
            try:
                self._carry_out(load(), asked, answer)
            except StepLimitError as error:
                raise UnresolvedError(f"{self._noun(name)} cannot be written: {error}") from error

    def _carry_out(self, stepped: Stepped, asked: Asked, answer: Mapping[str, Any]) -> None:
        losses = 0
        sent: StepRequest | None = None
        for _ in range(_MOST_STEPS):
            step = stepped.next(asked, answer, self._now())
            if step is None:
                if not self.written or self._is_confirmed(stepped, asked):
                    return
                raise IgnoredError("PagerDuty accepted the writes but stored something else. Run plan again.")
            if sent is not None and step == sent:
                raise IgnoredError(f"PagerDuty accepted a write but ignored it: {step.says}. Run plan again.")
            try:
                answer, sent = stepped.after(answer, step, self._send(step)), step
            except StepAlteredError as error:
                self._take_back(step, error)
                raise IgnoredError(f"{error}. Run plan again.") from error
            except _LOST as error:
                losses += 1
                if losses > _MOST_LOSSES:
                    raise
                answer, sent = self._look(stepped, asked, step, error), None
            except HttpError as error:
                # What was sent first may have been carried out late, and then the same is refused.
                if not losses or stepped.next(asked, found := self._read(), self._now()) == step:
                    self._take_back(step, error)
                    raise
                answer, sent = found, None
        raise IgnoredError("PagerDuty accepted the writes, but does not store what was asked for. Run plan again.")

    def _send(self, step: StepRequest) -> Any:
        path = f"{self._kind.path_of(self._live.id)}/{step.path}"
        reply = None
        if step.method == "DELETE":
            self._wire.delete(path)
        elif step.method == "PUT":
            reply = self._wire.put_bare(path, step.body)
        else:
            reply = self._wire.post_bare(path, step.body)
        self.written += 1
        made = _id_in(reply)
        if step.method == "POST" and made:
            self._wire.note_made(made)
        if step.is_last:
            self._undo = [(topic, undo) for topic, undo in self._undo if topic != step.topic]
        elif (undo := step.as_undo_of(made)) is not None:
            self._undo.append((step.topic, undo))
        return reply

    def _look(self, stepped: Stepped, asked: Asked, step: StepRequest, lost: Error) -> Mapping[str, Any]:
        """The object after a lost answer: as soon as it shows that the step was done, else as it is after a while."""
        found: Mapping[str, Any] = {}
        for wait_s in _WAITS_S:
            self._wire.wait(wait_s)
            try:
                found = self._read()
            except Error as error:
                raise UnknownOutcomeError(
                    f"the answer was lost ({lost}), and looking again failed: {error}. Run plan again."
                ) from error
            if stepped.next(asked, found, self._now()) != step:
                self.written += 1
                break
        return found

    def _take_back(self, refused: StepRequest, error: HttpError | StepAlteredError) -> None:
        """Takes back what was done for a part that cannot be completed, the last first. Raises `RefusedItemError` where that fails."""
        for topic, undo in reversed(self._undo):
            if topic != refused.topic:
                continue
            try:
                self._send(undo)
            except Error as failed:
                raise RefusedItemError(
                    f"{refused.says}: {error}. What was done before could not be taken back ({undo.says}): {failed}"
                ) from failed
        self._undo.clear()

    def _is_confirmed(self, stepped: Stepped, asked: Asked) -> bool:
        """Whether no step is left by what the object shows."""
        for wait_s in _WAITS_S:
            self._wire.wait(wait_s)
            try:
                found = self._read()
            except Error as error:
                raise UnknownOutcomeError(
                    f"it was written, and cannot be read again to see what PagerDuty holds: {error}. Run plan again."
                ) from error
            if stepped.next(asked, found, self._now()) is None:
                return True
        return False

    def _read(self) -> Mapping[str, Any]:
        """The object as it is now. Raises what the client raises, and `UnknownOutcomeError`."""
        reading = self._reader.read_answer(self._kind.slug, self._live.id, ())
        if reading is None:
            raise UnknownOutcomeError(f"{self._live.id} cannot be found now. Run plan again.")
        return reading.answer

    def _now(self) -> int:
        return int(self._wire.now().timestamp())

    def _noun(self, name: str) -> str:
        return name.replace("_", " ")


def _id_in(reply: Any) -> str:
    """The id of what a POST made, in its wrapper."""
    for held in reply.values() if isinstance(reply, Mapping) else ():
        if isinstance(held, Mapping) and isinstance(held.get("id"), str):
            return str(held["id"])
    return ""

"""Writes the documents of an object: fields with requests of their own.

A PUT replaces the document, and the last one to write wins. So the document is read again just before, and compared with
what was there when the change was judged. It is not left half written: a PUT is done or it is not, and it may be sent again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pdsync.apply.error import IgnoredError, MovedError, UnknownOutcomeError, UnresolvedError
from pdsync.apply.tool import Tools
from pdsync.apply.wire import Wire
from pdsync.client import Error, HttpError, HttpServerError, NetworkError
from pdsync.kinds import BY_SLUG
from pdsync.model import Canonical, Kind, LiveObject, Scope
from pdsync.model.codec.open import agree
from pdsync.model.codec.secret_text import MissingSecretError
from pdsync.model.document import REFUSALS, LiveDocument, PartRequest
from pdsync.model.unreadable import UNREADABLE_CAUSES
from pdsync.plan import Change, Warned

WARNED = "warned"
"""The name of the event in a journal."""
_LOST = (NetworkError, HttpServerError)
_UNHEARD = "the answer to its write was lost, so it is not known whether PagerDuty warned about it"
_WAITS_S = (0.0, 0.5, 1.0, 2.0)
"""A read can lag behind the write, so pdsync looks again for what is still missing."""


class DocumentWriter:
    """Carries out the documents of one change."""

    def __init__(self, wire: Wire, tools: Tools, change: Change, live: LiveObject) -> None:
        self._wire = wire
        self._identities = tools.identities
        self._reader = tools.reader
        self._change = change
        self._live = live
        self._kind: Kind = BY_SLUG[live.kind]
        self.names = frozenset(self._kind.documents)
        """The fields of the kind that have requests of their own."""
        self.written = 0
        """How many requests wrote something."""
        self.warned: dict[str, tuple[Warned, ...]] = {}
        """What PagerDuty said about each document that was written, by name."""

    @property
    def all_warned(self) -> tuple[Warned, ...]:
        """What PagerDuty said about all of them."""
        return tuple(said for each in self.warned.values() for said in each)

    def write(self, values: Mapping[str, Canonical], *, is_fresh: bool) -> None:
        """Writes them one after the other, in the order of the kind. `is_fresh` says that nothing was sent since `live` was read.
        Raises what the client raises at the first that fails, and `MovedError`, `IgnoredError` and `UnknownOutcomeError`."""
        for name in self._kind.documents:
            if name in self._change.documents and name in values:
                self._write(name, values[name], is_fresh=is_fresh and not self.written)

    def _write(self, name: str, value: Canonical, *, is_fresh: bool) -> None:
        held = self._live.documents.get(name)
        now = held if is_fresh and held is not None else self._read(name)
        if held is None:
            self._check_new(name, value, now)
        elif not self._is_same(name, held, now):
            raise MovedError(f"the {_noun(name)} was changed since it was planned")
        if not self._says(name, value, self._kind.documents[name].from_answer(now.answer)):
            self._put(name, value, now)
        if now.is_on is not True:
            self._turn_on(name, value)

    def _check_new(self, name: str, value: Canonical, now: LiveDocument) -> None:
        """A new object has the document that PagerDuty gives it. Anything else was written by another person in the meantime."""
        declared = self._kind.fields_by_name[name]
        raw = self._kind.documents[name].from_answer(now.answer)
        if declared.has_default and not (self._says(name, declared.default, raw) or self._says(name, value, raw)):
            raise MovedError(f"the {_noun(name)} was filled in the meantime")

    def _put(self, name: str, value: Canonical, now: LiveDocument) -> None:
        declared = self._kind.documents[name]
        if declared.requests is not None:
            self._put_in_parts(name, value, now)
            return
        path = (declared.write_path or declared.path).format(parent=self._live.id)
        try:
            answer = self._wire.put_bare(path, self._body(name, value, now))
        except _LOST as error:
            now = self._find_out(name, value, now, error)
            try:  # the same once more: no other answer has the warnings
                answer = self._wire.put_bare(path, self._body(name, value, now))
            except _LOST:
                answer = None
        self.written += 1
        self._note(name, self._warnings_in(name, answer) if answer is not None else (Warned(name, _UNHEARD),))
        if not self._is_shown(name, value, answer):
            self._look(name, value)

    def _put_in_parts(self, name: str, value: Canonical, now: LiveDocument) -> None:
        """Sends the requests one after the other. What fails in between leaves the parts that were written: the next plan writes the
        others. After a lost answer the document tells whether the request was carried out."""
        needs = self._kind.documents[name].needs
        rows = {str(row["id"]): row for row in self._wire.list_all(needs)} if needs else {}
        for request in self._requests(name, value, now, rows):
            try:
                if request.method == "DELETE":
                    self._wire.delete(request.path)
                else:
                    self._wire.put_bare(request.path, request.body)
            except _LOST as error:
                now = self._read_after(name, error)
                if request in self._requests(name, value, now, rows):
                    raise
            self.written += 1
        self._look(name, value)

    def _requests(
        self, name: str, value: Canonical, now: LiveDocument, rows: Mapping[str, Mapping[str, Any]]
    ) -> tuple[PartRequest, ...]:
        declared, codec = self._kind.documents[name], self._kind.fields_by_name[name].codec
        assert declared.requests is not None
        return tuple(declared.requests(codec.to_api(value, self._identities.to_request), now.answer, rows))

    def _read_after(self, name: str, lost: Error) -> LiveDocument:
        try:
            return self._read(name)
        except Error as error:
            raise UnknownOutcomeError(
                f"the answer to the write of the {_noun(name)} was lost ({lost}), and looking again failed: {error}. Run plan again."
            ) from error

    def _note(self, name: str, warned: tuple[Warned, ...]) -> None:
        """Keeps what PagerDuty said, and writes it to the journal."""
        self.warned[name] = (*self.warned.get(name, ()), *warned)
        if warned:
            texts = [said.to_json() for said in warned]
            self._wire.tell(WARNED, address=self._change.address, field=name, warnings=texts)

    def _body(self, name: str, value: Canonical, now: LiveDocument) -> Any:
        said = self._kind.fields_by_name[name].codec
        try:
            return self._kind.documents[name].body(said.to_api(value, self._identities.to_request), now.answer)
        except MissingSecretError as error:
            raise UnresolvedError(f"the {_noun(name)} was not written: {error}") from error

    def _find_out(self, name: str, value: Canonical, before: LiveDocument, lost: Error) -> LiveDocument:
        """After a lost answer: the document where it was written. Raises the error where it was certainly not written."""
        now = self._read_after(name, lost)
        if self._says(name, value, self._kind.documents[name].from_answer(now.answer)):
            return now
        if self._is_same(name, before, now):
            raise lost
        raise UnknownOutcomeError(
            f"the answer was lost, and the {_noun(name)} is neither as before nor as planned: {lost}"
        ) from lost

    def _turn_on(self, name: str, value: Canonical) -> None:
        """Without it PagerDuty would store the document but ignore it. A document that is reset does not need it."""
        switch = self._kind.documents[name].switch
        assert switch is not None
        if self._kind.fields_by_name[name].is_default(value):
            return
        path = switch.path.format(parent=self._live.id)
        try:
            answer = self._wire.put_bare(path, {switch.member: True})
        except HttpError as error:
            if error.status not in REFUSALS | switch.on_where_refused:
                raise
            what = f"PagerDuty refuses to turn it on (HTTP {error.status}), so it may do nothing"
            self._note(name, (Warned(name, what),))
            return
        self.written += 1
        if not (isinstance(answer, Mapping) and answer.get(switch.member) is True) and self._read(name).is_on is False:
            raise IgnoredError(
                f"PagerDuty accepted the request to turn the {_noun(name)} on, but it is still off. Run plan again."
            )

    def _read(self, name: str) -> LiveDocument:
        return self._reader.read_document(self._live.kind, self._live.id, name)

    def _is_shown(self, name: str, value: Canonical, answer: Any) -> bool:
        """Whether the answer to a PUT shows what was asked for."""
        try:
            return answer is not None and self._says(name, value, self._kind.documents[name].written(answer))
        except UNREADABLE_CAUSES:
            return False

    def _look(self, name: str, value: Canonical) -> None:
        """Reads the document again and makes sure that it was written. Raises `IgnoredError`, and `UnknownOutcomeError`."""
        for wait_s in _WAITS_S:
            self._wire.wait(wait_s)
            try:
                now = self._read(name)
            except Error as error:
                raise UnknownOutcomeError(
                    f"the {_noun(name)} was written, and cannot be read again to see what PagerDuty holds: {error}. Run plan again."
                ) from error
            if self._says(name, value, self._kind.documents[name].from_answer(now.answer)):
                return
        raise IgnoredError(
            f"PagerDuty accepted the write of the {_noun(name)} but stored something else. Run plan again."
        )

    def _says(self, name: str, value: Canonical, raw: Any) -> bool:
        """Whether a raw value is what is asked for."""
        codec = self._kind.fields_by_name[name].codec
        held = codec.map_refs(codec.live(raw, Scope()), self._identities.to_normal)
        return agree(codec, value, held)

    def _is_same(self, name: str, one: LiveDocument, other: LiveDocument) -> bool:
        """Whether two readings show the same: the order of an answer may change from time to time."""
        if (one.version, one.is_on) != (other.version, other.is_on):
            return False
        codec, declared = self._kind.fields_by_name[name].codec, self._kind.documents[name]
        first, second = (codec.live(declared.from_answer(it.answer), Scope()) for it in (one, other))
        return one.answer == other.answer or bool(first == second)

    def _warnings_in(self, name: str, answer: Any) -> tuple[Warned, ...]:
        try:
            labels = dict(_labels(answer))
            return tuple(_warned(name, each, labels) for each in self._kind.documents[name].warnings(answer))
        except UNREADABLE_CAUSES:
            return (Warned(name, "PagerDuty gave a warning that cannot be read"),)


def _warned(name: str, said: Mapping[str, Any], labels: Mapping[str, str]) -> Warned:
    kind, feature = said.get("warning_type"), said.get("feature")
    return Warned(
        name,
        str(said.get("message") or "PagerDuty gives no reason"),
        labels.get(str(said.get("rule_id"))),
        str(kind) if kind else None,
        str(feature) if feature else None,
    )


def _labels(part: Any) -> Iterator[tuple[str, str]]:
    """The labels of the rules in an answer, by their ids."""
    if isinstance(part, Mapping):
        if isinstance(part.get("id"), str) and isinstance(part.get("label"), str):
            yield part["id"], part["label"]
        for inner in part.values():
            yield from _labels(inner)
    elif isinstance(part, Sequence) and not isinstance(part, str):
        for inner in part:
            yield from _labels(inner)


def _noun(name: str) -> str:
    return name.replace("_", " ")

"""Compares what PagerDuty holds after a write with what the write asked for.

An accepted request is not yet a change: PagerDuty ignores some fields, and a proxy in between can answer
for it. So the answer to each write is compared. Only where the answer leaves something open the object is read again: an answer
without a body (204), and one without a field that was asked for, as some fields come only with an include.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from pdsync.apply.error import IgnoredError, UnknownOutcomeError
from pdsync.apply.identity import Identities
from pdsync.apply.reader import Reader
from pdsync.client import Error
from pdsync.kinds import BY_SLUG
from pdsync.model import Canonical, LiveObject, encode, split_marker
from pdsync.model.child import without_number
from pdsync.model.codec.open import agree
from pdsync.model.instant import render_instant
from pdsync.plan import Change, ChildChange, Operation
from pdsync.plan.change import ChildOperation
from pdsync.plan.diff.delta import compute_deltas
from pdsync.plan.saved.judgement import normal_children

Wait = Callable[[float], None]

_SHOWN, _LONGEST = 3, 80
_LINE = "the ownership line"
_WAITS_S = (0.5, 1.0, 2.0)
"""A read can lag behind the write (replicas), so what is still missing is looked for again."""


class Verification:
    """Shared by all workers; holds nothing that changes. Each method raises `IgnoredError`, and `UnknownOutcomeError`
    where PagerDuty cannot be asked."""

    def __init__(self, identities: Identities, reader: Reader, clock: Callable[[], datetime], wait: Wait) -> None:
        self._identities = identities
        self._reader = reader
        self._clock = clock
        self._wait = wait

    def check(self, change: Change, answered: LiveObject, values: Mapping[str, Canonical]) -> None:
        """Makes sure that an object holds these values of its change, without what has requests of its own. `answered` is the answer to
        the write."""
        kind = BY_SLUG[change.kind]
        values = {it: value for it, value in values.items() if it not in kind.documents and it not in kind.stepped}
        names = values.keys()
        shown = names & answered.raw.keys()
        wrong = self._find_wrong(change, answered, values, shown)
        if wrong or names - shown:
            doubtful = (names - shown) | {name for name, _ in wrong}
            try:
                # An answer may lack the id, or have another one; what was written is known.
                wrong = self._look(change, change.id or answered.id, values, doubtful, bool(wrong))
            except UnknownOutcomeError as error:
                if not wrong:
                    raise
                raise UnknownOutcomeError(f"the answer says {'; '.join(text for _, text in wrong)}; {error}") from error
        if wrong:
            raise IgnoredError(_describe([text for _, text in wrong]))

    def check_gone(self, change: Change) -> None:
        """Makes sure that a deleted object is gone: the answer to a DELETE says nothing about it."""
        for wait_s in (0.0, *_WAITS_S):
            if wait_s:
                self._wait(wait_s)
            if self._read(change, change.id or "") is None:
                return
        raise IgnoredError(f"PagerDuty accepted the delete, but {change.id} still exists. Run plan again.")

    def is_shown(self, change: ChildChange, answer: object, parent: LiveObject, raw: Mapping[str, Any]) -> bool:
        """Whether the answer to the write of an item shows all that was asked for. `raw` is the parent with its items so far."""
        declared = BY_SLUG[parent.kind].child(change.list_name)
        assert declared is not None
        if not isinstance(answer, dict) or declared.identified_by not in answer:
            return False
        # An answer may have other names than the manifest has.
        if not without_number(change.values).keys() <= {*answer, *declared.prepare(dict(answer), dict(raw))}:
            return False
        (held,) = declared.read_live([answer], dict(raw))
        return declared.covers(change.values, declared.item.map_refs(held.value, self._identities.to_normal))

    def check_items(self, parent: LiveObject, changes: Sequence[ChildChange]) -> None:
        """Reads the lists of these changes again and makes sure that each was done. One reading, however many changes."""
        lists = tuple(sorted({change.list_name for change in changes}))
        left: list[ChildChange] = []
        for wait_s in (0.0, *_WAITS_S):
            if wait_s:
                self._wait(wait_s)
            live = self._reread(lambda: self._reader.read_lists(parent, lists))
            left = [it for it in changes if live is None or not self._reader.is_child_done(it, live)]
            if not left:
                return
        texts = [self._describe_item(change, live) for change in left]
        raise IgnoredError(_describe(texts))

    def _look(
        self, change: Change, identity: str, values: Mapping[str, Canonical], names: Collection[str], differs: bool
    ) -> list[tuple[str, str]]:
        """What an object that is read again does not hold of the named fields."""
        wrong: list[tuple[str, str]] = []
        for wait_s in (0.0,) if differs else (0.0, *_WAITS_S):
            if wait_s:
                self._wait(wait_s)
            live = self._read(change, identity)
            if live is None:
                raise UnknownOutcomeError(f"{identity} was written, but cannot be found now. Run plan again.")
            wrong = self._find_wrong(change, live, values, names)
            if not wrong:
                break
        return wrong

    def _read(self, change: Change, identity: str) -> LiveObject | None:
        return self._reread(lambda: self._reader.read(change.kind, identity, ()))

    def _reread(self, read: Callable[[], LiveObject | None]) -> LiveObject | None:
        try:
            return read()
        except Error as error:
            raise UnknownOutcomeError(
                f"it was written, but cannot be read again to check what PagerDuty stored: {error}. Run plan again."
            ) from error

    def _find_wrong(
        self, change: Change, live: LiveObject, values: Mapping[str, Canonical], names: Collection[str]
    ) -> list[tuple[str, str]]:
        """The named fields that the object does not hold as requested, each with the requested and the stored value."""
        kind, moment = BY_SLUG[change.kind], render_instant(self._clock())
        held = kind.passing.settle(kind.map_fields(live.fields, self._identities.to_normal), moment)
        asked = kind.passing.settle(dict(values), moment)
        wrong = []
        for declared in kind.fields:
            name = declared.name
            if name in names and name in asked and not agree(declared.codec, asked[name], held.get(name)):
                deltas = compute_deltas(name, held.get(name), asked[name], declared.keyed_by, declared.main_list)
                texts = [_asked_and_stored(it.path, it.after, it.before) for it in deltas[:_SHOWN]]
                wrong.append((name, "; ".join(texts)))
        line = kind.marker_line
        if line is not None and line.field in names and not is_line_stored(change, live):
            wrong.append((line.field, _asked_and_stored(_LINE, change.marker, str(live.marker or "") or None)))
        return wrong

    def _describe_item(self, change: ChildChange, live: LiveObject | None) -> str:
        what = f"{change.list_name} {change.label}"
        if change.operation is ChildOperation.REMOVE:
            return f"{what} still exists"
        held = normal_children(live, change.list_name, self._identities.to_normal) if live is not None else ()
        stored = next((child.value for child in held if change.id and child.id == change.id), None)
        if stored is None:
            return f"{what} does not exist"
        differing = [name for name in change.values if stored.get(name) != change.values[name]]
        texts = [_asked_and_stored(f"{what} {it}", change.values[it], stored.get(it)) for it in differing[:_SHOWN]]
        return "; ".join(texts) or f"{what} differs from what was requested"


def is_line_stored(change: Change, live: LiveObject) -> bool:
    """Whether the ownership line of an object is as the change would have it."""
    if change.operation is Operation.RELEASE:
        return live.marker is None
    wanted = split_marker(change.marker)[1]
    return wanted is None or wanted.says_the_same(live.marker)


def _asked_and_stored(path: str, asked: Canonical, stored: Canonical) -> str:
    return f"{path}: {_shown(asked)} was requested, {_shown(stored)} is stored"


def _shown(value: Canonical) -> str:
    text = json.dumps(encode(value), ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _describe(texts: Sequence[str]) -> str:
    return f"PagerDuty accepted the write but ignored a part of it: {'; '.join(_some(texts))}. Run plan again."


def _some(texts: Sequence[str]) -> Iterator[str]:
    yield from texts[:_SHOWN]
    if len(texts) > _SHOWN:
        yield f"and {len(texts) - _SHOWN} more"

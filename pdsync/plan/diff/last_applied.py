"""What was last applied to an object, as a few characters in its ownership line. Pure.

A live object alone does not show whether a difference is an edit by hand or a change in git that was not applied yet. The
ownership line therefore carries, for every managed field, two characters that name it and three that stand for the value
that was applied. It is not state: it is lost with the line and never decides what is written, only what is said of it.

`Fingerprint` is those characters, `Record` holds them against one manifest and its live object.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cache, cached_property, lru_cache
from typing import TYPE_CHECKING

from pdsync.model import Canonical, ChildList, Marker, Ref
from pdsync.model.live import compact_bytes

if TYPE_CHECKING:  # programs that read saved plans need no pairing
    from pdsync.plan.pairing.pair import Pair

PROTECT = "lifecycle.protect"
"""The name under which the record holds whether an object is protected."""


_NAME, _VALUE = 2, 3
_FEW = frozenset({type(None), bool, int, Ref})
_STABLE = "~"
"""Marks the second form of a field: without what the server rewrites or the passing of time takes out of it."""


class Origin(StrEnum):
    """Where a difference comes from."""

    THEIRS = "theirs"
    """The account changed: it was edited after the last apply."""
    OURS = "ours"
    """The manifest changed: it was not applied yet."""
    BOTH = "both"
    """Both changed."""
    UNKNOWN = "unknown"
    """There is no record of what was last applied."""


def _hash(value: Canonical, length: int) -> str:
    # Six bits make a character: of the first three bytes there are four.
    digest = hashlib.sha256(compact_bytes(value)).digest()[:3]
    return base64.urlsafe_b64encode(digest)[:length].decode()


@lru_cache(maxsize=1024, typed=True)
def _common(value: Canonical) -> str:
    """The characters for a value of which there are few: null, true, a number, a reference. Text may be anything, and is
    not kept."""
    return _hash(value, _VALUE)


def _value(value: Canonical) -> str:
    return _common(value) if type(value) in _FEW else _hash(value, _VALUE)


@cache
def _name(name: str) -> str:
    """The characters for a name, of which there are a few dozen."""
    return _hash(name, _NAME)


def render_fingerprint(desired: Mapping[str, Canonical], stable: Mapping[str, Canonical]) -> str:
    """The characters for what is applied: `desired` by name, and those whose `stable` form differs once more."""
    forms = dict(desired)
    for name, value in stable.items():
        held = desired.get(name)
        if value is not held and value != held:
            forms[name + _STABLE] = value
    return "".join(_name(name) + _value(forms[name]) for name in sorted(forms))


def names_collide(names: Iterable[str]) -> bool:
    """Whether two of the names would be taken for one another; a test keeps the kinds free of that."""
    given = [form for name in names for form in (name, name + _STABLE)]
    return len({_name(name) for name in given}) < len(given)


class Fingerprint:
    """The record of an object, read from its ownership line."""

    def __init__(self, text: str) -> None:
        step = _NAME + _VALUE
        pieces = [text[at : at + step] for at in range(0, len(text), step)]
        self._values = {piece[:_NAME]: piece[_NAME:] for piece in pieces if len(piece) == step}

    def __bool__(self) -> bool:
        """Whether there is a record at all."""
        return bool(self._values)

    def has(self, name: str) -> bool:
        """Whether a name is on record."""
        return _name(name) in self._values

    def origin(self, name: str, desired: Canonical, live: Canonical) -> Origin:
        """Where the difference of a field comes from: `desired` is what its manifest says, `live` the stable form of what
        the account holds."""
        applied = self._values.get(_name(name))
        if applied is None:
            # Everything that was applied is on record: what is not was added to the manifest since.
            return Origin.OURS if self._values else Origin.UNKNOWN
        if applied == _value(desired):
            return Origin.THEIRS
        stable = self._values.get(_name(name + _STABLE), applied)
        return Origin.OURS if stable == _value(live) else Origin.BOTH


class Record:
    """The record of one pair. Child lists count where the manifest's list is the whole of it (`lists`)."""

    def __init__(self, pair: Pair, implied: frozenset[Ref]) -> None:
        self._pair = pair
        self._implied = implied
        self.lists = frozenset(
            name
            for name, mode in pair.resource.modes.items()
            if mode == "exclusive" and name in pair.children and name not in pair.resource.lifecycle.ignore
        )

    @cached_property
    def _desired(self) -> dict[str, Canonical]:
        lists = {
            name: sorted((dict(item) for item in self._pair.children[name]), key=self._declared(name).key_of)
            for name in self.lists
        }
        ignored = self._pair.resource.lifecycle.ignore  # written once; a later difference is not reported
        written = {name: value for name, value in self._pair.written.items() if name not in ignored}
        return {**written, **lists}

    def _declared(self, name: str) -> ChildList:
        declared = self._pair.kind.child(name)
        assert declared is not None
        return declared

    def render(self) -> str:
        """The characters that the ownership line will carry."""
        desired = self._desired
        written = {name: value for name, value in self._pair.written.items() if name in desired}
        stable = {
            **self._pair.kind.stabilise(written),
            **{name: [self._declared(name).key_of(item) for item in desired[name]] for name in self.lists},
        }
        protect = {PROTECT: True} if self._pair.resource.lifecycle.protect else {}
        return render_fingerprint({**desired, **protect}, stable)

    def is_stale(self, marker: Marker) -> bool:
        """Whether the live line records something else than the one that would be written: another state of the manifest,
        or nothing, where a person removed it or a run was cut off before it was written."""
        held = self._pair.live.marker if self._pair.live else None
        return held is not None and held.applied != marker.applied

    def origin_of_protection(self) -> Origin:
        """Where a difference in ``lifecycle.protect`` comes from."""
        if not self._fingerprint:
            return Origin.UNKNOWN
        moved = self._pair.resource.lifecycle.protect != self._fingerprint.has(PROTECT)
        return Origin.OURS if moved else Origin.THEIRS

    @cached_property
    def _fingerprint(self) -> Fingerprint:
        marker = self._pair.live.marker if self._pair.live else None
        return Fingerprint(marker.applied if marker else "")

    def origin_of(self, name: str) -> Origin:
        """Where a difference in a field or child list comes from."""
        if name not in self._desired:
            return Origin.UNKNOWN
        return self._fingerprint.origin(name, self._desired[name], self._live(name))

    def _live(self, name: str) -> Canonical:
        """The stable form of what the account holds."""
        if name not in self.lists:
            return self._pair.kind.stabilise(self._pair.before).get(name)
        declared = self._declared(name)
        wanted = {declared.key_of(item) for item in self._desired[name]}
        given = {declared.key_of({declared.identified_by: person}) for person in self._implied} - wanted
        held = sorted(declared.key_of(child.value) for child in self._pair.children_before.get(name, ()))
        return [key for key in held if key not in given]

"""The record of what was last applied as pdsync wrote it before: two characters for the name of a field, three for its value. Pure.

Versions of pdsync may write one account in turn. Such a record is still read for where a difference comes from, and it is left as it
is while it says what the manifest says, so that two versions do not take turns at every line. It never takes anything back: three
characters are too few, and it does not say who wrote a value.
"""

from __future__ import annotations

from collections.abc import Mapping

from pdsync.model.codec.plain import Canonical
from pdsync.model.last_applied import hash_of
from pdsync.model.marker import Marker

_NAME, _VALUE = 2, 3
_STABLE = "~"
"""Marks the second form of a field: without what the server rewrites or the passing of time takes out of it."""


def render_v1(desired: Mapping[str, Canonical], stable: Mapping[str, Canonical]) -> str:
    """The characters for what is applied: `desired` by name, and those whose `stable` form differs once more."""
    forms = dict(desired)
    for name, value in stable.items():
        held = desired.get(name)
        if value is not held and value != held:
            forms[name + _STABLE] = value
    return "".join(hash_of(name, _NAME) + hash_of(forms[name], _VALUE) for name in sorted(forms))


class RecordV1:
    """The record of an object, read from its ownership line."""

    def __init__(self, marker: Marker | None) -> None:
        text = marker.applied if marker is not None and "." not in marker.applied else ""
        step = _NAME + _VALUE
        pieces = [text[at : at + step] for at in range(0, len(text), step)]
        self._values = {piece[:_NAME]: piece[_NAME:] for piece in pieces if len(piece) == step}

    def __bool__(self) -> bool:
        """Whether there is a record at all."""
        return bool(self._values)

    def has(self, name: str) -> bool:
        """Whether a name is on record."""
        return hash_of(name, _NAME) in self._values

    def is_of(self, name: str, value: Canonical) -> bool:
        """Whether the name is on record with this value."""
        return self._values.get(hash_of(name, _NAME)) == hash_of(value, _VALUE)

    def is_of_stable(self, name: str, value: Canonical) -> bool:
        """The same of the second form of a field, where there is one."""
        held = self._values.get(hash_of(name + _STABLE, _NAME), self._values.get(hash_of(name, _NAME)))
        return held == hash_of(value, _VALUE)

"""Fields that stand for another field: a short form of its value under a name of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pdsync.model.codec.plain import Canonical
from pdsync.model.codec.structure import Object, Part
from pdsync.model.scope import Path, Scope


@dataclass(frozen=True, slots=True)
class ShortField:
    """A field that no object has. Its value means a value of the field that it stands for, and excludes that field."""

    name: str
    stands_for: str
    form: Object
    description: str
    instead: str
    """What is said where neither of the two is written."""
    meaning: Callable[[Mapping[str, Canonical]], Canonical | None]
    """Takes the canonical values of its members, without those that cannot be read, and gives the value of the other field."""
    besides: tuple[str, ...] = ()
    """Further fields that it excludes, and that must be there where it is not."""

    @property
    def part(self) -> Part:
        """As a member of a spec."""
        return Part(self.name, self.form, self.description)


def read_short_fields(
    declared: Sequence[ShortField], spec: Mapping[str, Any], scope: Scope, path: Path
) -> dict[str, Canonical]:
    """The values that the short fields of a spec mean, by the names of the fields that they stand for."""
    found: dict[str, Canonical] = {}
    for it in declared:
        place = (*path, it.name)
        if it.name in spec and it.stands_for not in spec and place not in scope.unreadable:
            value = it.meaning(it.form.desired(spec[it.name], scope, place))
            if value is not None:
                found[it.stands_for] = value
    return found


def written_as(declared: Sequence[ShortField], spec: Mapping[str, Any], name: str) -> str:
    """The name under which a spec says the value of a field: its own, or that of the short field which is written in its place."""
    return next((it.name for it in declared if it.stands_for == name and it.name in spec), name)


@dataclass(frozen=True, slots=True)
class SpecObject(Object):
    """The codec of a spec. A field that is required may be said by its short field."""

    shorts: tuple[ShortField, ...] = ()

    def schema(self) -> dict[str, Any]:
        schema = Object.schema(self)
        for it in self.shorts:
            names = [it.stands_for, *it.besides]
            for name in names:
                both = {"not": {"required": [name, it.name]}, "x-expected": f"{it.name} or {name}"}
                schema.setdefault("allOf", []).append(both)
            if it.stands_for in schema.get("required", ()):
                schema["required"] = [name for name in schema["required"] if name not in names]
                neither = [{"required": names, "errorMessage": it.instead}, {"required": [it.name]}]
                schema[REQUIRED[1]] = neither
        return schema


REQUIRED = ("required", "anyOf")
"""The words of a spec's schema that say what must be there. Those of a tombstone may lack it."""

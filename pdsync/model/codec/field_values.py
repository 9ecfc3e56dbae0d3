"""Values of custom fields: what one object has for each field, by the field's name.

A manifest names some fields, and the values of all others stay. Null means that there is no value.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from pdsync.model.codec.custom_field import NAME, FieldValue, read_typed
from pdsync.model.codec.open import IsApplied, Open
from pdsync.model.codec.plain import Canonical, Nullable
from pdsync.model.codec.structure import MapOf
from pdsync.model.instant import parse_instant
from pdsync.model.pattern import whole


@dataclass(frozen=True, slots=True)
class FieldValues(MapOf, Open):
    """Values by the names of their fields."""

    PART_DEFAULT: ClassVar[Canonical] = None

    def schema(self) -> dict[str, Any]:
        return {**MapOf.schema(self), "propertyNames": whole(NAME)}

    def parts(self, value: Canonical) -> Mapping[str, Canonical]:
        return value or {}

    def frame(self, value: Canonical) -> Canonical:
        return {}

    def meet(self, desired: Canonical, live: Canonical, is_applied: IsApplied) -> tuple[Canonical, Canonical]:
        held = live or {}
        wanted = {name: held.get(name) if _is_same(said, held.get(name)) else said for name, said in desired.items()}
        return dict(sorted({**held, **wanted}.items())), dict(sorted({**dict.fromkeys(desired), **held}.items()))

    def narrowed(self, live: Canonical, desired: Canonical) -> Canonical:
        return {name: (live or {}).get(name) for name in desired}

    def shows(self, desired: Canonical, live: Canonical) -> bool:
        return True  # a field without a value is answered as null, and one that is not answered has none

    def shown_path(self, path: str) -> str:
        return f".{path}"


FIELD_VALUES = FieldValues(Nullable(FieldValue()))


def _is_same(desired: Canonical, live: Canonical) -> bool:
    """Whether two values mean the same: PagerDuty answers a moment in UTC."""
    if desired == live:
        return True
    if not (isinstance(desired, str) and isinstance(live, str)):
        return False
    moment = parse_instant(desired)
    return moment is not None and moment == parse_instant(live)


def read_values(rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The values that there are, from the rows of an answer.

    Ordered by name: the order of the rows is that of ids, so two exports of equal accounts would differ.
    """
    read = {str(row["name"]): read_typed(str(row.get("data_type")), row.get("value")) for row in rows}
    return {name: value for name, value in sorted(read.items()) if value is not None}


def write_values(values: Mapping[str, Any], rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The rows of a request: values that are not as they were answered. PagerDuty keeps all others."""
    known = {str(row["name"]): row for row in rows}
    held = read_values(known.values())
    return [
        {**({"id": known[name]["id"]} if name in known else {"name": name}), "value": value}
        for name, value in values.items()
        if not _is_same(value, held.get(name))
    ]

"""Record: one stored object."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Record:
    """One stored object. ``number`` is the order of creation, ``parent`` the id of the owning object."""

    number: int
    kind: str
    id: str
    parent: str | None
    body: Body


def mentions(value: object) -> Iterator[str]:
    """Ids of all references inside a stored body."""
    if isinstance(value, dict):
        if str(value.get("type", "")).endswith("_reference") and isinstance(value.get("id"), str):
            yield value["id"]
            return
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            if isinstance(item, (dict, list)):
                yield from mentions(item)

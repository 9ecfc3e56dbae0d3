"""Days of the week: numbers, as PagerDuty has them, or names and ranges of names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from pdsync.model.codec.plain import Canonical, Integer
from pdsync.model.codec.structure import SetOf
from pdsync.model.pattern import whole
from pdsync.model.scope import Path, Scope

NAMES: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = "(?:" + "|".join("".join(f"[{char.upper()}{char}]" for char in name) for name in NAMES) + ")"
_HINT = "Write them like mon-fri, or [mon, wed]."
_TEXT = {
    "type": "string",
    **whole(f"{_DAY}(?:-{_DAY})?"),
    "x-expected": "a day or a range of days",
    "errorMessage": _HINT,
}


def read_days(text: str) -> list[int]:
    """The numbers of a day or of a range of days: 1 is Monday. A range may go past the end of the week."""
    first, _, last = text.lower().partition("-")
    start = NAMES.index(first)
    length = (NAMES.index(last or first) - start) % 7 + 1
    return [(start + step) % 7 + 1 for step in range(length)]


@dataclass(frozen=True, slots=True)
class Days(SetOf):
    """A set of days: ``mon-fri``, ``[mon, wed]``, or numbers."""

    def schema(self) -> dict[str, Any]:
        numbers = SetOf.schema(self)
        several = {**numbers, "items": {"anyOf": [numbers["items"], _TEXT], "x-expected": "a day such as mon"}}
        return {"anyOf": [several, _TEXT], "x-expected": "days such as mon-fri", "errorMessage": _HINT}

    def read_items(self, value: Any, scope: Scope, path: Path) -> dict[int, Canonical]:
        """The numbers in order. Reports a day that is named twice at the item that repeats it."""
        written = [value] if isinstance(value, str) else value
        found: set[int] = set()
        for index, item in enumerate(written):
            if (*path, index) in scope.unreadable:
                continue
            days = set(read_days(item) if isinstance(item, str) else [self.item.canonical(item, scope)])
            for day in sorted(days & found):
                scope.problem((*path, index), f"{NAMES[day - 1]} is there twice", "Name each day once.")
            found |= days
        return dict(enumerate(sorted(found)))

    def is_short(self, value: Any) -> bool:
        return isinstance(value, str) or (isinstance(value, list) and any(isinstance(item, str) for item in value))


DAYS: Final = Days(Integer(1, 7), min_items=1, max_items=7, noun="day")

"""What is known when an event is evaluated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Final

from pdsync.condition.tree import Count, Path


class Absent(Enum):
    """In place of a value."""

    MISSING = "missing"
    """The event has no such field."""
    UNKNOWN = "unknown"
    """Nothing says whether there is one, or what it holds."""


MISSING: Final = Absent.MISSING
UNKNOWN: Final = Absent.UNKNOWN


@dataclass(frozen=True, slots=True)
class Facts:
    """The event and what else PagerDuty knows. What is left out is not known, and makes a result unknown where it counts."""

    event: Mapping[str, object]
    """The fields of the common event format: ``summary``, ``source``, ``custom_details`` and so on."""
    raw_event: object = UNKNOWN
    """The event as it was sent."""
    now: datetime | None = None
    trigger_counts: Mapping[int, int] = field(default_factory=dict)
    """How often this rule saw a trigger event, by the seconds that are looked back."""
    cache_variables: Mapping[str, object] = field(default_factory=dict)
    """By name. `MISSING` for one that holds nothing."""
    _found: dict[tuple[str | int, ...], object] = field(default_factory=dict, init=False, repr=False, compare=False)

    def look_up(self, path: Path) -> object:
        """The value at a path, `MISSING` or `UNKNOWN`. A thousand rules may ask for the same one."""
        if path.keys not in self._found:
            self._found[path.keys] = self._find(path)
        return self._found[path.keys]

    def _find(self, path: Path) -> object:
        root, keys = path.root, path.keys[1:]
        if root == "event":
            return _descend(self.event, keys)
        if root == "raw_event":
            return _descend(self.raw_event, keys)
        if root == "cache_var":
            if not keys:
                return UNKNOWN
            return _descend(self.cache_variables.get(str(keys[0]), UNKNOWN), keys[1:])
        return MISSING

    def count(self, count: Count) -> int | Absent:
        """The trigger count; the event itself counts, so a known one is at least 1."""
        return self.trigger_counts.get(count.seconds, UNKNOWN)


def _descend(value: object, keys: tuple[str | int, ...]) -> object:
    for key in keys:
        if value is UNKNOWN:
            return UNKNOWN
        if isinstance(key, int):
            value = value[key] if isinstance(value, list | tuple) and key < len(value) else MISSING
        else:
            value = value.get(key, MISSING) if isinstance(value, Mapping) else MISSING
    return value

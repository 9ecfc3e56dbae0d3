"""Reading: takes JSON that people wrote apart, and collects every problem with its place.

``reading.integer("nth")`` of the object at ``rules[2].match`` says ``rules[2].match.nth must be ...`` for any other value.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

_MISSING = object()


class FaultError(ValueError):
    """Rules that cannot be used; ``problems`` has a sentence for each thing that is wrong."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class Reading:
    """One JSON object. A getter gives the default where a value is absent or wrong."""

    def __init__(self, value: Any, place: str, problems: list[str]) -> None:
        self._place, self.problems = place, problems
        self._seen: set[str] = set()
        self._value: Mapping[str, Any] = {}
        if isinstance(value, Mapping):
            self._value = value
        else:
            problems.append(f"{place or 'the document'} must be an object")

    def has(self, name: str) -> bool:
        self._seen.add(name)
        return name in self._value

    def value(self, name: str, default: Any = None) -> Any:
        self._seen.add(name)
        return self._value.get(name, default)

    def problem(self, name: str, text: str) -> None:
        self.problems.append(f"{self.at(name)} {text}")

    def at(self, name: str) -> str:
        return f"{self._place}.{name}" if self._place else name

    def text(self, name: str, default: str | None = None, options: Collection[str] = ()) -> str | None:
        value = self.value(name, _MISSING)
        if value is _MISSING:
            return default
        if not isinstance(value, str) or (options and value not in options):
            self.problem(name, f"must be one of: {', '.join(options)}" if options else "must be a string")
            return default
        return value

    def integer(self, name: str, default: int, low: int, high: int) -> int:
        value = self.value(name, default)
        if type(value) is not int or not low <= value <= high:
            self.problem(name, f"must be a whole number from {low} to {high}")
            return default
        return value

    def number(self, name: str, default: float, low: float, high: float) -> float:
        value = self.value(name, default)
        # NaN compares as false, so it is refused here too.
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
            self.problem(name, f"must be a number from {low:g} to {high:g}")
            return default
        return float(value)

    def boolean(self, name: str, default: bool) -> bool:
        value = self.value(name, default)
        if not isinstance(value, bool):
            self.problem(name, "must be true or false")
            return default
        return value

    def objects(self, name: str) -> list[Reading]:
        value = self.value(name, [])
        if not isinstance(value, list):
            self.problem(name, "must be a list")
            return []
        return [Reading(item, f"{self.at(name)}[{index}]", self.problems) for index, item in enumerate(value)]

    def object(self, name: str) -> Reading:
        return Reading(self.value(name, {}), self.at(name), self.problems)

    def finish(self) -> None:
        """Names the keys that no getter asked for: a misspelt one would silently do nothing."""
        for name in self._value:
            if name not in self._seen:
                known = ", ".join(sorted(self._seen))
                self.problem(str(name), f"is unknown; there is: {known}")

"""What is known while an event is evaluated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from pdsync.condition import MISSING, UNKNOWN, Facts
from pdsync.routing.event import Event


@dataclass(frozen=True, slots=True)
class Given:
    """What a person says about facts that are not known beforehand. What is left out is undecided."""

    trigger_count: int | None = None
    """How many trigger events each rule has seen in the time that it asks about, this one included."""
    cache_variables: Mapping[str, Any] = field(default_factory=dict)


NOTHING_GIVEN = Given()


class _NoVariables(Mapping[str, Any]):
    """Cache variables of which it is known that they hold nothing."""

    def get(self, name: str, default: Any = None) -> Any:
        return MISSING

    def __getitem__(self, name: str) -> Any:
        return MISSING

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


NO_VARIABLES = _NoVariables()
"""Those of a router: PagerDuty has no cache variables for service routes."""


class _EveryCount(Mapping[int, int]):
    """The same count, however long a rule looks back."""

    def __init__(self, count: int) -> None:
        self._count = count

    def __getitem__(self, seconds: int) -> int:
        return self._count

    def __iter__(self) -> Iterator[int]:
        return iter(())

    def __len__(self) -> int:
        return 0


def facts_of(event: Event, at: int | None, given: Given) -> Facts:
    """What conditions are judged by. Without an instant the time is not known."""
    counts = _EveryCount(given.trigger_count) if given.trigger_count is not None else {}
    return Facts(
        event.known_fields(UNKNOWN),
        event.raw,
        datetime.fromtimestamp(at, UTC) if at is not None else None,
        counts,
        given.cache_variables,
    )

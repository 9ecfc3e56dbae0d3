"""What a condition is judged by where everything is known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from pdsync.condition import MISSING, Facts


class EveryCount(Mapping[int, int]):
    """The same count, however long a condition looks back."""

    def __init__(self, count: int) -> None:
        self._count = count

    def get(self, seconds: int, default: Any = None) -> Any:
        return self._count

    def __getitem__(self, seconds: int) -> int:
        return self._count

    def __iter__(self) -> Iterator[int]:
        return iter(())

    def __len__(self) -> int:
        return 0


class KnownVariables(dict[str, Any]):
    """Cache variables of which all are known: those that are not there hold nothing."""

    def get(self, name: str, default: Any = None) -> Any:
        return super().get(name, MISSING)


def known_facts(scope: Mapping[str, Any], now: datetime, count: int) -> Facts:
    variables = KnownVariables(scope["cache_var"])
    return Facts(scope["event"], scope["raw_event"], now, EveryCount(count), variables)

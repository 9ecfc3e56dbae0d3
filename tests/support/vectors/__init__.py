"""Vectors: small cases with their outcome, taken from PagerDuty's public pages by hand. Every evaluation here must agree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import yaml

WEDNESDAY_NOON = "2026-03-04T12:00:00Z"


@dataclass(frozen=True, slots=True)
class ConditionVector:
    """``count`` is what a threshold has seen, this event with it."""

    source: str
    condition: str
    verdict: Literal["holds", "fails", "refused"]
    scope: dict[str, Any]
    now: datetime
    count: int

    def __str__(self) -> str:
        return f"{self.condition.strip()[:60]} {self.verdict}"


def condition_vectors() -> list[ConditionVector]:
    verdicts: tuple[Literal["holds", "fails", "refused"], ...] = ("holds", "fails", "refused")
    return [
        ConditionVector(
            group["source"],
            condition,
            verdict,
            {name: group.get(name, {}) for name in ("event", "raw_event", "cache_var")},
            moment(group),
            group.get("count", 1),
        )
        for group in load("conditions.yaml")
        for verdict in verdicts
        for condition in group.get(verdict, ())
    ]


def moment(case: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(case.get("now", WEDNESDAY_NOON)).astimezone(UTC)


def load(name: str) -> list[dict[str, Any]]:
    loaded: list[dict[str, Any]] = yaml.load((Path(__file__).parent / name).read_bytes(), yaml.CSafeLoader)
    return loaded

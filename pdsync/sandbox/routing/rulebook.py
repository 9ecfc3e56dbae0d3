"""Rulebook: the rules that events of one integration go by."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pdsync.sandbox.routing.condition import Threshold

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Chapter:
    """A document, None where there is none in force, with the values of the cache variables that it can name."""

    document: Document | None = None
    cache: Mapping[str, Any] = field(default_factory=dict)


def _no_service(by: str, value: str) -> str | None:
    return None


@dataclass(frozen=True, slots=True)
class Rulebook:
    """``of_service`` gives the rules of a service, None where there is no such service. ``find_service`` looks one up by
    ``service_name`` or ``service_id``."""

    router: Chapter
    of_service: Callable[[str], Chapter | None]
    before: Chapter = Chapter()
    unrouted: Chapter = Chapter()
    find_service: Callable[[str, str], str | None] = _no_service


@dataclass(frozen=True, slots=True)
class Moment:
    """When an event arrives. ``count`` says how many trigger events the threshold of a rule has seen, this one with them, and
    ``reset`` lets it begin at 0."""

    now: datetime
    count: Callable[[str, Threshold], int] = lambda rule, threshold: 1
    reset: Callable[[str, Threshold], None] = lambda rule, threshold: None

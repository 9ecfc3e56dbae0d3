"""Rulebook: the rules for the events of one integration."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pdsync.sandbox.routing.condition import Threshold

Document = Mapping[str, Any]


def _once(rule: str, threshold: Threshold) -> int:
    return 1


def _forget_nothing(rule: str, threshold: Threshold) -> None:
    pass


def _no_service(by: str, value: str) -> str | None:
    return None


@dataclass(frozen=True, slots=True)
class Chapter:
    """A document, None where none is in force, and what its owner remembers: the values of the cache variables, and by id of
    the rule how many trigger events a threshold has seen, this one with them; ``reset`` lets it begin at 0."""

    document: Document | None = None
    cache: Mapping[str, Any] = field(default_factory=dict)
    count: Callable[[str, Threshold], int] = _once
    reset: Callable[[str, Threshold], None] = _forget_nothing


@dataclass(frozen=True, slots=True)
class Rulebook:
    """``of_service`` gives the rules of a service, None where there is no such service. ``find_service`` looks one up by
    ``service_name`` or ``service_id``."""

    router: Chapter
    of_service: Callable[[str], Chapter | None]
    before: Chapter = Chapter()
    unrouted: Chapter = Chapter()
    find_service: Callable[[str, str], str | None] = _no_service

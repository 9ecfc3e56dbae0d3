"""Span: a stretch of time that belongs to a user, and how such stretches cover one another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Span:
    """From ``start`` up to and without ``end``, both in UTC."""

    start: datetime
    end: datetime
    user: str


def overlay(top: Sequence[Span], bottom: Iterable[Span]) -> list[Span]:
    """``top``, and of ``bottom`` what shows next to it. Both are in order of time and without overlap, and so is the
    result."""
    return sorted([*top, *_uncovered(bottom, top)], key=lambda span: span.start)


def joined(spans: Iterable[Span]) -> list[Span]:
    """One span where two of the same user touch."""
    result: list[Span] = []
    for span in spans:
        if result and result[-1].end == span.start and result[-1].user == span.user:
            result[-1] = replace(result[-1], end=span.end)
        else:
            result.append(span)
    return result


def cut(spans: Iterable[Span], since: datetime, until: datetime) -> list[Span]:
    """What lies within the period."""
    return [
        Span(max(it.start, since), min(it.end, until), it.user) for it in spans if it.start < until and it.end > since
    ]


def coverage_percent(spans: Iterable[Span], since: datetime, until: datetime) -> float:
    """How much of the period is covered, with one decimal."""
    covered = sum((it.end - it.start for it in cut(spans, since, until)), timedelta())
    return round(100 * (covered / (until - since)), 1)


def _uncovered(spans: Iterable[Span], covers: Sequence[Span]) -> Iterator[Span]:
    first = 0
    for span in spans:
        while first < len(covers) and covers[first].end <= span.start:
            first += 1
        start = span.start
        for cover in covers[first:]:
            if cover.start >= span.end:
                break
            if cover.start > start:
                yield Span(start, cover.start, span.user)
            start = max(start, cover.end)
        if start < span.end:
            yield Span(start, span.end, span.user)

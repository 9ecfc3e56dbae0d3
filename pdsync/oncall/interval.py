"""Stretches of time and what can be done with lists of them. Instants are whole seconds since 1970, UTC."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

Interval: TypeAlias = tuple[int, int]
"""From the first instant up to, and without, the second one."""


def merge_intervals(intervals: Iterable[Interval]) -> list[Interval]:
    """Their union, in order; what overlaps or touches becomes one, and what is empty is left out."""
    merged: list[Interval] = []
    for start, end in sorted(intervals):
        if start >= end:
            continue
        if merged and start <= merged[-1][1]:
            if end > merged[-1][1]:
                merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    return merged


def intersect(first: Sequence[Interval], second: Sequence[Interval]) -> list[Interval]:
    """What two ordered lists without overlaps have in common."""
    common: list[Interval] = []
    at_first = at_second = 0
    while at_first < len(first) and at_second < len(second):
        start = max(first[at_first][0], second[at_second][0])
        end = min(first[at_first][1], second[at_second][1])
        if start < end:
            common.append((start, end))
        if first[at_first][1] < second[at_second][1]:
            at_first += 1
        else:
            at_second += 1
    return common


def find_gaps(covered: Sequence[Interval], since: int, until: int) -> list[Interval]:
    """What an ordered list without overlaps leaves open between two instants."""
    gaps: list[Interval] = []
    at = since
    for start, end in covered:
        if start > at:
            gaps.append((at, min(start, until)))
        at = max(at, end)
        if at >= until:
            return gaps
    if at < until:
        gaps.append((at, until))
    return gaps


def subtract(first: Sequence[Interval], second: Sequence[Interval]) -> list[Interval]:
    """What is in the first list and not in the second; both in order and without overlaps."""
    if not first:
        return []
    return intersect(first, find_gaps(second, first[0][0], first[-1][1]))


def total_s(intervals: Iterable[Interval]) -> int:
    """How many seconds they last together."""
    return sum(end - start for start, end in intervals)


def busiest_span(spans: Sequence[Interval], length: int) -> tuple[int, int]:
    """Where a window of that length holds most of an ordered list without overlaps: its start, and how many seconds it holds.

    The first one of several. The most is always held by a window that begins where a stretch begins or ends where one ends.
    """
    best, best_start = 0, spans[0][0] if spans else 0
    for start in sorted({start for start, _ in spans} | {end - length for _, end in spans}):
        held = total_s(intersect(spans, [(start, start + length)]))
        if held > best:
            best, best_start = held, start
    return best_start, best

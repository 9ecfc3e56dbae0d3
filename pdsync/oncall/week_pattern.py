"""The hours of a week, as layers and rotations repeat them.

A *pattern* is a list of (start, end) in seconds after Monday 00:00 on the wall, in order and without overlaps, within one week. A *piece*
is a stretch that goes on over the end of the week where the pattern does: its start, and how long it lasts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import TypeAlias

from pdsync.oncall.interval import Interval, find_gaps, intersect, merge_intervals
from pdsync.oncall.reading import DAY_S
from pdsync.oncall.restriction import Restriction

WEEK_S = 7 * DAY_S
_FIRST_MONDAY_S = 4 * DAY_S
"""5 January 1970, in seconds since 1970."""
WHOLE_WEEK = [(0, WEEK_S)]
Piece: TypeAlias = tuple[int, int]


def second_of_week(local_s: int) -> int:
    """Seconds after Monday 00:00, of a time on the wall in seconds since 1970."""
    return (local_s - _FIRST_MONDAY_S) % WEEK_S


def first_in_week(second: int, week: int) -> int:
    """The time on the wall of a second of a week, counted from the week of 5 January 1970."""
    return _FIRST_MONDAY_S + week * WEEK_S + second


def week_of(local_s: int) -> int:
    """The number of the week that a time on the wall is in."""
    return (local_s - _FIRST_MONDAY_S) // WEEK_S


def pattern_of(restrictions: Sequence[Restriction]) -> list[Interval]:
    """The hours that restrictions leave; the whole week without any."""
    if not restrictions:
        return WHOLE_WEEK
    windows = []
    for each in restrictions:
        for day in range(7) if each.weekday is None else (each.weekday - 1,):
            start = day * DAY_S + each.start_s
            windows += [(start, start + each.duration_s), (start - WEEK_S, start + each.duration_s - WEEK_S)]
    return merge_patterns(windows)


def merge_patterns(patterns: Iterable[Interval]) -> list[Interval]:
    """The union of stretches, within one week."""
    return intersect(merge_intervals(patterns), WHOLE_WEEK)


def without(pattern: Sequence[Interval], other: Sequence[Interval]) -> list[Interval]:
    """What another pattern leaves of a pattern."""
    return intersect(pattern, find_gaps(other, 0, WEEK_S))


def pieces_of(pattern: Sequence[Interval], cuts: Sequence[int]) -> list[Piece]:
    """The pieces of a pattern, cut at some seconds of the week, in order of their starts."""
    joined = [(start, end - start) for start, end in pattern]
    if len(joined) > 1 and pattern[0][0] == 0 and pattern[-1][1] == WEEK_S:
        joined = [*joined[1:-1], (joined[-1][0], joined[-1][1] + joined[0][1])]
    pieces = [piece for start, length in joined for piece in _cut(start, length, cuts)]
    is_whole = list(pattern) == WHOLE_WEEK
    if is_whole and len(pieces) > 1 and 0 not in {cut % WEEK_S for cut in cuts}:
        # The last piece goes on over the end of the week.
        (start, length), (_, more) = pieces[-1], pieces[0]
        pieces = [*pieces[1:-1], (start, length + more)]
    return sorted(pieces)


def _cut(start: int, length: int, cuts: Sequence[int]) -> list[Piece]:
    inside = sorted({(cut - start) % WEEK_S for cut in cuts if 0 < (cut - start) % WEEK_S < length})
    edges = [0, *inside, length]
    return [((start + low) % WEEK_S, high - low) for low, high in pairwise(edges)]

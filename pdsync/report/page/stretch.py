"""Who has a schedule before and after, stretch by stretch: what the picture and the table of a timeline both say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias
from zoneinfo import ZoneInfo

from pdsync.model import Ref
from pdsync.oncall.shift import Shift
from pdsync.report.page.moment import shown_moment

NO_ONE = "no one"


@dataclass(frozen=True, slots=True)
class Stretch:
    """One line of the table."""

    since: str
    until: str
    before: str
    after: str
    moved: bool


Pair: TypeAlias = tuple[int, int, Ref | str | None, Ref | str | None]
"""From, to, and who has it before and after: None is someone who was deleted, text is no one."""


def pair_shifts(
    first: Sequence[Shift] | None, second: Sequence[Shift] | None, since: int, until: int
) -> Iterator[Pair]:
    """Stretches in which neither side changes, in order: who has them on each side."""
    edges = sorted(
        {since, until, *(at for shift in (*(first or ()), *(second or ())) for at in (shift.start, shift.end))}
    )
    sides = [list(shifts or ()) for shifts in (first, second)]
    at = [0, 0]
    last: Pair | None = None
    for start, end in pairwise(edges):
        found: list[Ref | str | None] = []
        for side, shifts in enumerate(sides):
            while at[side] < len(shifts) and shifts[at[side]].end <= start:
                at[side] += 1
            here = at[side] < len(shifts) and shifts[at[side]].start <= start
            found.append(shifts[at[side]].user if here else NO_ONE)
        if last is not None and last[2:] == (found[0], found[1]):
            last = (last[0], end, found[0], found[1])
            continue
        if last is not None:
            yield last
        last = (start, end, found[0], found[1])
    if last is not None:
        yield last


def build_stretch(pair: Pair, names: dict[Ref | None, str], zone: ZoneInfo, compares: bool) -> Stretch:
    """The line of the table, times in a zone."""
    start, end, left, right = pair
    before, after = (who if isinstance(who, str) else names[who] for who in (left, right))
    return Stretch(shown_moment(start, zone), shown_moment(end, zone), before, after, compares and left != right)

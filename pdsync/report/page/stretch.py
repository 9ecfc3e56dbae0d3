"""Who has a schedule before and after, stretch by stretch: what the picture and the table of a timeline both say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias
from zoneinfo import ZoneInfo

from pdsync.model import Ref
from pdsync.oncall.shift import Shift, people_between
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


People: TypeAlias = tuple[Ref | None, ...]
"""Who is on call; empty: no one. None is someone who was deleted."""
Pair: TypeAlias = tuple[int, int, People, People]
"""From, to, and who has it before and after."""


def pair_shifts(
    first: Sequence[Shift] | None, second: Sequence[Shift] | None, since: int, until: int
) -> Iterator[Pair]:
    """Stretches in which neither side changes, in order: who has them on each side."""
    sides = [list(shifts or ()) for shifts in (first, second)]
    bounds = sorted({since, until, *(at for shifts in sides for shift in shifts for at in (shift.start, shift.end))})
    last: Pair | None = None
    stretches = zip(pairwise(bounds), *(people_between(shifts, bounds) for shifts in sides), strict=False)
    for (start, end), before, after in stretches:
        if last is not None and last[2:] == (before, after):
            last = (last[0], end, before, after)
            continue
        if last is not None:
            yield last
        last = (start, end, before, after)
    if last is not None:
        yield last


def build_stretch(pair: Pair, names: dict[Ref | None, str], zone: ZoneInfo, compares: bool) -> Stretch:
    """The line of the table, times in a zone."""
    start, end, left, right = pair
    before, after = (", ".join(names[who] for who in people) or NO_ONE for people in (left, right))
    return Stretch(shown_moment(start, zone), shown_moment(end, zone), before, after, compares and left != right)

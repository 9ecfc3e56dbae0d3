"""Takeovers: whom each override that a change makes or removes relieves, who takes over, and what remains uncovered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from pdsync.model import Ref
from pdsync.oncall.difference import Remainder, Takeover
from pdsync.oncall.interval import subtract
from pdsync.oncall.override import Override
from pdsync.oncall.reading import DAY_S
from pdsync.oncall.roster import Roster
from pdsync.oncall.shift import Shift, covered

_MARGIN_S = 14 * DAY_S
"""How far around an override the ends of a gap are looked for."""
_Piece = tuple[int, int, frozenset[Ref], frozenset[Ref]]
"""Start, end, who is no longer on call, and who comes on call."""


def changed_overrides(before: Roster, after: Roster) -> tuple[list[Override], list[Override]]:
    """The overrides that a change makes, and those that it removes; both in order."""
    old, new = set(before.described_overrides), set(after.described_overrides)

    def ordered(found: Iterable[Override]) -> list[Override]:
        return sorted(found, key=lambda it: (it.schedule, it.shift.start, it.shift.end, it.owner))

    return ordered(new - old), ordered(old - new)


def last_end_of(before: Roster, after: Roster) -> int:
    """When the last override ends that a change makes or removes; 0 without any."""
    made, removed = changed_overrides(before, after)
    return max((override.shift.end for override in (*made, *removed)), default=0)


def merge_overrides(held: Mapping[Ref, Mapping[str, Shift]], before: Roster, after: Roster) -> tuple[Roster, Roster]:
    """Both rosters with the overrides that the account has, by schedule and id. Overrides that the plan removes are only in the first."""
    removed = {it.id for it in changed_overrides(before, after)[1]}
    return _merged(held, before, frozenset()), _merged(held, after, removed)


def _merged(held: Mapping[Ref, Mapping[str, Shift]], roster: Roster, removed: Iterable[str]) -> Roster:
    merged: dict[Ref, dict[str, Shift]] = {
        schedule: {identity: shift for identity, shift in shifts.items() if identity not in removed}
        for schedule, shifts in held.items()
    }
    for override in roster.described_overrides:
        # The one that is described is whole; that which was read is cut at the ends of the time that was asked about.
        merged.setdefault(override.schedule, {})[override.id] = override.shift
    return roster.with_overrides({schedule: tuple(shifts.values()) for schedule, shifts in merged.items()})


def merge_shift_edits(before: Roster, after: Roster) -> tuple[Roster, Roster]:
    """The same for shift-based schedules. Both rosters have the overrides of the account."""
    removed = changed_overrides(before, after)[1]
    return _with_described(before, ()), _with_described(after, removed)


def _with_described(roster: Roster, removed: Sequence[Override]) -> Roster:
    from pdsync.oncall.shift_edit import edit_of

    merged = {}
    for schedule, edits in roster.shift_edits.items():
        gone = [it for it in removed if it.schedule == schedule]
        kept = [edit for edit in edits.overrides if not any(map(edit.is_like, gone))]
        described = [it for it in roster.described_overrides if it.schedule == schedule]
        kept += [edit_of(it) for it in described if not any(edit.is_like(it) for edit in kept)]
        merged[schedule] = replace(edits, overrides=tuple(kept))
    return replace(roster, shift_edits=merged)


def compare_overrides(before: Roster, after: Roster, moment: int) -> Iterator[Takeover | Remainder]:
    """What each override means that is made or removed, as far as it is not over. A schedule that cannot be rendered is left out.

    An override is compared with the same schedule without it, so that a schedule that the change creates counts too.
    """
    made, removed = changed_overrides(before, after)
    remainders: dict[Remainder, None] = {}
    for roster, overrides, is_made in ((after, made, True), (before, removed, False)):
        for override in overrides:
            others = [it for it in overrides if it.schedule == override.schedule]
            without = roster.without(override.schedule, others)
            for takeover in _takeovers(roster, without, override, moment, is_made):
                yield takeover
                if is_made and not takeover.relieved and takeover.joins:
                    remainders.update(dict.fromkeys(_remainders(roster, without, takeover, moment)))
    yield from remainders


def place_of(roster: Roster, owner: Ref) -> str:
    """Where an override is written; nowhere for one that has no manifest."""
    entry = roster.entries[owner]
    return entry.source if entry.key else ""


def place_of_shift(roster: Roster, schedule: Ref | None, user: Ref | None, moment: int) -> str:
    """Where the override is written that puts a person on call at an instant; empty where no manifest does."""
    for override in reversed(roster.described_overrides):
        shift = override.shift
        if override.schedule == schedule and shift.user == user and shift.start <= moment < shift.end:
            return place_of(roster, override.owner)
    return ""


def _takeovers(roster: Roster, without: Roster, override: Override, moment: int, is_made: bool) -> Iterator[Takeover]:
    start, end = max(override.shift.start, moment), override.shift.end
    if start >= end:
        return
    there, elsewhere = (each.render(override.schedule, start, end) for each in (roster, without))
    if there is None or elsewhere is None:
        return
    place = place_of(roster, override.owner)
    pieces = list(_pieces(elsewhere.final, there.final, start, end))
    for begin, finish, relieved, joins in pieces:
        yield Takeover(
            override.schedule,
            override.shift.user,
            begin,
            finish,
            tuple(sorted(relieved)),
            tuple(sorted(joins)),
            is_made,
            place,
        )
    if not pieces:
        yield Takeover(override.schedule, override.shift.user, start, end, (), (), is_made, place)


def _pieces(old: Sequence[Shift], new: Sequence[Shift], since: int, until: int) -> Iterator[_Piece]:
    """Where the people of two lists of shifts differ; stretches with the same difference are one."""
    edges = {edge for shift in (*old, *new) for edge in (shift.start, shift.end) if since < edge < until}
    held: _Piece | None = None
    for start, end in pairwise(sorted({since, until, *edges})):
        was, will = _people(old, start), _people(new, start)
        piece = (start, end, was - will, will - was)
        if held is not None and held[1] == start and held[2:] == piece[2:]:
            held = (held[0], end, *held[2:])
            continue
        if held is not None and held[2] | held[3]:
            yield held
        held = piece
    if held is not None and held[2] | held[3]:
        yield held


def _people(shifts: Iterable[Shift], moment: int) -> frozenset[Ref]:
    return frozenset(it.user for it in shifts if it.user is not None and it.start <= moment < it.end)


def _remainders(roster: Roster, without: Roster, takeover: Takeover, moment: int) -> Iterator[Remainder]:
    """What is left of the gap that an override fills in part."""
    since, until = max(moment, takeover.start - _MARGIN_S), takeover.end + _MARGIN_S
    there, elsewhere = (each.render(takeover.schedule, since, until) for each in (roster, without))
    if there is None or elsewhere is None:
        return
    gaps = [gap for gap in elsewhere.gaps if gap[0] < takeover.end and takeover.start < gap[1]]
    for start, end in subtract(gaps, covered(there.final)):
        yield Remainder(takeover.schedule, start, end, takeover.place)

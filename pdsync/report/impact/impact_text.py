"""The impact of a plan as text: a few lines for each part, and how many more there are."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import TypeVar

from pdsync.model import Ref
from pdsync.oncall.difference import AlarmChange, Gap, LoadChange, Maintained, Move, Turn, Unknown, Unreachable
from pdsync.oncall.finding import Finding
from pdsync.oncall.impact import Impact
from pdsync.oncall.roster import SCHEDULE_KINDS
from pdsync.report.impact.impact_alarm import TITLE as ALARMS_TITLE
from pdsync.report.impact.impact_alarm import WORDS as ALARMS
from pdsync.report.impact.impact_alarm import alarm_when
from pdsync.report.impact.impact_clock import ImpactClock, hours_text
from pdsync.report.impact.impact_risk import LACKS
from pdsync.report.impact.impact_rule import TITLE as RULES_TITLE
from pdsync.report.impact.impact_rule import breach_text
from pdsync.report.impact.impact_takeover import (
    SILENCES_TITLE,
    TAKEOVERS_TITLE,
    Saying,
    is_told,
    silence_sayings,
    takeover_sayings,
)
from pdsync.report.text.detail import BRIEF, Detail
from pdsync.report.text.palette import Palette
from pdsync.report.text.safe_text import cell_width, safe_text
from pdsync.report.text.wrapped import wrapped

TITLE = "Who is paged"
SPAN = "(now, and in the next 14 days)"
QUIET = "No one's on-call time changes."
NOT_COUNTED = "Overrides are not counted."
MAINTAINED_TITLE = "Under maintenance now"
MOST = 6
"""Lines of each part."""
_WIDEST_NAME = 28
_Found = TypeVar("_Found")


@dataclass(frozen=True, slots=True)
class Line:
    """One finding: a sign, what is said, and the file:line that makes it so."""

    sign: str
    text: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """The first findings of one sort, and how many more there are. All text is safe already."""

    title: str
    lines: tuple[Line, ...]
    more: int = 0


def impact_parts(impact: Impact, reader: tzinfo | None = None, most: int = MOST) -> list[Part]:
    """Everything that is different, at most so many lines of each part; empty where nothing is."""
    clock = ImpactClock(impact, reader)
    silences = list(silence_sayings(impact, clock, impact.silences)) if impact.silences else []
    moves = [move for move in impact.moves if not (impact.takeovers and is_told(impact, move))]
    turns = [("-", turn) for turn in impact.leaves] + [("+", turn) for turn in impact.joins]
    gaps, loads = _telling_gaps(impact), sorted(impact.loads, key=_difference)
    services = list(_services(impact))
    alarmed = {one.service for one in impact.alarms}
    parts = [
        _part(RULES_TITLE, impact.breaches, most, lambda found: _breaches(impact, reader, found)),
        _part("On call now", turns, most, lambda found: _turns(impact, found)),
        _part(TAKEOVERS_TITLE, impact.replacements, most, lambda found: _said(takeover_sayings(impact, clock, found))),
        _part(f"Shifts that move: {len(moves)}", moves, most, lambda found: _moves(impact, clock, found)),
        _part("Hours with no one", gaps, most, lambda found: _gaps(impact, clock, found)),
        _part(f"Services whose first responder changes: {len(impact.services)}", services, most, iter),
        _part(f"{ALARMS_TITLE}: {len(alarmed)}", impact.alarms, most, lambda found: _alarms(impact, clock, found)),
        _part(SILENCES_TITLE, silences, most, _said),
        _part(MAINTAINED_TITLE, impact.maintained, most, lambda found: _maintained(impact, clock, found)),
        _part("Cannot be reached", impact.unreachable, most, lambda found: _unreachable(impact, found)),
        _part("On-call time", loads, most, lambda found: _loads(impact, found)),
        _part("Not known", impact.unknown, most, lambda found: _unknown(impact, found)),
    ]
    return [part for part in parts if part.lines]


def _part(
    title: str, found: Sequence[_Found], most: int, lines_of: Callable[[Sequence[_Found]], Iterable[Line]]
) -> Part:
    return Part(title, tuple(lines_of(found[:most])) if found else (), max(0, len(found) - most))


def render_impact_lines(
    impact: Impact,
    reader: tzinfo | None = None,
    width: int = 80,
    palette: Palette | None = None,
    detail: Detail = BRIEF,
) -> list[str]:
    """The section without its title. Nothing is wider than `width`."""
    palette = palette or Palette()
    if impact.is_quiet:
        return [f"  {QUIET}"]
    parts = impact_parts(impact, reader, sys.maxsize if detail.expanded else MOST)
    lines: list[str] = []
    for part in parts:
        lines.append(f"  {part.title}")
        for line, following in zip(part.lines, (*part.lines[1:], None), strict=True):
            first, *rest = wrapped(line.text, width - 6)
            lines.append(f"    {_sign(line.sign, palette)} {first}")
            lines += [f"      {more}" for more in rest]
            if line.place and (following is None or following.place != line.place):
                place = f"      {safe_text(line.place)}"  # whole, so that an editor finds it
                lines.append(palette.paint("muted", place))
        if part.more:
            lines.append(palette.paint("muted", f"      and {part.more} more"))
    lines += [palette.paint("muted", f"  {note}") for note in uncounted(impact)]
    return lines


def uncounted(impact: Impact) -> Sequence[str]:
    """What the impact leaves out, in sentences."""
    is_about_shifts = impact.moves or impact.leaves or impact.joins or impact.gaps
    if impact.notes or impact.counts_overrides or not is_about_shifts:
        return impact.notes
    return (NOT_COUNTED,)


def _sign(sign: str, palette: Palette) -> str:
    style = {"-": "delete", "+": "create", "!": "error", "~": "update", "?": "warning"}.get(sign)
    return palette.paint(style, sign) if style is not None else sign


def _name(impact: Impact, ref: Ref | None, no_one: str = "no one") -> str:
    return safe_text(impact.names[ref]) if ref is not None else no_one


def _breaches(impact: Impact, reader: tzinfo | None, found: Iterable[Finding]) -> Iterator[Line]:
    for finding in found:
        sign = "!" if finding.severity == "error" else "?"
        yield Line(sign, safe_text(breach_text(impact, finding, reader)), finding.place)


def _said(found: Iterable[Saying]) -> Iterator[Line]:
    for saying in found:
        yield Line(saying.sign, safe_text(saying.text), saying.place)


def _turns(impact: Impact, turns: Iterable[tuple[str, Turn]]) -> Iterator[Line]:
    for sign, turn in turns:
        verb = "leaves" if sign == "-" else "joins"
        through = f" (through {_name(impact, turn.schedule)})" if turn.schedule is not None else ""
        text = f"{_name(impact, turn.user)} {verb} {_name(impact, turn.policy)}, level {turn.level}{through}"
        yield Line(sign, text, turn.place)


def _moves(impact: Impact, clock: ImpactClock, moves: Iterable[Move]) -> Iterator[Line]:
    for move in moves:
        who = " -> ".join(move_people(impact, move))
        when = clock.span(move.schedule, move.start, move.end)
        yield Line("~", f"{_name(impact, move.schedule)}: {who}, {when}", move.place)


def move_people(impact: Impact, move: Move) -> tuple[str, str]:
    """Who has a stretch before, and who after."""
    no_one = "no one else" if move.others else "no one"
    return _name(impact, move.before, no_one), _name(impact, move.after, no_one)


def _telling_gaps(impact: Impact) -> list[Gap]:
    """Policies first: there no one is paged at all. A schedule's gap says nothing new where its policy's is the same."""
    told = {
        (gap.appears, gap.start, gap.end, gap.place) for gap in impact.gaps if gap.subject.kind not in SCHEDULE_KINDS
    }
    telling = [
        gap
        for gap in impact.gaps
        if gap.subject.kind not in SCHEDULE_KINDS or (gap.appears, gap.start, gap.end, gap.place) not in told
    ]
    return sorted(telling, key=lambda gap: (not gap.appears, gap.subject.kind))


def _gaps(impact: Impact, clock: ImpactClock, gaps: Iterable[Gap]) -> Iterator[Line]:
    for gap in gaps:
        how_long = hours_text(gap.end - gap.start)
        when = clock.span(gap.subject, gap.start, gap.end)
        yield Line("!" if gap.appears else "+", f"{_gap_text(impact, gap)} for {how_long}: {when}", gap.place)


def _gap_text(impact: Impact, gap: Gap) -> str:
    name = _name(impact, gap.subject)
    moved = f" (of {_listed(impact, gap.services)})" if gap.services else ""
    if gap.subject.kind in SCHEDULE_KINDS:
        return f"{name} has no one" if gap.appears else f"{name} has someone again"
    return f"{name} pages no one{moved}" if gap.appears else f"{name} pages someone again{moved}"


def _services(impact: Impact) -> Iterator[Line]:
    groups: dict[tuple[tuple[Ref | None, ...], tuple[Ref | None, ...], str], list[Ref]] = defaultdict(list)
    for one in impact.services:
        groups[one.before, one.after, one.place].append(one.service)
    for (before, after, place), services in groups.items():
        yield Line("~", f"{_listed(impact, services)}: {_people(impact, before)} -> {_people(impact, after)}", place)


def _people(impact: Impact, people: Sequence[Ref | None]) -> str:
    names = [_name(impact, one, "someone not known here") for one in people]
    return (", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")) or "no one"


def _listed(impact: Impact, refs: Sequence[Ref]) -> str:
    return ", ".join(_name(impact, ref) for ref in refs[:3]) + (f" and {len(refs) - 3} more" if len(refs) > 3 else "")


def _alarms(impact: Impact, clock: ImpactClock, changes: Iterable[AlarmChange]) -> Iterator[Line]:
    for one in changes:
        text = f"{_name(impact, one.service)}: {ALARMS[one.before]} -> {ALARMS[one.after]}, {alarm_when(clock, one)}"
        yield Line({"none": "!", "unknown": "?"}.get(one.after, "~"), text, one.place)


def _maintained(impact: Impact, clock: ImpactClock, found: Iterable[Maintained]) -> Iterator[Line]:
    for one in found:
        said = f" ({safe_text(one.description)})" if one.description else ""
        yield Line(
            "?",
            f"{_name(impact, one.service)} pages no one, {clock.exact(one.service, impact.moment, one.until)}{said}",
        )


def _unreachable(impact: Impact, found: Iterable[Unreachable]) -> Iterator[Line]:
    for one in found:
        text = f"{_name(impact, one.user)}: {LACKS[one.lack]}; on call through {_name(impact, one.through)}"
        yield Line("!", text, one.place)


def _difference(load: LoadChange) -> int:
    """The largest come first."""
    return -abs(load.after.seconds - load.before.seconds)


def _loads(impact: Impact, loads: Sequence[LoadChange]) -> Iterator[Line]:
    widest = min(_WIDEST_NAME, max((cell_width(_name(impact, load.user)) for load in loads), default=0))
    for load in loads:
        name = _name(impact, load.user)
        padded = name + " " * max(0, widest - cell_width(name))
        hours = f"{round(load.before.seconds / 3600):>3} -> {round(load.after.seconds / 3600):>3} h"
        nights = f"nights {load.before.nights:>2} -> {load.after.nights:>2}"
        yield Line("~", f"{padded}  {hours}  {nights}  weekends {load.before.weekends} -> {load.after.weekends}")


def _unknown(impact: Impact, found: Iterable[Unknown]) -> Iterator[Line]:
    for one in found:
        if one.why == one.subject:
            yield Line("?", f"how {_name(impact, one.subject)} is reached")
        else:
            yield Line("?", f"whom {_name(impact, one.subject)} pages through {_name(impact, one.why)}")

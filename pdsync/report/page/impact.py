"""The impact of a plan as tables of the page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import tzinfo

from pdsync.model import Ref
from pdsync.oncall.difference import Load
from pdsync.oncall.impact import Impact
from pdsync.report.impact.impact_alarm import WORDS as ALARMS
from pdsync.report.impact.impact_alarm import alarm_when
from pdsync.report.impact.impact_clock import ImpactClock, hours_text
from pdsync.report.impact.impact_risk import COVERAGE_GAP, CURRENT_ON_CALL, LACKS, SERVICE_DISABLED, UNREACHABLE
from pdsync.report.impact.impact_takeover import SILENCES_TITLE, TAKEOVERS_TITLE, silence_when, who_text
from pdsync.report.impact.impact_text import move_people
from pdsync.report.page.moment import shown_hours

_MOST_ROWS = 200
WORDS = {
    CURRENT_ON_CALL: "Right now",
    COVERAGE_GAP: "Uncovered",
    SERVICE_DISABLED: "Disabled",
    UNREACHABLE: "Unreachable",
}
"""What is printed before a risk of the impact."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What a reader should look at first: a word for its kind, and a sentence. `place` is a line of a manifest."""

    word: str
    text: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of text under heads; the first cell of a row says what the row is about."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: int = 0
    """How many of the last columns hold numbers."""
    folded: bool = False
    """True where another part of the page draws the same."""
    more: int = 0
    """Rows that are left out."""


def impact_tables(impact: Impact, reader: tzinfo | None = None) -> Iterator[Table]:
    """Everything that is different, table by table; those without rows are left out. Times are on the clock of their schedule,
    and on that of the `reader` too."""
    clock = ImpactClock(impact, reader)
    tables = (
        Table("On call at the moment of the merge", ("Person", "Policy", "Level", "Change"), tuple(_turns(impact))),
        Table("Uncovered hours", ("Where", "When", "Hours", "Change"), tuple(_gaps(impact, clock))),
        Table("Services whose first responder changes", ("Service", "Before", "After"), tuple(_services(impact))),
        Table(
            "Services whose urgency changes",
            ("Service", "When", "Before", "After"),
            tuple(_alarms(impact, clock))[:_MOST_ROWS],
            more=max(0, len(impact.alarms) - _MOST_ROWS),
        ),
        Table(
            TAKEOVERS_TITLE,
            ("Schedule", "When", "Hours", "Change"),
            tuple(_takeovers(impact, clock))[:_MOST_ROWS],
            more=max(0, len(impact.replacements) - _MOST_ROWS),
        ),
        Table(
            SILENCES_TITLE,
            ("Service", "When", "Change"),
            tuple(_silences(impact, clock))[:_MOST_ROWS],
            more=max(0, len(impact.silences) - _MOST_ROWS),
        ),
        Table(
            "Services under maintenance now",
            ("Service", "When", "Window"),
            tuple(_maintained(impact, clock))[:_MOST_ROWS],
            more=max(0, len(impact.maintained) - _MOST_ROWS),
        ),
        Table("People who cannot be reached", ("Person", "Why", "On call through"), tuple(_lacking(impact))),
        Table("Load", ("Person", "Hours", "Nights", "Weekends"), tuple(_loads(impact)), numeric=3),
        Table(
            "Shifts that move",
            ("Schedule", "When", "Before", "After"),
            tuple(_moves(impact, clock))[:_MOST_ROWS],
            folded=True,
            more=max(0, len(impact.moves) - _MOST_ROWS),
        ),
        Table("Not known", ("About", "Because"), tuple(_unknown(impact))),
    )
    return (table for table in tables if table.rows and not impact.is_quiet)


def _turns(impact: Impact) -> Iterator[tuple[str, ...]]:
    for turns, word in ((impact.leaves, "leaves"), (impact.joins, "joins")):
        for turn in turns:
            through = f"{turn.level}, through {impact.names[turn.schedule]}" if turn.schedule else str(turn.level)
            yield impact.names[turn.user], impact.names[turn.policy], through, word


def _gaps(impact: Impact, clock: ImpactClock) -> Iterator[tuple[str, ...]]:
    for gap in impact.gaps:
        where = impact.names[gap.subject]
        if gap.services:
            where += ", for " + _list(impact.names[service] for service in gap.services)
        word = "new" if gap.appears else "closed"
        yield where, clock.span(gap.subject, gap.start, gap.end), hours_text(gap.end - gap.start), word


def _services(impact: Impact) -> Iterator[tuple[str, ...]]:
    for one in impact.services:
        yield impact.names[one.service], _people(impact, one.before), _people(impact, one.after)


def _alarms(impact: Impact, clock: ImpactClock) -> Iterator[tuple[str, ...]]:
    for one in impact.alarms:
        yield impact.names[one.service], alarm_when(clock, one), ALARMS[one.before], ALARMS[one.after]


def _takeovers(impact: Impact, clock: ImpactClock) -> Iterator[tuple[str, ...]]:
    for one in impact.replacements:
        what = who_text(impact, one)
        yield (
            impact.names[one.schedule],
            clock.exact(one.schedule, one.start, one.end),
            hours_text(one.end - one.start),
            what[:1].upper() + what[1:],
        )


def _silences(impact: Impact, clock: ImpactClock) -> Iterator[tuple[str, ...]]:
    for one in impact.silences:
        yield impact.names[one.service], silence_when(clock, one), "pages no one" if one.begins else "pages again"


def _maintained(impact: Impact, clock: ImpactClock) -> Iterator[tuple[str, ...]]:
    for one in impact.maintained:
        yield impact.names[one.service], clock.exact(one.service, impact.moment, one.until), one.description


def _lacking(impact: Impact) -> Iterator[tuple[str, ...]]:
    for one in impact.unreachable:
        yield impact.names[one.user], LACKS[one.lack], impact.names[one.through]


def _loads(impact: Impact) -> Iterator[tuple[str, ...]]:
    for one in impact.loads:
        was, will = one.before, one.after
        yield (
            impact.names[one.user],
            _change(shown_hours(was.seconds), shown_hours(will.seconds)),
            _change(str(was.nights), str(will.nights)),
            _change(str(was.weekends), str(will.weekends)),
        )


def _moves(impact: Impact, clock: ImpactClock) -> Iterator[tuple[str, ...]]:
    for move in impact.moves:
        yield impact.names[move.schedule], clock.span(move.schedule, move.start, move.end), *move_people(impact, move)


def _unknown(impact: Impact) -> Iterator[tuple[str, ...]]:
    for one in impact.unknown:
        if one.subject == one.why:
            yield impact.names[one.subject], "their contact methods and rules are not known here"
        else:
            yield impact.names[one.subject], f"the people of {impact.names[one.why]} are not known here"


def _people(impact: Impact, people: Iterable[Ref | None]) -> str:
    return _list(impact.names[user] if user is not None else "someone not known here" for user in people) or "no one"


def _list(names: Iterable[str]) -> str:
    found = list(names)
    return ", ".join(found[:8]) + (f" and {len(found) - 8} more" if len(found) > 8 else "")


def _change(before: str, after: str) -> str:
    return before if before == after else f"{before} → {after}"


def load_cells(load: Load) -> tuple[str, str, str]:
    """Hours, nights and weekends."""
    return shown_hours(load.seconds), str(load.nights), str(load.weekends)

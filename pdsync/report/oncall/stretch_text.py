"""When two renderings have different people on call, as text."""

from __future__ import annotations

from collections.abc import Sequence

from pdsync.model import Ref
from pdsync.model.instant import render_duration
from pdsync.oncall.rendered_difference import Stretch
from pdsync.oncall.roster import Roster
from pdsync.report.text.clock import Screen
from pdsync.report.text.safe_text import safe_text

_SHOWN = 20


def render_stretches(roster: Roster, stretches: Sequence[Stretch], screen: Screen) -> str:
    """A line for each stretch: when, who is on call now, and who would be. Ends in a line break unless it is empty."""
    lines = [
        f"  {screen.clock.period(it.start, it.end)}: {_people(roster, it.before)} now, {_people(roster, it.after)} in version 3"
        for it in stretches[:_SHOWN]
    ]
    if len(stretches) > _SHOWN:
        lines.append(f"  and {len(stretches) - _SHOWN} more")
    if len(stretches) > 1:
        lines.append(f"  {render_duration(sum(it.end - it.start for it in stretches))} together")
    return "".join(f"{safe_text(line)}\n" for line in lines)


def _people(roster: Roster, people: Sequence[Ref]) -> str:
    return " and ".join(roster.name_of(it) for it in people) or "no one"

"""Who is on call at an instant, as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pdsync.model import Ref
from pdsync.oncall.escalation_level import LevelOnCall
from pdsync.oncall.maintenance import Maintenance
from pdsync.oncall.on_call_period import OnCallPeriod
from pdsync.oncall.roster import Roster
from pdsync.report.oncall.pending_text import PendingSchedules, pending_json, render_pending_lines
from pdsync.report.oncall.period_text import how_text, period_json, render_next_text, render_unused_text
from pdsync.report.text.clock import Clock, utc
from pdsync.report.text.palette import Palette
from pdsync.report.text.safe_text import safe_text
from pdsync.report.text.wrapped import wrapped

_INDENT = " " * 6


@dataclass(frozen=True, slots=True)
class Answer:
    """What is known about an instant (seconds since 1970)."""

    moment: int
    on_calls: Sequence[LevelOnCall]
    following: Sequence[OnCallPeriod] | None = None
    """What the people who were asked for have ahead; None where no person was asked for."""
    maintenance: Sequence[tuple[Ref, Maintenance]] = ()
    """The services under maintenance."""
    disabled: Sequence[Ref] = ()
    """The services that are disabled."""
    unused: Sequence[OnCallPeriod] = ()
    """Who is on call in schedules that no policy notifies."""
    pending: PendingSchedules = ()
    """What begins or ends in these schedules later."""


def render_oncall_text(roster: Roster, answer: Answer, clock: Clock, palette: Palette, width: int) -> str:
    """Policy by policy, level by level, in lines of at most `width` columns. Ends in a line break."""
    head = f"On call at {clock.at(answer.moment, with_zone=True)}"
    lines = [palette.paint("strong", line) for line in wrapped(head, width)]
    last: Ref | None = None
    for on_call in answer.on_calls:
        if on_call.policy != last:
            title = wrapped(safe_text(roster.name_of(on_call.policy)), width)
            lines += ["", *(palette.paint("strong", line) for line in title)]
            last = on_call.policy
        lines += _on_call(roster, on_call, clock, palette, width)
    if not answer.on_calls:
        lines += ["", "No one, for any policy." if answer.unused else "No one."]
    lines += render_unused_text(roster, answer.unused, clock, palette, width)
    if answer.following is not None:
        lines += ["", palette.paint("strong", "Next")]
        lines += render_next_text(roster, answer.following, clock, palette, width) or ["  nothing within 90 days"]
    lines += _silent_lines(roster, answer, clock, palette, width)
    lines += render_pending_lines(roster, answer.pending, palette, width)
    return "\n".join(lines) + "\n"


def _silent_lines(roster: Roster, answer: Answer, clock: Clock, palette: Palette, width: int) -> Iterator[str]:
    """The services that make no incidents, so that no one is paged for them."""
    disabled = [safe_text(roster.name_of(service)) for service in answer.disabled]
    maintained = [
        f"{safe_text(roster.name_of(service))}, until {clock.at(window.end)}"
        + (f" ({safe_text(window.description)})" if window.description else "")
        for service, window in answer.maintenance
    ]
    for title, services in (("Disabled", disabled), ("Under maintenance", maintained)):
        if services:
            head = wrapped(f"{title}, so no incident opens", width)
            yield from ("", *(palette.paint("strong", line) for line in head))
        for text in services:
            yield from wrapped(text, width, indent="  ", hanging=_INDENT)


def _on_call(roster: Roster, on_call: LevelOnCall, clock: Clock, palette: Palette, width: int) -> list[str]:
    responder, first = on_call.responder, f"  {on_call.level:>2}  "
    if responder is None:
        until = f" until {clock.at(on_call.until)}" if on_call.until is not None else ""
        return [
            palette.paint("warning", line)
            for line in wrapped(f"no one{until}; skipped at once", width, indent=first, hanging=_INDENT)
        ]
    schedule = roster.schedule(responder.schedule) if responder.schedule is not None else None
    name = safe_text(roster.name_of(responder.user)) if responder.user else "someone whose schedule is not known here"
    if responder.until is not None:
        name += f", until {clock.at(responder.until)}"
        there = clock.elsewhere(schedule.zone, responder.until) if schedule is not None else ""
        name += f" ({there})" if there else ""
    lines = wrapped(name, width, indent=first, hanging=_INDENT)
    if responder.schedule is None:
        through, place = "a target of the policy itself", _place(roster, on_call.policy)
    else:
        how = how_text(responder.schedule, responder.layer) if responder.user else ""
        through = f"through {safe_text(roster.name_of(responder.schedule))}{how}"
        place = responder.place or _place(roster, responder.schedule)
    lines += [palette.paint("muted", line) for line in wrapped(through, width, indent=_INDENT)]
    if place and not roster.complete:
        lines.append(palette.paint("muted", f"{_INDENT}{safe_text(place)}"))  # whole, so that an editor finds it
    return lines


def render_oncall_json(roster: Roster, answer: Answer) -> dict[str, Any]:
    """The same as plain JSON, times in UTC. Null at `maintenance`: not known."""
    on_call = [_on_call_json(roster, on_call) for on_call in answer.on_calls]
    on_call += [_without_policy(period_json(roster, period)) for period in answer.unused]
    body: dict[str, Any] = {"at": utc(answer.moment), "on_call": on_call}
    if answer.following is not None:
        body["next"] = [period_json(roster, period) for period in answer.following]
    body["disabled"] = [roster.name_of(service) for service in answer.disabled]
    body["maintenance"] = None
    if roster.windows is not None:
        body["maintenance"] = [
            {"service": roster.name_of(service), "until": utc(window.end), "description": window.description or None}
            for service, window in answer.maintenance
        ]
    body["pending"] = pending_json(roster, answer.pending)
    return body


def _without_policy(body: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name != "from"}


def _on_call_json(roster: Roster, on_call: LevelOnCall) -> dict[str, Any]:
    responder = on_call.responder
    schedule = responder.schedule if responder is not None else None
    until = responder.until if responder is not None else on_call.until
    place = responder.place if responder is not None else ""
    return {
        "policy": roster.name_of(on_call.policy),
        "level": on_call.level,
        "user": roster.name_of(responder.user) if responder is not None and responder.user is not None else None,
        "nobody": responder is None,
        "schedule": roster.name_of(schedule) if schedule is not None else None,
        "layer": responder.layer or None if responder is not None else None,
        "until": utc(until) if until is not None else None,
        "source": place or _place(roster, schedule or on_call.policy) or None,
    }


def _place(roster: Roster, ref: Ref) -> str:
    entry = roster.entries.get(ref)
    return entry.place if entry is not None else ""

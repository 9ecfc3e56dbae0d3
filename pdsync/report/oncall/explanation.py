"""What happens when a service breaks, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from pdsync.model import Canonical, Ref
from pdsync.oncall.escalation import IncidentState, ReachedLevel, Responder, walk
from pdsync.oncall.person import Person, Urgency
from pdsync.oncall.roster import Roster
from pdsync.oncall.urgency import ServiceUrgency, urgency_at
from pdsync.report.text.clock import Clock
from pdsync.report.text.safe_text import safe_text
from pdsync.report.text.wrapped import wrapped

_HANGING = " " * 10


def render_explanation(roster: Roster, service: Ref, moment: int, clock: Clock, width: int) -> str:
    """What happens with an incident that is triggered at an instant, in lines of at most `width` columns. Ends in a line break."""
    lines = (
        wrapped(line.lstrip(), width, indent=" " * (len(line) - len(line.lstrip())), hanging=_hanging(line))
        for line in _lines(roster, service, moment, clock)
    )
    return "\n".join(chain.from_iterable(lines)) + "\n"


def _hanging(line: str) -> str:
    return _HANGING + "  " if line.startswith(_HANGING) else _HANGING if line.startswith(" ") else ""


def _lines(roster: Roster, service: Ref, moment: int, clock: Clock) -> Iterator[str]:
    fields = roster.entries[service].fields
    name = safe_text(roster.name_of(service))
    yield f"{name} breaks on {_day(moment, clock)}{_there(fields.get('support_hours'), moment, clock)}."
    if fields.get("status") == "disabled":
        yield "The service is disabled: no incident is made, and no one is paged."
        return
    maintenance = roster.maintenance_at(service, moment)
    if maintenance is not None:
        said = f" ({safe_text(maintenance.description)})" if maintenance.description else ""
        yield (
            f"The service is under maintenance until {_day(maintenance.end, clock)}{said}: no incident is made, and no one is paged."
        )
        return
    urgency = urgency_at(fields, moment)
    yield from _urgency(urgency)
    policy = roster.find(fields.get("escalation_policy"))
    if policy is None:
        yield "Its escalation policy is not known here."
        return
    yield f"It follows the policy {safe_text(roster.name_of(policy))}:"
    yield ""
    yield from _story(roster, policy, moment, "low" if urgency.urgency == "low" else "high")
    if urgency.rises_at is not None and any(walk(roster, policy, IncidentState(moment))):
        yield (
            f"If no one has acknowledged it on {_day(urgency.rises_at, clock)}, it becomes urgent, by a scheduled action. The people it is "
            "assigned to are notified as for high urgency, and from then on it escalates:"
        )
        yield ""
        yield from _later(roster, policy, moment, urgency.rises_at)


def _urgency(urgency: ServiceUrgency) -> Iterator[str]:
    if urgency.urgency == "severity_based":
        yield (
            f"The severity of the event decides the urgency ({urgency.because}); told here for high urgency. One of low urgency "
            "notifies the first level only."
        )
    else:
        yield f"The incident has {urgency.urgency} urgency, the rule for incidents {urgency.because}."


def _story(roster: Roster, policy: Ref, moment: int, urgency: Urgency) -> Iterator[str]:
    levels = list(walk(roster, policy, IncidentState(moment, escalates=urgency == "high")))
    if not levels:
        yield "No one is on call at any level. PagerDuty drops the incident: NO ONE IS PAGED."
        return
    for reached in levels:
        if reached.repeat == 0:
            yield from _level(roster, reached, urgency)
    if urgency == "low":
        yield "Incidents of low urgency do not escalate: no one else is notified."
        return
    yield from escalation_end(roster, policy, levels)


def escalation_end(roster: Roster, policy: Ref, levels: Sequence[ReachedLevel]) -> Iterator[str]:
    """What comes after the last level: repetitions, and when no one is left."""
    fields = roster.entries[policy].fields
    loops, rules = int(fields.get("num_loops") or 0), fields["escalation_rules"]
    first_repeat = next((reached for reached in levels if reached.repeat == 1), None)
    if loops and first_repeat is not None:
        times = "once" if loops == 1 else f"{loops} times"
        yield f"After {first_repeat.after_min} min the policy repeats {times}, with the people on call at that time."
    last = max((reached for reached in levels if reached.responders), key=lambda reached: reached.after_min)
    end = last.after_min + int(rules[last.level - 1].get("escalation_delay_in_minutes") or 0)
    yield f"After {end} min no one else is notified."


def _later(roster: Roster, policy: Ref, moment: int, rises_at: int) -> Iterator[str]:
    """What happens once an incident becomes urgent: its first responders still have it, and the next levels follow."""
    first = next(reached for reached in walk(roster, policy, IncidentState(moment)) if reached.responders)
    levels = list(walk(roster, policy, IncidentState(rises_at, current=first)))
    for reached in levels:
        if reached.repeat == 0:
            yield from _level(roster, reached, "high")
    yield from escalation_end(roster, policy, levels)


def _day(moment: int, clock: Clock) -> str:
    local = clock.local(moment)
    return f"{local:%A}, {local.day} {local:%B %Y} at {local:%H:%M %Z}"


def _there(hours: Canonical, moment: int, clock: Clock) -> str:
    """The time in the zone of the support hours, where that is another one."""
    zone = str(hours.get("time_zone") or "") if hours else ""
    shown = clock.elsewhere(zone, moment) if zone else ""
    return f" ({shown}, the zone of its support hours)" if shown else ""


def _level(roster: Roster, reached: ReachedLevel, urgency: Urgency) -> Iterator[str]:
    if not reached.responders:
        yield f"{reached.after_min:>4} min: level {reached.level} has no one on call and is skipped at once."
        return
    how = (
        ", one of these in turn; whose turn it is cannot be known beforehand"
        if reached.round_robin and len(reached.responders) > 1
        else ""
    )
    yield f"{reached.after_min:>4} min: level {reached.level}{how}"
    for responder in reached.responders:
        yield f"          {_responder(roster, responder, urgency)}"


def _responder(roster: Roster, responder: Responder, urgency: Urgency) -> str:
    if responder.user is None:
        name = safe_text(roster.name_of(responder.schedule)) if responder.schedule else ""
        return f"the person on call in {name}, who is not known here"
    name = safe_text(roster.name_of(responder.user))
    return f"{name}: {rings_text(roster.person(responder.user), urgency)}"


def rings_text(person: Person, urgency: Urgency) -> str:
    """What rings when, in words; numbers and addresses are not said."""
    if person.is_silent(urgency):
        return f"NOTHING RINGS, there is no rule for {urgency} urgency"
    rings = person.rings.get(urgency)
    if not rings:
        return "by their own notification rules"
    return ", ".join(
        f"{ring.method} {'at once' if not ring.after_min else f'after {ring.after_min} min'}" for ring in rings
    )

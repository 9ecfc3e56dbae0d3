"""What happens when a service breaks, in sentences."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from pdsync.model import Canonical, Ref
from pdsync.model.instant import is_zone
from pdsync.oncall.escalation import ReachedLevel, Responder
from pdsync.oncall.incident import Course, Incident, course_of, incident_at, rising_course
from pdsync.oncall.person import Person, Urgency
from pdsync.oncall.roster import Roster
from pdsync.oncall.urgency import ServiceUrgency
from pdsync.report.text.clock import Clock
from pdsync.report.text.safe_text import safe_text
from pdsync.report.text.wrapped import wrapped

_HANGING = " " * 10
DISABLED = "The service is disabled: no incident opens, and no one is paged."


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
    hours = roster.entries[service].fields.get("support_hours")
    incident = incident_at(roster, service, moment)
    yield f"{safe_text(roster.name_of(service))} breaks on {_day(moment, clock)}{_there(hours, moment, clock)}."
    if not incident.is_made:
        yield _why_not_made(incident, clock)
        return
    yield from _urgency(incident.urgency)
    policy = incident.policy
    if policy is None:
        yield "Its escalation policy is not known here."
        return
    yield f"It uses the policy {safe_text(roster.name_of(policy))}:"
    yield ""
    course = course_of(roster, policy, moment, incident.urgencies[0])
    yield from course_lines(roster, course, incident.urgencies[0])
    rises_at = incident.urgency.rises_at
    if rises_at is not None and course.levels:
        yield (
            f"If no one has acknowledged it on {_day(rises_at, clock)}, it becomes urgent, by a scheduled action. The people it is "
            "assigned to are notified as for high urgency, and from then on it escalates:"
        )
        yield ""
        yield from course_lines(roster, rising_course(roster, policy, moment, rises_at), "high")


def _why_not_made(incident: Incident, clock: Clock) -> str:
    if incident.disabled or incident.maintenance is None:
        return DISABLED
    window = incident.maintenance
    reasons = ", ".join(safe_text(text) for text in (window.description, window.place) if text)
    said = f" ({reasons})" if reasons else ""
    return f"The service is under maintenance until {_day(window.end, clock)}{said}: no incident opens, and no one is paged."


def _urgency(urgency: ServiceUrgency) -> Iterator[str]:
    if urgency.urgency == "severity_based":
        yield (
            f"The severity of the event decides the urgency ({urgency.because}); shown here for high urgency. A low-urgency "
            "incident notifies only the first level."
        )
    elif urgency.urgency == "unknown":
        yield f"The urgency is not known ({urgency.because}); shown here for high urgency."
    else:
        yield f"The incident has {urgency.urgency} urgency, the rule for incidents {urgency.because}."


def course_lines(roster: Roster, course: Course, urgency: Urgency) -> Iterator[str]:
    """The levels that an incident reaches, each with whom it notifies, and how it ends."""
    if not course.levels:
        yield "No one is on call at any level. PagerDuty drops the incident: NO ONE IS PAGED."
        return
    for reached in course.levels:
        yield from _level(roster, reached, urgency)
    yield from course_end(course)


def course_end(course: Course) -> Iterator[str]:
    """What comes after the last level: repetitions, and when no one is left."""
    if not course.escalates:
        yield "Low-urgency incidents do not escalate: no one else is notified."
        return
    if course.repeats:
        times = "once" if course.repeats == 1 else f"{course.repeats} times"
        yield f"After {course.repeats_after_min} min the policy repeats {times}, with the people on call at that time."
    yield f"After {course.ends_after_min} min no one else is notified."


def _day(moment: int, clock: Clock) -> str:
    local = clock.local(moment)
    return f"{local:%A}, {local.day} {local:%B %Y} at {local:%H:%M %Z}"


def _there(hours: Canonical, moment: int, clock: Clock) -> str:
    """The time in the zone of the support hours, where that is another one."""
    zone = str(hours.get("time_zone") or "") if hours else ""
    shown = clock.elsewhere(zone, moment) if is_zone(zone) else ""
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
        yield f"{_HANGING}{_responder(roster, responder, urgency)}"
        if responder.schedule is not None and responder.user is not None and not responder.layer:
            written = f" ({safe_text(responder.place)})" if responder.place else ""
            yield f"{_HANGING}  by an override of {safe_text(roster.name_of(responder.schedule))}{written}"


def _responder(roster: Roster, responder: Responder, urgency: Urgency) -> str:
    if responder.user is None:
        name = safe_text(roster.name_of(responder.schedule)) if responder.schedule else ""
        return f"the person on call in {name}, who is not known here"
    name = safe_text(roster.name_of(responder.user))
    return f"{name}: {rings_text(roster.person(responder.user), urgency)}"


def rings_text(person: Person, urgency: Urgency) -> str:
    """What rings when, in words; numbers and addresses are not said."""
    if person.has_no_method:
        return "NOT NOTIFIED: no contact method"
    if person.is_silent(urgency):
        return f"NOT NOTIFIED: no rule for {urgency} urgency"
    own = "by their own notification rules"
    rings = [
        f"{ring.method} {'at once' if not ring.after_min else f'after {ring.after_min} min'}"
        for ring in person.rings.get(urgency, ())
    ]
    if not rings:
        return own
    return ", ".join(rings) if person.whole else f"{', '.join(rings)}, and {own}"

"""The escalation of an incident as a page shows it, level by level."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo

from pdsync.model import Ref
from pdsync.oncall.escalation import ReachedLevel, Responder
from pdsync.oncall.incident import course_of
from pdsync.oncall.person import Urgency
from pdsync.oncall.reading import DAY_S
from pdsync.oncall.roster import Roster
from pdsync.oncall.shift import shifts_at
from pdsync.report.oncall.explanation import course_end, rings_text
from pdsync.report.page.moment import PAGE_DAYS, shown_moment


@dataclass(frozen=True, slots=True)
class Responding:
    """A responder of a level. `silent`: the person is not notified, or the person is not known here."""

    name: str
    via: str
    rings: str
    silent: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One level of the first pass."""

    after_min: int
    level: int
    responders: tuple[Responding, ...]
    in_turn: bool


@dataclass(frozen=True, slots=True)
class Escalation:
    """`steps` is empty where no one is paged."""

    policy: str
    steps: tuple[Step, ...]
    end: str


def build_escalation(
    roster: Roster, policy: Ref | None, moment: int, zone: tzinfo | None, urgency: Urgency = "high"
) -> Escalation:
    """The way of an incident that is triggered at an instant. Times are in a zone; None: that of this machine."""
    if policy is None or policy not in roster.entries:
        return Escalation(
            roster.name_of(policy) if policy is not None else "", (), "Its escalation policy is not known here."
        )
    course = course_of(roster, policy, moment, urgency, ends=False)
    name = roster.name_of(policy)
    if not course.levels:
        return Escalation(name, (), "No one is on call at any level. PagerDuty drops the incident: no one is paged.")
    steps = tuple(_step(roster, reached, moment, zone, urgency) for reached in course.levels)
    return Escalation(name, steps, " ".join(course_end(course)))


def _step(roster: Roster, reached: ReachedLevel, moment: int, zone: tzinfo | None, urgency: Urgency) -> Step:
    responders = tuple(
        _responding(roster, responder, (moment, reached.after_min * 60), zone, urgency)
        for responder in reached.responders
    )
    return Step(reached.after_min, reached.level, responders, reached.round_robin and len(responders) > 1)


def _responding(
    roster: Roster, responder: Responder, when: tuple[int, int], zone: tzinfo | None, urgency: Urgency
) -> Responding:
    schedule = roster.name_of(responder.schedule) if responder.schedule is not None else ""
    if responder.user is None:
        return Responding(f"the person on call in {schedule}", "not known here", "", silent=True)
    via = ""
    if responder.schedule is not None:
        via = f"through {schedule}" + (f", {responder.layer}" if responder.layer else ", by an override")
        until = end_of_shift(roster, responder, *when)
        via += f", until {shown_moment(until, zone)}" if until is not None else ""
    person = roster.person(responder.user)
    return Responding(roster.name_of(responder.user), via, rings_text(person, urgency), person.is_silent(urgency))


def end_of_shift(roster: Roster, responder: Responder, moment: int, after_s: int = 0) -> int | None:
    """When the shift of a responder ends that runs so long after an instant. None: not in the days that the page draws.

    It is taken from those days, which are rendered once. To look months ahead for each level would take most of the time.
    """
    schedule = responder.schedule
    rendered = roster.render(schedule, moment, moment + PAGE_DAYS * DAY_S) if schedule is not None else None
    if rendered is None:
        return None
    found = (shift for shift in shifts_at(rendered.final, moment + after_s) if shift.user == responder.user)
    return next((shift.end for shift in found if shift.end < rendered.until), None)

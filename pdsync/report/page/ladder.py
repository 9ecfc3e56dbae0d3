"""The way of an incident through a policy, as steps that a reader can follow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo

from pdsync.kinds import Ref
from pdsync.oncall.ladder import Responder, Rung, walk
from pdsync.oncall.person import Urgency
from pdsync.oncall.roster import Roster
from pdsync.report.explanation import end_of_ladder, rings_text
from pdsync.report.page.moment import shown_moment


@dataclass(frozen=True, slots=True)
class Responding:
    """Somebody on a step. `silent`: nothing rings, or nobody knows who it is."""

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
class Ladder:
    """`steps` is empty where nobody is paged at all."""

    policy: str
    steps: tuple[Step, ...]
    end: str


def build_ladder(
    roster: Roster, policy: Ref | None, moment: int, zone: tzinfo | None, urgency: Urgency = "high"
) -> Ladder:
    """The ladder that an incident of an instant climbs; times in a zone, None: that of this machine."""
    if policy is None or policy not in roster.entries:
        return Ladder(
            roster.name_of(policy) if policy is not None else "", (), "Its escalation policy is not known here."
        )
    rungs = list(walk(roster, policy, moment))
    name = roster.name_of(policy)
    if not rungs:
        return Ladder(name, (), "Nobody is on call at any level. PagerDuty drops the incident: nobody is paged.")
    steps = tuple(_step(roster, rung, zone, urgency) for rung in rungs if rung.repeat == 0)
    return Ladder(name, steps, " ".join(end_of_ladder(roster, policy, rungs)))


def _step(roster: Roster, rung: Rung, zone: tzinfo | None, urgency: Urgency) -> Step:
    responders = tuple(_responding(roster, responder, zone, urgency) for responder in rung.responders)
    return Step(rung.after_min, rung.level, responders, rung.round_robin and len(responders) > 1)


def _responding(roster: Roster, responder: Responder, zone: tzinfo | None, urgency: Urgency) -> Responding:
    schedule = roster.name_of(responder.schedule) if responder.schedule is not None else ""
    if responder.user is None:
        return Responding(f"whoever {schedule} says", "not known here", "", silent=True)
    via = ""
    if schedule:
        via = f"through {schedule}" + (f", {responder.layer}" if responder.layer else ", by an override")
        if responder.until is not None:
            via += f", until {shown_moment(responder.until, zone)}"
    person = roster.person(responder.user)
    return Responding(roster.name_of(responder.user), via, rings_text(person, urgency), person.is_silent(urgency))

"""Escalation: the way of an incident through the levels of its policy while it is not acknowledged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pdsync.model import Canonical, Ref
from pdsync.oncall.roster import Roster
from pdsync.oncall.shift import shifts_at
from pdsync.oncall.takeover import place_of_shift

LOOK_AHEAD_S = 90 * 86_400
"""How far ahead the end of a shift is looked for."""


@dataclass(frozen=True, slots=True)
class Responder:
    """A person who is notified. None at `user`: a schedule whose people are not known here."""

    user: Ref | None
    schedule: Ref | None = None
    layer: str = ""
    """Empty for an override, and for a person who is a target directly."""
    until: int | None = None
    """When the shift ends; None: not within 90 days, or never."""
    place: str = ""
    """Where the override is written, if a manifest puts this person on call by one."""


@dataclass(frozen=True, slots=True)
class ReachedLevel:
    """An escalation level, at the time when the incident reaches it."""

    level: int
    """From 1."""
    after_min: int
    """Minutes after the incident began."""
    responders: tuple[Responder, ...]
    """Empty: the level is skipped at once."""
    round_robin: bool = False
    """Each incident notifies only one of the targets, in turn. Whose turn it is cannot be known beforehand."""
    repeat: int = 0
    """0 in the first pass, 1 in the first repetition."""


@dataclass(frozen=True, slots=True)
class IncidentState:
    """What decides the way of an incident, in addition to its policy."""

    moment: int
    """When it is triggered; with `current`, when it goes on from that level."""
    escalates: bool = True
    """False: it stays where it arrives, like a low-urgency incident (support page 'Configurable Service Settings')."""
    current: ReachedLevel | None = None
    """The level that it has reached already, with its responders."""


def responders_at(roster: Roster, rule: Canonical, moment: int, *, ends: bool = True) -> tuple[Responder, ...]:
    """Who is on call for one level at an instant, in a stable order, each person once. `ends`: also say until when."""
    found: dict[Ref | None, Responder] = {}
    for target in rule.get("targets") or ():
        ref = roster.find(target)
        if target.kind == "user":
            if ref is not None or not roster.complete:
                found[ref or target] = Responder(ref or target)
            continue
        until = moment + (LOOK_AHEAD_S if ends else 1)
        rendered = roster.render(ref, moment, until) if ref is not None else None
        if rendered is None:
            found.setdefault(None, Responder(None, ref or target))
            continue
        for shift in shifts_at(rendered.final, moment):
            if shift.user is not None:
                end = shift.end if ends and shift.end < until else None
                place = "" if shift.layer else place_of_shift(roster, ref, shift.user, moment)
                found.setdefault(shift.user, Responder(shift.user, ref, shift.layer, end, place))
    return tuple(found.values())


def walk(roster: Roster, policy: Ref, incident: IncidentState, *, ends: bool = True) -> Iterator[ReachedLevel]:
    """Every level in the order that an incident reaches it, repetitions included. `ends`: also say until when people are on call.

    A level without a responder is skipped without a wait. Where the first pass finds no responder at all, PagerDuty drops the
    incident, and nothing is yielded.
    """
    entry = roster.entries.get(policy)
    rules = (entry.fields.get("escalation_rules") or ()) if entry is not None else ()
    moment, current = incident.moment, incident.current
    if current is None and not any(responders_at(roster, rule, moment, ends=False) for rule in rules):
        return
    loops = int((entry.fields.get("num_loops") or 0) if entry is not None else 0)
    after_min = 0
    for repeat in range(loops + 1):
        for level, rule in enumerate(rules, 1):
            if repeat == 0 and current is not None and level < current.level:
                continue
            if repeat == 0 and current is not None and level == current.level:
                responders = current.responders
            else:
                responders = responders_at(roster, rule, moment + after_min * 60, ends=ends)
            strategy = rule.get("escalation_rule_assignment_strategy")
            yield ReachedLevel(level, after_min, responders, strategy == "round_robin", repeat)
            if responders and not incident.escalates:
                return
            if responders:
                after_min += int(rule.get("escalation_delay_in_minutes") or 0)


def first_responders(roster: Roster, policy: Ref, moment: int) -> tuple[Ref | None, ...]:
    """Who is notified first: the people of the first level that has a responder."""
    entry = roster.entries.get(policy)
    for rule in (entry.fields.get("escalation_rules") or ()) if entry is not None else ():
        found = responders_at(roster, rule, moment, ends=False)
        if found:
            return tuple(responder.user for responder in found)
    return ()

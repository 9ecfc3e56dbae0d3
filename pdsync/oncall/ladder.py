"""The way an incident takes through an escalation policy when nobody acknowledges it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pdsync.model import Canonical, Ref
from pdsync.oncall.roster import Roster
from pdsync.oncall.shift import shift_at

LOOK_AHEAD_S = 90 * 86_400
"""How far ahead the end of a shift is looked for."""


@dataclass(frozen=True, slots=True)
class Responder:
    """Somebody who is notified. None at `user`: a schedule whose people are not known here."""

    user: Ref | None
    schedule: Ref | None = None
    layer: str = ""
    """Empty for an override, and for a person who is a target directly."""
    until: int | None = None
    """When the shift ends; None: not within 90 days, or never."""


@dataclass(frozen=True, slots=True)
class Rung:
    """One level, when it is reached."""

    level: int
    """From 1."""
    after_min: int
    """Minutes after the incident began."""
    responders: tuple[Responder, ...]
    """Nobody: the level is skipped at once."""
    round_robin: bool = False
    """Only one of the targets is notified, each incident another one; whose turn it is cannot be known beforehand."""
    repeat: int = 0
    """0 in the first pass, 1 in the first repetition."""


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
        shift = shift_at(rendered.final, moment)
        if shift is not None and shift.user is not None:
            end = shift.end if ends and shift.end < until else None
            found.setdefault(shift.user, Responder(shift.user, ref, shift.layer, end))
    return tuple(found.values())


def walk(
    roster: Roster, policy: Ref, moment: int, *, escalates: bool = True, held: Rung | None = None, ends: bool = True
) -> Iterator[Rung]:
    """Every level in the order it is reached by an incident of that instant, repetitions included. `ends`: also say until when.

    An incident that does not escalate stays where it arrives: one of low urgency (support page 'Configurable Service Settings').
    `held`: where it stands already at that instant, with whom; it goes on from there.
    Levels with nobody on call are skipped without waiting. Nothing at all where the first pass finds nobody: PagerDuty drops
    such an incident.
    """
    entry = roster.entries.get(policy)
    rules = (entry.fields.get("escalation_rules") or ()) if entry is not None else ()
    if held is None and not any(responders_at(roster, rule, moment, ends=False) for rule in rules):
        return
    loops = int((entry.fields.get("num_loops") or 0) if entry is not None else 0)
    after_min = 0
    for repeat in range(loops + 1):
        for level, rule in enumerate(rules, 1):
            standing = held if repeat == 0 else None
            if standing is not None and level < standing.level:
                continue
            if standing is not None and level == standing.level:
                responders = standing.responders
            else:
                responders = responders_at(roster, rule, moment + after_min * 60, ends=ends)
            strategy = rule.get("escalation_rule_assignment_strategy")
            yield Rung(level, after_min, responders, strategy == "round_robin", repeat)
            if responders and not escalates:
                return
            if responders:
                after_min += int(rule.get("escalation_delay_in_minutes") or 0)


def first_responders(roster: Roster, policy: Ref, moment: int) -> tuple[Ref | None, ...]:
    """Who is notified first: the people of the first level with anybody on call."""
    entry = roster.entries.get(policy)
    for rule in (entry.fields.get("escalation_rules") or ()) if entry is not None else ():
        found = responders_at(roster, rule, moment, ends=False)
        if found:
            return tuple(responder.user for responder in found)
    return ()

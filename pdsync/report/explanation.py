"""What happens when a service breaks, told in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, tzinfo

from pdsync.kinds import Ref
from pdsync.oncall.ladder import Responder, Rung, walk
from pdsync.oncall.person import Person, Urgency
from pdsync.oncall.roster import Roster
from pdsync.oncall.urgency import urgency_at
from pdsync.report.safe_text import safe_text


def render_explanation(roster: Roster, service: Ref, moment: int, zone: tzinfo | None) -> str:
    """The story of an incident that begins at an instant; times in `zone`. Ends in a line break."""
    fields = roster.entries[service].fields
    local = datetime.fromtimestamp(moment, UTC).astimezone(zone)
    lines = [
        f"{safe_text(roster.name_of(service))} breaks on {local:%A}, {local.day} {local:%B %Y} at {local:%H:%M %Z}."
    ]
    if fields.get("status") == "disabled":
        return "\n".join([*lines, "The service is disabled: no incident is made, and nobody is paged."]) + "\n"
    urgency = urgency_at(fields, moment)
    if urgency.urgency == "severity_based":
        lines.append(f"The severity of the event decides the urgency ({urgency.because}); told here for high urgency.")
    else:
        lines.append(f"The incident has {urgency.urgency} urgency, as all have {urgency.because}.")
    if urgency.rises_at is not None:
        rise = datetime.fromtimestamp(urgency.rises_at, UTC).astimezone(zone)
        lines.append(f"If it is still open on {rise:%A} at {rise:%H:%M %Z}, it becomes urgent.")
    kind: Urgency = "low" if urgency.urgency == "low" else "high"
    policy = roster.find(fields.get("escalation_policy"))
    if policy is None:
        return "\n".join([*lines, "Its escalation policy is not known here."]) + "\n"
    lines.append(f"It follows the policy {safe_text(roster.name_of(policy))}:")
    return "\n".join([*lines, "", *_story(roster, policy, moment, kind)]) + "\n"


def _story(roster: Roster, policy: Ref, moment: int, urgency: Urgency) -> Iterator[str]:
    rungs = list(walk(roster, policy, moment))
    if not rungs:
        yield "Nobody is on call at any level. PagerDuty drops the incident: NOBODY IS PAGED."
        return
    for rung in rungs:
        if rung.repeat == 0:
            yield from _rung(roster, rung, urgency)
    yield from end_of_ladder(roster, policy, rungs)


def end_of_ladder(roster: Roster, policy: Ref, rungs: Sequence[Rung]) -> Iterator[str]:
    """What comes after the last level: repetitions, and when nobody is left."""
    fields = roster.entries[policy].fields
    loops, rules = int(fields.get("num_loops") or 0), fields["escalation_rules"]
    first_repeat = next((rung for rung in rungs if rung.repeat == 1), None)
    if loops and first_repeat is not None:
        times = "once" if loops == 1 else f"{loops} times"
        yield f"After {first_repeat.after_min} min all of it is repeated {times}, with whoever is on call then."
    last = max((rung for rung in rungs if rung.responders), key=lambda rung: rung.after_min)
    end = last.after_min + int(rules[last.level - 1].get("escalation_delay_in_minutes") or 0)
    yield f"After {end} min nobody else is notified."


def _rung(roster: Roster, rung: Rung, urgency: Urgency) -> Iterator[str]:
    if not rung.responders:
        yield f"{rung.after_min:>4} min: level {rung.level} has nobody on call and is skipped at once."
        return
    how = " (one of them, in turn)" if rung.round_robin and len(rung.responders) > 1 else ""
    yield f"{rung.after_min:>4} min: level {rung.level}{how}"
    for responder in rung.responders:
        yield f"          {_responder(roster, responder, urgency)}"


def _responder(roster: Roster, responder: Responder, urgency: Urgency) -> str:
    if responder.user is None:
        name = safe_text(roster.name_of(responder.schedule)) if responder.schedule else ""
        return f"whoever {name} says; it is not known here"
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

"""Who is on call at the escalation levels of a policy at a moment, and which objects a question names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pdsync.kinds import KINDS
from pdsync.model import Canonical, Ref
from pdsync.model.naming import Called, find_called, names_of_kinds
from pdsync.oncall.escalation import LOOK_AHEAD_S, Responder, responders_at
from pdsync.oncall.question import ASKED_KINDS
from pdsync.oncall.roster import SCHEDULE_KINDS, Roster
from pdsync.oncall.scope import targets_of


@dataclass(frozen=True, slots=True)
class LevelOnCall:
    """A responder at an escalation level at a moment. None at `responder`: the level has none, and is skipped."""

    policy: Ref
    level: int
    responder: Responder | None
    until: int | None = None
    """Without a responder: when the level has one again; None: not within 90 days."""


def called_in(roster: Roster, kinds: Iterable[str] = ASKED_KINDS) -> list[Called[Ref]]:
    """The services, policies, schedules and people, or objects of other `kinds`, with all names for them."""
    return [
        Called(
            ref, kind, entry.key or ref.value, (ref.value, entry.name, str(entry.fields.get("email") or ""), entry.id)
        )
        for kind in kinds
        for ref, entry in roster.of_kind(kind)
    ]


def find_named(roster: Roster, text: str, kinds: Iterable[str] = ASKED_KINDS) -> tuple[Ref, ...]:
    """All objects with that key, id, name or email, ignoring case, also after ``KIND/``."""
    return tuple(each.it for each in find_called(text, called_in(roster, kinds), names_of_kinds(KINDS)))


def policies_of(roster: Roster, named: tuple[Ref, ...]) -> tuple[Ref, ...]:
    """The policies that the named objects are, use, or are notified by; sorted by name."""
    wanted = set(named)
    of_services = {
        roster.find(roster.entries[ref].fields.get("escalation_policy")) for ref in named if ref.kind == "service"
    }
    schedules = {ref for ref, _ in roster.schedules() if ref in wanted or wanted & set(roster.members_of(ref))}
    return tuple(
        ref for ref, _ in roster.of_kind("escalation_policy")
        if ref in wanted or ref in of_services or _targets(roster, ref) & (wanted | schedules)
    )  # fmt: skip


def services_of(roster: Roster, policies: tuple[Ref, ...], named: tuple[Ref, ...]) -> tuple[Ref, ...]:
    """The named services; where none is named, the services with these policies. Sorted by name."""
    if any(ref.kind == "service" for ref in named):
        return tuple(ref for ref, _ in roster.of_kind("service") if ref in named)
    return tuple(
        ref
        for ref, entry in roster.of_kind("service")
        if roster.find(entry.fields.get("escalation_policy")) in policies
    )


def levels_at(roster: Roster, policy: Ref, moment: int, *, ends: bool = True) -> Iterator[LevelOnCall]:
    """All responders of a policy at an instant, level by level. `ends`: also say until when."""
    for level, rule in enumerate(roster.entries[policy].fields.get("escalation_rules") or (), 1):
        responders = responders_at(roster, rule, moment, ends=ends)
        for responder in responders:
            yield LevelOnCall(policy, level, responder)
        if not responders:
            until = _first_start(roster, rule.get("targets") or (), moment) if ends else None
            yield LevelOnCall(policy, level, None, until)


def find_unused(roster: Roster) -> tuple[Ref, ...]:
    """The schedules that no policy notifies, by name."""
    used = schedules_of(roster, tuple(ref for ref, _ in roster.of_kind("escalation_policy")))
    return tuple(ref for ref, _ in roster.schedules() if ref not in used)


def schedules_of(roster: Roster, policies: tuple[Ref, ...]) -> set[Ref]:
    """The schedules that policies notify."""
    return {ref for policy in policies for ref in _targets(roster, policy) if ref.kind in SCHEDULE_KINDS}


def asks_narrowly(named: tuple[Ref, ...]) -> bool:
    """Whether the question is about people or schedules only, so that other responders are left out of the answer."""
    return bool(named) and all(ref.kind in ("user", *SCHEDULE_KINDS) for ref in named)


def concerns(on_call: LevelOnCall, named: tuple[Ref, ...]) -> bool:
    """Whether a responder belongs in the answer: for a person or a schedule, only when on call as or through it."""
    if not asks_narrowly(named):
        return True
    return on_call.responder is not None and bool({on_call.responder.user, on_call.responder.schedule} & set(named))


def _first_start(roster: Roster, targets: Iterable[Canonical], moment: int) -> int | None:
    """When the first shift begins in any of the schedules."""
    starts = []
    for target in targets:
        ref = roster.find(target)
        rendered = roster.render(ref, moment, moment + LOOK_AHEAD_S) if ref is not None else None
        starts += (
            [shift.start for shift in rendered.final if shift.user is not None][:1] if rendered is not None else []
        )
    return min(starts, default=None)


def _targets(roster: Roster, policy: Ref) -> set[Ref]:
    return {target for target in targets_of(roster, policy) if target in roster.entries}

"""The scope of a change: what can differ for the people who are paged, directly or through references. The rest is equal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from pdsync.model import Ref
from pdsync.oncall.maintenance import KIND as WINDOW
from pdsync.oncall.override import KIND as OVERRIDE
from pdsync.oncall.roster import SCHEDULE_KINDS, SHIFT_BASED, Entry, Roster, users_named
from pdsync.oncall.silence import silenced_services

_FIELDS: Mapping[str, tuple[str, ...]] = {
    "user": (),
    "schedule": ("time_zone", "schedule_layers"),
    "schedule_v3": ("time_zone", "rotations"),
    "escalation_policy": ("escalation_rules",),
    "service": ("escalation_policy", "status", "incident_urgency_rule", "support_hours", "scheduled_actions"),
    OVERRIDE: ("schedule", "overrides"),
}
_LISTS = ("contact_methods", "notification_rules")


@dataclass(frozen=True)
class Scope:
    """References by kind: what may be different, and why."""

    changed: frozenset[Ref]
    """What the edit itself changes and on whom it depends who is on call."""
    users: frozenset[Ref]
    """People whose contact methods or rules are edited, and who come and go."""
    schedules: frozenset[Ref]
    policies: frozenset[Ref]
    services: frozenset[Ref]
    needs: Mapping[Ref, tuple[Ref, ...]] = field(repr=False, default_factory=dict)
    """What each of them depends on, before and after."""
    places: Mapping[Ref, str] = field(repr=False, default_factory=dict)
    silenced: Mapping[Ref, str] = field(default_factory=dict)
    """The services whose maintenance differs, each with the place of a window that differs."""

    def __bool__(self) -> bool:
        return bool(self.users or self.schedules or self.policies or self.services or self.silenced)

    def place_of(self, *refs: Ref | None) -> str:
        """The place of the edit that makes one of these differ: its own, else that of an object it depends on."""
        for ref in refs:
            if ref is not None:
                found = self.cause_of(ref)
                if found is not None:
                    return self.places.get(found, "")
        return ""

    def cause_of(self, ref: Ref) -> Ref | None:
        """The edited object that can make this one differ; None where nothing that it depends on is edited."""
        if ref in self.changed:
            return ref
        return next((cause for need in self.needs.get(ref, ()) if (cause := self.cause_of(need)) is not None), None)


def find_scope(before: Roster, after: Roster) -> Scope:
    """The objects that can differ between two rosters."""
    scope = _spread(before, after, frozenset(_differing(before, after)))
    has_windows = any(ref.kind == WINDOW for roster in (before, after) for ref in roster.entries)
    return replace(scope, silenced=silenced_services(before, after)) if has_windows else scope


def whole_scope(before: Roster, after: Roster) -> Scope:
    """All schedules, policies, services and people: a comparison that leaves nothing out."""
    narrow = find_scope(before, after)
    refs = {ref for roster in (before, after) for ref in roster.entries}

    def of(*kinds: str) -> frozenset[Ref]:
        return frozenset(ref for ref in refs if ref.kind in kinds)

    return Scope(
        narrow.changed,
        of("user"),
        of(*SCHEDULE_KINDS),
        of("escalation_policy"),
        of("service"),
        _needs(before, after, refs),
        narrow.places,
        narrow.silenced,
    )


def schedules_compared(before: Roster, after: Roster, scope: Scope) -> frozenset[Ref]:
    """The schedules that existed before and whose shifts a comparison looks at: those in scope, and those of the policies that
    are edited or to which edited services move."""
    services = [ref for ref in scope.services if ref in scope.changed]
    policies = {policy_of(roster, ref) for ref in services for roster in (before, after)}
    policies |= {ref for ref in scope.policies if ref in scope.changed}
    targets = {
        target for roster in (before, after) for it in policies if it is not None for target in targets_of(roster, it)
    }
    return frozenset(ref for ref in scope.schedules | targets if ref.kind in SCHEDULE_KINDS and ref in before.entries)


def shift_schedules_unread(before: Roster, after: Roster, scope: Scope) -> frozenset[Ref]:
    """The shift-based schedules that policies in scope notify and that neither roster has: those without a manifest are read only when someone
    asks."""
    targets = {
        target for roster in (before, after) for policy in scope.policies for target in targets_of(roster, policy)
    }
    return frozenset(
        ref for ref in targets if ref.kind == SHIFT_BASED and ref not in before.entries and ref not in after.entries
    )


def services_compared(before: Roster, scope: Scope) -> frozenset[Ref]:
    """The services whose maintenance counts, of those that existed before."""
    return frozenset(ref for ref in (*scope.services, *scope.silenced) if ref in before.entries)


def users_in(roster: Roster, schedule: Ref) -> Iterator[Ref]:
    """Whom the layers, rotations and overrides of a schedule name and who exists, again and again where they are there again and again."""
    entry = roster.entries.get(schedule)
    for user in users_named(entry.fields) if entry is not None else ():
        found = roster.find(user)
        if found is not None:
            yield found
    for shift in roster.overrides_of(schedule):
        if shift.user is not None and shift.user in roster.entries:
            yield shift.user


def targets_of(roster: Roster, policy: Ref) -> Iterator[Ref]:
    """Whom and what a policy notifies, level by level; what is not in the roster as it is referred to."""
    entry = roster.entries.get(policy)
    for rule in (entry.fields.get("escalation_rules") or ()) if entry is not None else ():
        for target in rule.get("targets") or ():
            yield roster.find(target) or target


def policy_of(roster: Roster, service: Ref) -> Ref | None:
    """The policy of a service; None where there is none here."""
    entry = roster.entries.get(service)
    return roster.find(entry.fields.get("escalation_policy")) if entry is not None else None


def _differing(before: Roster, after: Roster) -> Iterator[Ref]:
    for ref in {**before.entries, **after.entries}:
        old, new = before.entries.get(ref), after.entries.get(ref)
        if ref.kind in _FIELDS and (old is None or new is None or _differs(ref.kind, old, new)):
            yield ref


def _differs(kind: str, old: Entry, new: Entry) -> bool:
    if old.fields is not new.fields and any(old.fields.get(name) != new.fields.get(name) for name in _FIELDS[kind]):
        return True
    return kind == "user" and any(old.children.get(name) != new.children.get(name) for name in _LISTS)


def _spread(before: Roster, after: Roster, changed: frozenset[Ref]) -> Scope:
    refs = {ref for roster in (before, after) for ref in roster.entries} if changed else set()
    moved = frozenset(ref for ref in changed if ref.kind == "user" and not _is_in_both(ref, before, after))
    needs = _needs(before, after, refs)

    def of(kinds: tuple[str, ...], reached: Iterable[Ref]) -> frozenset[Ref]:
        wanted = frozenset(reached)
        return frozenset(
            ref for ref in refs if ref.kind in kinds and (ref in changed or not wanted.isdisjoint(needs.get(ref, ())))
        )

    schedules = of(SCHEDULE_KINDS, moved | {ref for ref in changed if ref.kind == OVERRIDE})
    policies = of(("escalation_policy",), schedules | moved)
    places = {ref: _place(ref, before, after) for ref in changed}
    users = frozenset(ref for ref in changed if ref.kind == "user")
    blame = changed - (users - moved)  # a person's contact rules move no turn
    return Scope(blame, users, schedules, policies, of(("service",), policies), needs, places)


def _is_in_both(ref: Ref, before: Roster, after: Roster) -> bool:
    return ref in before.entries and ref in after.entries


def _place(ref: Ref, before: Roster, after: Roster) -> str:
    """Where it is written; nowhere for what has no manifest, such as an orphan that is pruned."""
    entry = after.entries.get(ref) or before.entries.get(ref)
    if entry is None or not entry.key:
        return ""
    return entry.source if ref.kind == OVERRIDE else entry.place  # one of several items of a manifest


def _needs(before: Roster, after: Roster, refs: Iterable[Ref]) -> dict[Ref, tuple[Ref, ...]]:
    needs: dict[Ref, dict[Ref, None]] = {}
    owners: dict[Ref, list[Ref]] = {}
    for override in (*after.described_overrides, *before.described_overrides):
        owners.setdefault(override.schedule, []).append(override.owner)
    for ref in refs:
        found: dict[Ref, None] = {}
        for roster in (after, before):
            if ref.kind in SCHEDULE_KINDS:
                found.update(dict.fromkeys(users_in(roster, ref)))
                found.update(dict.fromkeys(owners.get(ref, ())))
            elif ref.kind == "escalation_policy":
                found.update(dict.fromkeys(targets_of(roster, ref)))
            elif ref.kind == "service" and (policy := policy_of(roster, ref)) is not None:
                found[policy] = None
        needs[ref] = found
    return {ref: tuple(found) for ref, found in needs.items()}

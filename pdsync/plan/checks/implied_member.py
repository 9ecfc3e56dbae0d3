"""Memberships that PagerDuty makes by itself. Pure.

Adding a policy or a schedule to a team silently adds its users to the team, and a user who is on a policy of the team
cannot be removed (terraform-provider-pagerduty #285, PR 863). A reconciler that does not know this fights it forever.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from pdsync.model import Fields, Ref
from pdsync.plan.pairing.paired_account import Pair

_BRINGING = frozenset({"schedule", "escalation_policy"})


def _layer_users(fields: Fields) -> set[Ref]:
    return {
        user for layer in fields.get("schedule_layers") or () for user in layer.get("users", ()) if user is not None
    }


def compute_implied_members(objects: Iterable[tuple[Ref, Fields]]) -> dict[Ref, dict[Ref, set[Ref]]]:
    """For each team the users that its policies and schedules bring along, each with the objects that do."""
    known = [(ref, fields) for ref, fields in objects if ref.kind in _BRINGING]
    schedules = {ref: _layer_users(fields) for ref, fields in known if ref.kind == "schedule"}
    implied: dict[Ref, dict[Ref, set[Ref]]] = defaultdict(lambda: defaultdict(set))
    for ref, fields in known:
        teams = fields.get("teams") or ()
        if not teams:
            continue
        reached: dict[Ref, set[Ref]] = {user: {ref} for user in schedules.get(ref, ())}
        for rule in fields.get("escalation_rules") or ():
            for target in rule.get("targets", ()):
                if target.kind == "user":
                    reached.setdefault(target, set()).add(ref)
                for user in schedules.get(target, ()):
                    reached.setdefault(user, set()).update((ref, target))
        for team in teams:
            for user, through in reached.items():
                implied[team][user] |= through
    return implied


def staying_notes(
    pair: Pair, later: dict[Ref, dict[Ref, set[Ref]]], implied: dict[Ref, dict[Ref, set[Ref]]]
) -> list[str]:
    """Says which members cannot leave yet: PagerDuty holds them until the layer that they were taken out of has ended.

    `implied` are the memberships that last, `later` those with the layers that are ending.
    """
    if pair.resource.modes.get("members") != "exclusive" or "members" not in pair.children:
        return []
    listed: set[Ref] = {item["user"] for item in pair.children["members"]}
    held: set[Ref] = {child.value["user"] for child in pair.children_before.get("members", ())}
    stays = (held & later.get(pair.ref, {}).keys()) - implied.get(pair.ref, {}).keys() - listed
    return [
        f"{pair.resource.address} ({pair.resource.name!r}): {user} stays until the layers that name this person have "
        "ended, in a minute or so; a plan after that removes the membership"
        for user in sorted(stays)
    ]

"""Manifests as tests write them, and the way from them to an account and back."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any

from pdsync.apply import Watch
from pdsync.apply.handed_out import HandedOut
from pdsync.client import RestApiV2Client
from pdsync.engine import ApplyRequest, Desired, Planned, Selection, carry_out_plan, make_plan
from pdsync.kinds import BY_SLUG, KINDS
from pdsync.model import Account, Lifecycle, Resource, Scope, Source
from pdsync.plan import Plan, PlanOptions, Result, compute_predicted_account
from tests.support.prediction import assert_predicted
from tests.support.samples import followed
from tests.support.setting import MANAGED

TOKEN = "u+test-test-test-test"
_MOVE = re.compile(r"'lifecycle: \{moved_from: ([^}]+)\}'")
TAKEN: list[HandedOut] = []
"""The secrets that PagerDuty showed once, of every test so far."""
BY_HAND = "by-hand"
"""What requests of a test's own call themselves."""


def resource(
    kind: str, key: str, spec: Mapping[str, Any], *, identity: str | None = None, **lifecycle: Any
) -> Resource:
    """A resource from the spec of a manifest, which must be valid."""
    scope = Scope()
    declared = KINDS.meant(kind, spec)
    assert declared is not None
    fields, children, modes = declared.read_desired(spec, scope, ("spec",))
    assert not scope.problems, scope.problems
    from_key = [it.name for it in declared.fields if it.from_key or it.name == "name"]
    return Resource(
        declared.slug,
        key,
        {**dict.fromkeys(from_key, key), **declared.map_fields(fields, followed)},
        Source(f"{key}.yaml", 1),
        children,
        modes,
        Lifecycle(**lifecycle),
        identity,
        label=declared.label,
    )


def user(key: str, **spec: Any) -> Resource:
    return resource("User", key, {"email": f"{key}@example.com", **spec})


def layer(name: str, *users: str, **more: Any) -> dict[str, Any]:
    return {
        "name": name,
        "users": list(users),
        "rotation_virtual_start": "2026-01-05T09:00",
        "rotation_turn_length_seconds": "1w",
        **more,
    }


def schedule(key: str, *layers: Mapping[str, Any], **spec: Any) -> Resource:
    return resource("Schedule", key, {"time_zone": "Europe/Berlin", "schedule_layers": list(layers), **spec})


def policy(key: str, *targets: Mapping[str, Any], **spec: Any) -> Resource:
    rules = [{"escalation_delay_in_minutes": 10, "targets": [target]} for target in targets]
    return resource("EscalationPolicy", key, {"escalation_rules": rules, **spec})


def service(key: str, escalation_policy: Any, **spec: Any) -> Resource:
    return resource("Service", key, {"escalation_policy": escalation_policy, **spec})


def team(key: str, **spec: Any) -> Resource:
    return resource("Team", key, spec)


def owned_in(account: Account, workspace: str, wanted: Collection[str]) -> Counter[str]:
    """How often each address of a workspace is there. What PagerDuty never deletes counts only if it is in `wanted`, or in use."""
    found = Counter[str]()
    for live in chain(*account.objects.values()):
        if live.marker is not None and live.marker.workspace == workspace:
            address = f"{live.kind}/{live.marker.key}"
            found[address] += address in wanted or not BY_SLUG[live.kind].is_reset(live)
    return +found


def options(**more: Any) -> PlanOptions:
    return PlanOptions(
        **{"workspace": "test", "max_deletes": 1000, "max_delete_percent": 100, "managed_kinds": MANAGED, **more}
    )


def make_planned(
    client: RestApiV2Client, resources: Sequence[Resource], *, in_full: bool = False, **more: Any
) -> Planned:
    """Reads the account and plans, as every command does."""
    return make_plan(client, Desired(tuple(resources), options(**more), selection=Selection(in_full=in_full)))


def plan_for(client: RestApiV2Client, resources: Sequence[Resource], **more: Any) -> Plan:
    """Reads the account and plans, as every command does."""
    return make_planned(client, resources, **more).plan


def find_moves(plan: Plan) -> dict[str, str]:
    """The former keys that a plan asks for, by address: what it makes has the name of an object whose key no manifest has."""
    found: dict[str, str] = {}
    taken: set[tuple[str, str]] = set()
    for change in plan.changes:
        line = next(filter(None, (_MOVE.search(blocker) for blocker in change.blockers)), None)
        # One object may be that of two manifests: the one of its name and the one of its former key. It becomes the first.
        if line is not None and (change.kind, line[1]) not in taken:
            found[change.address] = line[1]
            taken.add((change.kind, line[1]))
    return found


def with_moves(client: RestApiV2Client, resources: Sequence[Resource], **more: Any) -> list[Resource]:
    """The manifests with the lines that the plan asks for."""
    moves = find_moves(plan_for(client, resources, **more))
    return [
        replace(made, lifecycle=replace(made.lifecycle, moved_from=(moves[made.address],)))
        if made.address in moves
        else made
        for made in resources
    ]


def converge(client: RestApiV2Client, resources: Sequence[Resource], **more: Any) -> Result:
    """Plans, applies, and demands that the next plan is empty and that the account is what was predicted."""
    first = make_planned(client, resources, **more)
    assert not first.plan.problems, first.plan.problems
    named, client.headers["User-Agent"] = client.headers["User-Agent"], "pdsync"
    try:
        result = carry_out_plan(client, ApplyRequest(first.plan, takes_secrets=True), Watch(hand_out=TAKEN.append))
    finally:
        client.headers["User-Agent"] = named
    assert result.exit_code == 0, [outcome for outcome in result.outcomes if outcome.message]
    assert not [outcome.warning for outcome in result.outcomes if outcome.warning]
    again = make_planned(client, resources, in_full=True, **more)
    assert not again.plan.changes, [(change.address, change.deltas, change.children) for change in again.plan.changes]
    assert not again.plan.problems
    assert_predicted(compute_predicted_account(first.plan, first.account), again.account, again.plan.bindings)
    return result

"""Schedules of both versions side by side: references, a change of version, deletes, exports and edits by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import yaml

from pdsync.client import RestApiV2Client
from pdsync.engine import ApplyRequest, Workspace, accept_live, carry_out_plan, load_for_accept, parse_place
from pdsync.export import ExportOptions, build_export
from pdsync.kinds import BY_SLUG
from pdsync.manifest import load_texts
from pdsync.model import Resource
from pdsync.plan import Operation
from tests.support.world import converge, make_planned, plan_for

PEOPLE = """\
apiVersion: pdsync/v1
kind: User
metadata: {name: ana}
spec: {name: Ana, email: ana@example.com}
---
apiVersion: pdsync/v1
kind: User
metadata: {name: ben}
spec: {name: Ben, email: ben@example.com}
---
apiVersion: pdsync/v1
kind: EscalationPolicy
metadata: {name: shop}
spec:
  escalation_rules: [{escalation_delay_in_minutes: 5, targets: [{schedule: primary}]}]
"""
LAYERS = """\
apiVersion: pdsync/v1
kind: Schedule
metadata: {name: primary}
spec:
  version: 2
  name: Primary
  time_zone: Europe/Berlin
  rotation: {weekly: [ana, ben], starts: 2026-01-05T09:00}
"""
SHIFTS = """\
apiVersion: pdsync/v1
kind: Schedule
metadata: {name: primary}
spec:
  version: 3
  name: Primary
  time_zone: Europe/Berlin
  rotations:
    # a week each
    - name: main
      every: week
      on: [mon]
      from: "09:00"
      members: [ana, ben]  # in this order
"""
V3 = "schedule_v3/primary"


def load(*texts: str) -> tuple[Resource, ...]:
    found = load_texts([(f"{at}.yaml", text) for at, text in enumerate(texts)])
    assert not found.problems, found.problems
    return found.resources


def targets_of(client: RestApiV2Client) -> list[Any]:
    (policy,) = [it for it in client.list_all("escalation_policies") if it["name"] == "shop"]
    return [target["type"] for rule in policy["escalation_rules"] for target in rule["targets"]]


def listed_shifts(client: RestApiV2Client) -> list[Any]:
    """What the list says of the shift-based schedules of that name: the account has others that are no one's business."""
    return [it for it in client.list_all("v3/schedules") if it["summary"] == "Primary"]


def only_shifts(client: RestApiV2Client) -> dict[str, Any]:
    (listed,) = listed_shifts(client)
    found: dict[str, Any] = client.rget(f"v3/schedules/{listed['id']}")
    return found


def test_a_change_of_version_makes_the_new_one_moves_the_policy_and_prunes_the_old_one(client: RestApiV2Client) -> None:
    converge(client, load(PEOPLE, LAYERS))
    assert targets_of(client) == ["schedule_reference"]
    plan = plan_for(client, load(PEOPLE, SHIFTS), prune="owned")
    done = [(it.address, it.operation) for it in plan.changes]
    assert done == [
        (V3, Operation.CREATE),
        ("escalation_policy/shop", Operation.UPDATE),
        ("schedule/primary", Operation.DELETE),
    ]
    converge(client, load(PEOPLE, SHIFTS), prune="owned")
    assert targets_of(client) == ["schedule_v3_reference"]
    assert client.find("schedules", "Primary") is None
    assert only_shifts(client)["name"] == "Primary"


def test_a_schedule_that_a_policy_uses_is_deleted_after_the_policy_lets_go(client: RestApiV2Client) -> None:
    converge(client, load(PEOPLE, SHIFTS))
    gone = SHIFTS.partition("spec:")[0] + "lifecycle: {absent: true}\nspec: {version: 3}\n"
    found = load_texts([("a.yaml", PEOPLE), ("b.yaml", gone)])
    assert [problem.message for problem in found.problems] == [
        "escalation_rules[0].targets[0].schedule: Schedule 'primary' will be deleted ('absent: true' at b.yaml:1)"
    ]
    without = PEOPLE.replace("{schedule: primary}", "{user: ana}")
    converge(client, load(without, gone))
    assert listed_shifts(client) == []


def test_a_key_of_both_versions_is_a_problem_unless_one_is_a_tombstone() -> None:
    found = load_texts([("a.yaml", PEOPLE), ("b.yaml", LAYERS), ("c.yaml", SHIFTS)])
    assert [(it.address, it.hint) for it in found.problems] == [
        (V3, "Keep one of the two, whatever its version: a reference could mean either.")
    ]
    gone = LAYERS.partition("spec:")[0] + "lifecycle: {absent: true}\n"
    (policy,) = [it for it in load(PEOPLE, gone, SHIFTS) if it.kind == "escalation_policy"]
    refs = [ref.address for _, ref in BY_SLUG[policy.kind].refs_of(policy.fields)]
    assert refs == [V3]


def test_an_export_says_the_version_and_gives_each_schedule_a_key_of_its_own(client: RestApiV2Client) -> None:
    converge(client, load(PEOPLE, SHIFTS, LAYERS.replace("name: primary", "name: other")))
    account = make_planned(client, load(PEOPLE, SHIFTS, LAYERS.replace("name: primary", "name: other"))).account
    free = {slug: tuple(replace(it, marker=None) for it in group) for slug, group in account.objects.items()}
    account = replace(account, objects=free)
    files = build_export(account, ExportOptions("elsewhere")).files
    documents = [it for text in files.values() for it in yaml.safe_load_all(text) if it["kind"] != "User"]
    named = [it for it in documents if it["spec"].get("name") == "Primary"]
    assert sorted(it["spec"].get("version", 2) for it in named) == [2, 3]
    assert {it["metadata"]["name"] for it in named} == {"primary", "primary-2"}
    assert not load_texts(list(files.items())).problems


@pytest.mark.parametrize("members", [["ben", "ana"], ["ana", "ana", "ben"]])
def test_an_edit_by_hand_is_found_and_can_be_accepted(
    client: RestApiV2Client, tmp_path: Any, members: list[str]
) -> None:
    texts = {"people.yaml": PEOPLE, "primary.yaml": SHIFTS}
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    converge(client, load(*texts.values()))
    ids = {it["name"].lower(): it["id"] for it in client.list_all("users")}
    schedule = only_shifts(client)
    (rotation,) = schedule["rotations"]
    (event,) = rotation["events"]
    path = f"v3/schedules/{schedule['id']}/rotations/{rotation['id']}"
    turns = [{"type": "user_member", "user_id": ids[name]} for name in members]
    changed = {**event, "assignment_strategy": {**event["assignment_strategy"], "members": turns}}
    client.rpost(f"v3/schedules/{schedule['id']}/rotations")
    made = only_shifts(client)["rotations"][-1]
    client.jpost(f"v3/schedules/{schedule['id']}/rotations/{made['id']}/events", json={"event": changed})
    client.rdelete(path)
    workspace = Workspace(name="test", folder=str(tmp_path), paths=(str(tmp_path),))
    place = parse_place(V3)
    accepted = accept_live(client, load_for_accept(workspace, place), place)
    if members == ["ben", "ana"]:  # the same circle
        assert accepted is None
        return
    assert accepted is not None
    accepted.write()
    after = (tmp_path / "primary.yaml").read_text()
    assert after == SHIFTS.replace("[ana, ben]", "[ana, ana, ben]")
    plan = plan_for(client, load(PEOPLE, after))
    assert [it.deltas for it in plan.changes if it.deltas] == []
    assert carry_out_plan(client, ApplyRequest(plan)).exit_code == 0

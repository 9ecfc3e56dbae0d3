"""pdsync apply --plan: what was approved is what is written, or nothing is."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from pdsync.cli.files import plan_file
from pdsync.client import RestApiV2Client
from pdsync.plan.json_form import from_json
from pdsync.plan.plan import PlanDocument
from pdsync.sandbox import SandboxServer
from tests.cli.conftest import MANIFESTS, Pdsync
from tests.support.recorded import count_methods, forget, writes

TEAM = "---\napiVersion: pdsync/v1\nkind: Team\nmetadata: {name: red}\nspec: {name: Red, members: [{user: ana, role: responder}]}\n"
DAYS = """---
apiVersion: pdsync/v1
kind: Schedule
metadata: {name: days}
spec:
  name: Days
  time_zone: Europe/Berlin
  schedule_layers:
    - {name: All, users: [ana], rotation_virtual_start: "2026-01-05T09:00", rotation_turn_length_seconds: 1w}
"""
ALL = MANIFESTS + TEAM + DAYS
EDITED = (
    ALL.replace("role: limited_user", "role: limited_user, job_title: Engineer")
    .replace("escalation_delay_in_minutes: 10m", "escalation_delay_in_minutes: 20m")
    .replace("auto_resolve_timeout: 4h", "auto_resolve_timeout: 2h")
    .replace("spec: {name: Red,", "spec: {name: Red, description: The reds,")
    .replace("time_zone: Europe/Berlin", "description: By day\n  time_zone: Europe/Berlin")
)
COLLECTIONS = {
    "user": "users",
    "team": "teams",
    "schedule": "schedules",
    "escalation_policy": "escalation_policies",
    "service": "services",
}
NAMES = {"user": "Ana Lima", "team": "Red", "schedule": "Days", "escalation_policy": "Shop", "service": "Checkout"}


@pytest.fixture
def planned(pdsync: Pdsync, manifests: Path, online: SandboxServer) -> Path:
    """Everything exists, and a plan that edits one field of each object is saved."""
    manifests.write_text(ALL)
    assert pdsync("apply", "--yes").code == 0
    manifests.write_text(EDITED)
    assert pdsync("plan", "--out", "plan.json").code == 0
    return manifests


def state(sandbox: SandboxServer) -> Any:
    return requests.get(f"{sandbox.url}/_sandbox/state", timeout=10).json()


def test_a_saved_plan_is_applied_once_and_then_succeeds_without_writing(
    pdsync: Pdsync, planned: Path, online: SandboxServer
) -> None:
    run = pdsync("apply", "--plan", "plan.json", "--yes")
    assert run.code == 0, run
    assert run.out.endswith("Done: 5 applied.\n")
    assert pdsync("plan", "--detailed-exitcode").code == 0
    forget(online)
    again = pdsync("apply", "--plan", "plan.json")  # no one is asked, for there is nothing to do
    assert again.code == 0
    assert again.out.endswith("Done: 5 already done.\n")
    assert writes(online) == []


def test_a_plan_of_creates_and_deletes_is_done_once_too(
    pdsync: Pdsync, manifests: Path, online: SandboxServer, folder: Path
) -> None:
    with (folder / "pdsync.yaml").open("a") as config:
        config.write("prune: {max_delete_percent: 100}\n")
    manifests.write_text(ALL)
    assert pdsync("plan", "--out", "create.json").code == 0
    assert pdsync("apply", "--plan", "create.json", "--yes").code == 0
    forget(online)
    assert pdsync("apply", "--plan", "create.json", "--yes").code == 0
    assert writes(online) == []
    manifests.write_text(MANIFESTS)
    assert pdsync("plan", "--prune", "owned", "--out", "delete.json").code == 0
    first = pdsync("apply", "--plan", "delete.json", "--yes")
    assert (first.code, first.out.splitlines()[-1]) == (0, "Done: 2 applied.")
    forget(online)
    assert pdsync("apply", "--plan", "delete.json", "--yes").code == 0
    assert writes(online) == []


@pytest.mark.parametrize("slug", COLLECTIONS)
@pytest.mark.parametrize("edit", ["edit", "delete"])
def test_one_conflict_means_nothing_is_written(
    pdsync: Pdsync, planned: Path, online: SandboxServer, client: RestApiV2Client, slug: str, edit: str
) -> None:
    order = ["service", "escalation_policy", "schedule", "team", "user"]
    live = client.find(COLLECTIONS[slug], NAMES[slug])
    assert live is not None
    if edit == "edit":
        client.rput(live, json={**_required(live), "description": _kept_line(live, "By someone else")})
    else:
        for above in order[: order.index(slug)]:
            held = client.find(COLLECTIONS[above], NAMES[above])
            assert held is not None
            client.rdelete(held)
        client.rdelete(live)
    before = state(online)
    forget(online)
    run = pdsync("apply", "--plan", "plan.json", "--yes")
    assert run.code == 4, run
    assert writes(online) == []
    assert state(online) == before
    assert "nothing was applied" in run.out
    if edit == "edit":
        assert "was changed since it was planned" in run.out
        three = run.out.partition("      description:\n")[2].splitlines()[:3]
        assert [line.split()[0] for line in three] == ["approved", "live", "desired"]
        assert '"By someone else"' in three[1]
    else:
        assert "was deleted since it was planned" in run.out
    body = json.loads(pdsync("apply", "--plan", "plan.json", "--yes", "-o", "json").out)
    states = {standing["address"]: standing["state"] for standing in body["standings"]}
    assert [address for address, found in states.items() if found == "conflict" and address.startswith(f"{slug}/")]
    assert body["result"] is None


def _required(live: dict[str, Any]) -> dict[str, Any]:
    kept = ("type", "name", "email", "escalation_policy", "escalation_rules", "time_zone", "schedule_layers")
    return {name: live[name] for name in kept if name in live}


def _kept_line(live: dict[str, Any], text: str) -> str:
    line = (live.get("description") or "").rpartition("\n")[2]
    return f"{text}\n{line}" if "Managed by" in line else text


def test_a_name_that_was_taken_meanwhile_is_a_conflict(
    pdsync: Pdsync, manifests: Path, online: SandboxServer, client: RestApiV2Client
) -> None:
    manifests.write_text(ALL)
    assert pdsync("plan", "--out", "plan.json").code == 0
    client.rpost("teams", json={"type": "team", "name": "red"})
    client.rpost("users", json={"type": "user", "name": "Someone", "email": "ana@example.com"})
    forget(online)
    run = pdsync("apply", "--plan", "plan.json", "--yes")
    assert run.code == 4
    assert "the name 'Red' is taken by " in run.out
    assert "it was created in the meantime, as " in run.out
    assert writes(online) == []


def test_a_run_that_was_cut_off_goes_on_with_the_same_plan(
    pdsync: Pdsync, planned: Path, online: SandboxServer, client: RestApiV2Client
) -> None:
    live = client.find("services", "Checkout")
    assert live is not None
    body = json.loads(Path("plan.json").read_text())
    values = next(change for change in body["changes"] if change["address"] == "service/checkout")["values"]
    client.rput(
        live,
        json={
            **_required(live),
            "auto_resolve_timeout": values["auto_resolve_timeout"],
            "description": live["description"],
        },
    )
    run = pdsync("apply", "--plan", "plan.json", "--yes")
    assert run.code == 0, run
    assert "1 already done" in run.out
    assert pdsync("apply", "--yes").code == 0  # the record of what someone did by hand is renewed
    assert pdsync("plan", "--detailed-exitcode").code == 0


def _edit(body: dict[str, Any]) -> None:
    body["changes"][0]["values"]["name"] = "Other"


def _edit_and_digest(body: dict[str, Any]) -> None:
    _edit(body)
    made = {
        k: v for k, v in body.items() if k not in ("seal", "digest", "created_at", "expires_at", "fetched_at", "pdsync")
    }
    body["digest"] = plan_file.digest_of(made)


def _later(body: dict[str, Any]) -> None:
    body["expires_at"] = "2199-01-01T00:00:00Z"


def _no_seal(body: dict[str, Any]) -> None:
    del body["seal"]


def _version(body: dict[str, Any]) -> None:
    body["version"] = 99


def _kind(body: dict[str, Any]) -> None:
    body["changes"] = [{"kind": "nonsense"}]


@pytest.mark.parametrize("change", [_edit, _edit_and_digest, _later, _no_seal, _version, _kind])
def test_a_plan_file_that_was_edited_is_refused(
    pdsync: Pdsync, planned: Path, online: SandboxServer, change: Callable[[dict[str, Any]], None]
) -> None:
    body = json.loads(Path("plan.json").read_text())
    change(body)
    Path("plan.json").write_text(json.dumps(body))
    forget(online)
    run = pdsync("apply", "--plan", "plan.json", "--yes")
    assert run.code == 5, run
    assert run.err.startswith("error: plan.json: ")
    assert count_methods(online).total() == 0


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", "nonsense", "[" * 100_000, '{"version": 1}', "\udcff"])
def test_what_is_no_plan_is_refused(pdsync: Pdsync, planned: Path, online: SandboxServer, text: str) -> None:
    Path("other.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    run = pdsync("apply", "--plan", "other.json", "--yes")
    assert run.code == 5
    assert "is not a saved plan" in run.err
    assert pdsync("apply", "--plan", "missing.json", "--yes").code == 5
    assert pdsync("apply", "--plan", "manifests", "--yes").code == 5


def test_other_manifests_another_workspace_and_another_account_are_refused(
    pdsync: Pdsync, planned: Path, online: SandboxServer, folder: Path
) -> None:
    forget(online)
    planned.write_text(EDITED.replace("Engineer", "Director"))
    run = pdsync("apply", "--plan", "plan.json", "--yes")
    assert run.code == 5
    assert "made from manifests that differ" in run.err
    planned.write_text("# moved, and laid out again\n---\n" + EDITED)
    config = (folder / "pdsync.yaml").read_text()
    (folder / "pdsync.yaml").write_text("workspace: other\n" + "\n".join(config.splitlines()[1:]) + "\n")
    run = pdsync("apply", "--plan", "plan.json", "--yes")
    assert (run.code, "is for the workspace" in run.err) == (5, True)
    assert writes(online) == []
    (folder / "pdsync.yaml").write_text(config)
    body = json.loads(Path("plan.json").read_text())
    body["account"] = "other"
    plan = from_json(body, PlanDocument).plan()
    Path("plan.json").write_text(plan_file.render_plan_file(plan))
    run = pdsync("apply", "--plan", "plan.json", "--yes")
    assert (run.code, "is for the account 'other'" in run.err) == (5, True)
    assert writes(online) == []


def test_an_old_plan_has_expired(
    pdsync: Pdsync, planned: Path, online: SandboxServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert pdsync("plan", "--out", "plan.json", "--expires-after", "2h").code == 0
    saved = plan_file.read_plan_file(Path("plan.json"))
    left = saved.expires_at - datetime.now(UTC)
    assert timedelta(hours=1, minutes=59) < left <= timedelta(hours=2)
    Path("plan.json").write_text(plan_file.render_plan_file(saved.plan, expires_after_s=-3600))
    forget(online)
    run = pdsync("apply", "--plan", "plan.json", "--yes")
    assert run.code == 4
    assert "the plan expired 1h ago" in run.err
    assert writes(online) == []
    assert pdsync("plan", "--out", "plan.json", "--expires-after", "soon").code == 64


def test_the_digest_of_the_review_ties_the_apply(pdsync: Pdsync, planned: Path, online: SandboxServer) -> None:
    shown = pdsync("plan").out.splitlines()[-1].removeprefix("Digest: ")
    forget(online)
    for arguments in (("--yes",), ("--plan", "plan.json", "--yes")):
        run = pdsync("apply", *arguments, "--expect-digest", "0" * 16)
        assert run.code == 4
        assert f"its digest is {shown}" in run.err
    assert pdsync("apply", "--yes", "--expect-digest", shown[:4]).code == 64
    assert writes(online) == []
    assert pdsync("apply", "--yes", "--expect-digest", shown).code == 0


def test_a_saved_plan_goes_with_no_other_choice(pdsync: Pdsync, planned: Path) -> None:
    for other in (("--adopt",), ("--prune", "owned"), ("--target", "service/checkout")):
        assert pdsync("apply", "--plan", "plan.json", "--yes", *other).code == 64


def test_a_file_that_was_sealed_anew_says_nothing_that_the_manifests_do_not(
    pdsync: Pdsync, planned: Path, online: SandboxServer
) -> None:
    saved = plan_file.read_plan_file(Path("plan.json"))
    body = {**saved.plan.to_json(), "fetched_at": saved.plan.fetched_at}
    change = next(change for change in body["changes"] if change["address"] == "service/checkout")
    change["values"]["auto_resolve_timeout"] = 60
    Path("plan.json").write_text(plan_file.render_plan_file(from_json(body, PlanDocument).plan()))
    forget(online)
    run = pdsync("apply", "--plan", "plan.json", "--yes")
    assert run.code == 4
    assert "service/checkout: a new plan from these manifests and settings no longer shows this" in run.err
    assert writes(online) == []


@pytest.mark.parametrize(
    ("member", "value", "said"),
    [
        ("pdsync", None, "was changed after pdsync saved it"),
        ("fetched_at", None, "was changed after pdsync saved it"),
        ("unchanged", float("inf"), "is not JSON: it holds Infinity"),
        ("unchanged", "5", "does not have the form of a saved plan: unchanged: expected a whole number, got text"),
        ("changes", [{}], "does not have the form of a saved plan: changes[0]: 'address' is missing"),
        ("digest", "0" * 64 + "\n", "does not have the form of a saved plan: digest: "),
    ],
)
def test_a_file_that_was_sealed_again_and_is_no_plan_any_more_is_refused(
    pdsync: Pdsync, planned: Path, online: SandboxServer, member: str, value: Any, said: str
) -> None:
    """With a seal that fits: what is missing, or is not a number that can be, is told and not stumbled over."""
    body = json.loads(Path("plan.json").read_text())
    del body["seal"], body[member]
    body |= {member: value} if value is not None else {}
    Path("plan.json").write_text(json.dumps({**body, "seal": plan_file.digest_of(body)}))
    forget(online)
    run = pdsync("apply", "--plan", "plan.json", "--yes")
    assert (run.code, said in run.err) == (5, True), run
    assert writes(online) == []


def test_a_name_that_means_another_object_now_is_a_conflict(
    pdsync: Pdsync, manifests: Path, online: SandboxServer, client: RestApiV2Client
) -> None:
    assert pdsync("apply", "--yes").code == 0
    mine = client.find("escalation_policies", "Shop")
    assert mine is not None
    body = {"type": "escalation_policy", "escalation_rules": mine["escalation_rules"]}
    reviewed = client.rpost("escalation_policies", json={**body, "name": "Ext"})
    manifests.write_text(MANIFESTS.replace("escalation_policy: shop,", "escalation_policy: {name: Ext},"))
    assert pdsync("plan", "--out", "plan.json").code == 0
    client.rput(reviewed, json={**body, "name": "Retired"})
    client.rpost("escalation_policies", json={**body, "name": "Ext"})
    forget(online)
    run = pdsync("apply", "--plan", "plan.json", "--yes")
    assert run.code == 4
    assert "which it refers to, is called 'Retired' now" in run.out
    assert writes(online) == []


def test_the_prune_policy_of_today_counts(pdsync: Pdsync, manifests: Path, online: SandboxServer, folder: Path) -> None:
    config = folder / "pdsync.yaml"
    config.write_text("workspace: acme\npaths: [manifests]\nprune: {mode: owned, max_delete_percent: 100}\n")
    manifests.write_text(ALL)
    assert pdsync("apply", "--yes").code == 0
    manifests.write_text(MANIFESTS)
    assert pdsync("plan", "--out", "plan.json").code == 0
    for policy, code in (("{mode: off}", 4), ("{mode: owned, max_deletes: 0}", 5)):
        config.write_text(f"workspace: acme\npaths: [manifests]\nprune: {policy}\n")
        forget(online)
        run = pdsync("apply", "--plan", "plan.json", "--yes")
        assert run.code == code, run
        assert writes(online) == []

"""pdsync export: files on disk, what is said, and what is never done."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from pdsync.client import RestApiV2Client
from pdsync.kinds import KINDS
from pdsync.sandbox import SandboxServer
from tests.cli.conftest import Pdsync
from tests.support.recorded import asked, forget, writes
from tests.support.setting import CONFIG
from tests.support.world import TOKEN

SEEDED = ("--sandbox", "--sandbox-seed", "example")
ADOPTS = "Plan: 0 to create, 34 to adopt, 0 to update, 0 to delete; 21 unchanged."


@pytest.fixture
def configured(folder: Path) -> Path:
    (folder / "pdsync.yaml").write_text(CONFIG)
    return folder


def tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_next_plan_only_adopts(configured: Path, pdsync: Pdsync) -> None:
    run = pdsync(*SEEDED, "export", "--out", "manifests")
    assert run.code == 0
    assert run.out.startswith(
        "Exported 21 users, 6 teams, 7 schedules, 7 escalation policies, 14 services to manifests (24 files)."
    )
    assert "run 'pdsync plan --adopt'" in run.err
    assert pdsync("validate").code == 0
    plan = pdsync(*SEEDED, "plan", "--adopt", "-o", "json")
    changes = json.loads(plan.out)["changes"]
    assert {change["operation"] for change in changes} == {"adopt"}
    assert not [change for change in changes if change["deltas"] or change["children"]]
    assert ADOPTS in pdsync(*SEEDED, "plan", "--adopt").out
    assert pdsync(*SEEDED, "apply", "--adopt", "--yes").code == 0
    assert pdsync(*SEEDED, "plan", "--detailed-exitcode").code == 0
    before = tree(configured / "manifests")
    again = pdsync(*SEEDED, "export", "--out", "manifests")
    assert again.code == 0, "the same text is not a conflict"
    assert tree(configured / "manifests") == before


def test_files_that_are_there_are_kept(configured: Path, pdsync: Pdsync) -> None:
    folder = configured / "manifests"
    (folder / "booking").mkdir(parents=True)
    (folder / "booking" / "team.yaml").write_text("mine\n")
    run = pdsync(*SEEDED, "export", "--out", "manifests")
    assert (run.code, run.out) == (1, "")
    assert "manifests/booking/team.yaml: exists already" in run.err
    assert "--overwrite" in run.err
    assert tree(folder) == {"booking/team.yaml": b"mine\n"}
    run = pdsync(*SEEDED, "export", "--out", "manifests", "--overwrite")
    assert run.code == 1
    assert "was edited since it was exported, or is not from an export" in run.err
    assert tree(folder) == {"booking/team.yaml": b"mine\n"}


def test_only_unedited_files_of_an_earlier_export_are_replaced(
    configured: Path, online: SandboxServer, client: RestApiV2Client, pdsync: Pdsync
) -> None:
    client.rpost("teams", json={"type": "team", "name": "Red"})
    blue = client.rpost("teams", json={"type": "team", "name": "Blue"})
    assert pdsync("export", "--out", "manifests").code == 0
    red = configured / "manifests" / "red" / "team.yaml"
    red.chmod(0o640)
    client.rput(f"teams/{blue['id']}", json={"type": "team", "name": "Blue", "description": "New."})
    assert pdsync("export", "--out", "manifests").code == 1
    assert pdsync("export", "--out", "manifests", "--overwrite").code == 0
    assert "description: New." in (configured / "manifests" / "blue" / "team.yaml").read_text()
    blue_file = configured / "manifests" / "blue" / "team.yaml"
    blue_file.write_text(blue_file.read_text() + "# mine\n")
    before = tree(configured)
    assert pdsync("export", "--out", "manifests", "--overwrite").code == 1
    assert tree(configured) == before
    assert red.stat().st_mode & 0o777 == 0o640


def test_nothing_is_written_outside_of_the_folder(configured: Path, pdsync: Pdsync) -> None:
    (configured / "elsewhere").mkdir()
    (configured / "manifests").mkdir()
    (configured / "manifests" / "booking").symlink_to(configured / "elsewhere")
    run = pdsync(*SEEDED, "export", "--out", "manifests", "--overwrite")
    assert run.code == 1
    assert "manifests/booking: is a link" in run.err
    assert not list((configured / "elsewhere").iterdir())
    assert [path.name for path in (configured / "manifests").iterdir()] == ["booking"]


def test_a_failure_half_way_leaves_what_was_there(
    configured: Path, pdsync: Pdsync, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, calls = os.replace, []

    def failing(source: Path, target: Path) -> None:
        calls.append(target)
        if len(calls) == 9:
            raise OSError(28, "No space left on device", str(target))
        real(source, target)

    monkeypatch.setattr(os, "replace", failing)
    run = pdsync(*SEEDED, "export", "--out", "manifests")
    assert run.code == 1
    assert "No space left on device" in run.err
    assert not (configured / "manifests").exists()


def test_one_team_with_its_people_and_what_it_owns(configured: Path, pdsync: Pdsync) -> None:
    run = pdsync(*SEEDED, "export", "--out", "manifests", "--team", "BOOKING", "-o", "json")
    assert run.code == 0
    assert json.loads(run.out)["counts"] == {"escalation_policy": 1, "schedule": 1, "service": 3, "team": 1, "user": 2}
    assert {name.partition("/")[0] for name in tree(configured / "manifests")} == {"booking", ".pdsync-export"}
    assert "parent: {name: Engineering}" in (configured / "manifests" / "booking" / "team.yaml").read_text()
    changes = json.loads(pdsync(*SEEDED, "plan", "--adopt", "-o", "json").out)["changes"]
    assert len(changes) == 6
    assert not [change for change in changes if change["deltas"] or change["children"]]


def test_an_unknown_team_is_an_error_with_a_suggestion(configured: Path, pdsync: Pdsync) -> None:
    run = pdsync(*SEEDED, "export", "--out", "manifests", "--team", "Boking")
    assert run.code == 1
    assert "Did you mean 'Booking'?" in run.err
    assert not (configured / "manifests").exists()


def test_owners_of_the_folders_by_team(configured: Path, pdsync: Pdsync) -> None:
    (configured / ".git").mkdir()
    assert pdsync(*SEEDED, "export", "--out", "ops/on call", "--codeowners", "@acme").code == 0
    owners = (configured / "ops" / "on call" / "CODEOWNERS").read_text()
    assert "/ops/on\\ call/booking/ @acme/booking\n" in owners
    assert "shared" not in owners
    assert pdsync(*SEEDED, "export", "--out", "x", "--codeowners", "a b").code == 64


@pytest.mark.empty_account
def test_objects_of_others_are_referred_to_and_left_out(
    configured: Path, online: SandboxServer, client: RestApiV2Client, pdsync: Pdsync
) -> None:
    owner = client.list_all("users")[0]
    rule = {"escalation_delay_in_minutes": 5, "targets": [{"id": owner["id"], "type": "user_reference"}]}
    policy = {"type": "escalation_policy", "escalation_rules": [rule]}
    theirs = client.rpost(
        "escalation_policies",
        json={**policy, "name": "Theirs", "description": "Managed by pdsync: other/escalation_policy/x"},
    )
    duplicates = [client.rpost("escalation_policies", json={**policy, "name": "Twin"}) for _ in range(2)]
    client.rpost(
        "services",
        json={
            "type": "service",
            "name": "API",
            "escalation_policy": {"id": theirs["id"], "type": "escalation_policy_reference"},
        },
    )
    run = pdsync("export", "--out", "manifests")
    assert run.code == 0
    assert f"escalation_policy 'Theirs' ({theirs['id']}): the workspace 'other' manages it" in run.out
    text = "".join(data.decode() for name, data in tree(configured / "manifests").items() if name.endswith(".yaml"))
    assert "escalation_policy: {name: Theirs}" in text
    assert "name: Theirs\n" not in text
    assert all(f"  id: {duplicate['id']}\n" in text for duplicate in duplicates)
    assert "integration_key" not in text
    changes = json.loads(pdsync("plan", "--adopt", "-o", "json").out)["changes"]
    assert [change["operation"] for change in changes] == ["adopt"] * 3
    assert not [change for change in changes if change["deltas"]]


@pytest.mark.empty_account
def test_it_reads_collections_by_pages_and_only_lists_of_what_is_exported(
    configured: Path, online: SandboxServer, client: RestApiV2Client, pdsync: Pdsync
) -> None:
    teams = [client.rpost("teams", json={"type": "team", "name": f"Team {number}"})["id"] for number in range(3)]
    (user,) = [each["id"] for each in client.list_all("users")]
    shop = client.rpost("business_services", json={"name": "Shop"})["id"]
    tables = [
        "/vendors",
        "/extension_schemas",
        "/tags",
        "/priorities",
        "/incidents/types/incident_default/custom_fields",
        "/webhook_subscriptions/oauth_clients",
        "/workflows/integrations",
    ]
    own = "/incidents/types/PINCIDENTBASE1/custom_fields"
    # Other hosts are asked only with the token of a user.
    listed = [kind for kind in KINDS if kind.source.parent is None and kind.host == "rest"]
    collections = ["/users/me", *tables, *(f"/{kind.collection}" for kind in listed)]
    collections.remove("/account")
    settings = ["/session_configurations", "/business_services/priority_thresholds", "/standards"]
    collections += settings
    lists = [
        own,
        *(f"/teams/{team}/members" for team in teams),
        f"/users/{user}/oncall_handoff_notification_rules",
        f"/users/{user}/status_update_notification_rules",
        f"/service_dependencies/business_services/{shop}",
        f"/business_services/{shop}/subscribers",
    ]
    forget(online)
    assert pdsync("export", "--out", "manifests").code == 0
    assert sorted(path for _, path in asked(online)) == sorted([*collections, *lists])
    assert not writes(online)
    forget(online)
    assert pdsync("export", "--out", "one", "--team", "Team 1").code == 0
    of_others = [path for path in collections if path not in settings]
    assert sorted(path for _, path in asked(online)) == sorted([*of_others, f"/teams/{teams[1]}/members"])


def test_the_token_is_in_no_file(configured: Path, online: SandboxServer, pdsync: Pdsync) -> None:
    assert pdsync("export", "--out", "manifests").code == 0
    assert not [name for name, data in tree(configured).items() if TOKEN.encode() in data]


def test_another_account_than_the_one_configured_is_refused(
    configured: Path, online: SandboxServer, pdsync: Pdsync
) -> None:
    (configured / "pdsync.yaml").write_text("workspace: acme\npaths: [manifests]\nsubdomain: someone-else\n")
    assert pdsync("export", "--out", "manifests").code == 5
    assert not (configured / "manifests").exists()


def test_a_file_is_no_folder(configured: Path, pdsync: Pdsync) -> None:
    (configured / "manifests").write_text("")
    run = pdsync(*SEEDED, "export", "--out", "manifests")
    assert run.code == 64
    assert "is not a folder" in run.err

"""A plan of account settings as a reviewer sees it, on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pdsync.client import RestApiV2Client
from pdsync.sandbox import SandboxServer
from tests.cli.conftest import Pdsync
from tests.support.recorded import forget, writes

SETTINGS = """apiVersion: pdsync/v1
kind: Account
metadata: {name: acme}
spec:
  session_configuration: {web: {absolute: 12h, idle: 1h}}
  priority_threshold: P2
"""
RISK = "this ends every web session of the account at once"
PATH = "/session_configurations"


@pytest.fixture
def settings(manifests: Path, online: SandboxServer) -> Path:
    file = manifests.parent / "account.yaml"
    file.write_text(SETTINGS)
    manifests.unlink()
    return file


def test_the_danger_is_in_every_form_of_the_plan(settings: Path, pdsync: Pdsync, folder: Path) -> None:
    run = pdsync("plan", "--report", "plan.md", "--page", "plan.html", "--out", "saved.json")
    assert RISK in " ".join(run.out.split())
    for name in ("plan.md", "plan.html"):
        assert RISK[1:] in " ".join((folder / name).read_text().split())
    risks = json.loads(pdsync("plan", "-o", "json").out)["risks"]
    assert [(it["code"], it["address"]) for it in risks] == [("sessions_ended", "account/acme")]


def test_apply_shows_the_danger_before_it_asks(
    settings: Path, pdsync: Pdsync, online: SandboxServer, client: RestApiV2Client
) -> None:
    forget(online)
    run = pdsync("apply")
    assert run.code != 0  # no one can be asked here
    assert RISK in " ".join((run.out + run.err).split())
    assert writes(online) == []
    assert pdsync("apply", "--yes").code == 0
    assert client.jget("session_configurations")["session_configurations"][0]["absolute_session_ttl"] == 43_200
    run = pdsync("plan", "--detailed-exitcode")
    assert (run.code, RISK in run.out) == (0, False)


def test_an_edit_by_hand_is_drift_and_can_be_accepted(settings: Path, pdsync: Pdsync, client: RestApiV2Client) -> None:
    assert pdsync("apply", "--yes").code == 0
    body = {"session_configuration": {"absolute_session_ttl": 86_400, "idle_session_ttl": 3_600}}
    client.put("session_configurations", params={"type": "web"}, json=body).raise_for_status()
    run = pdsync("drift")
    assert run.code == 2
    assert "session_configuration.web.absolute" in run.out
    assert "12h" in run.out
    assert pdsync("accept", "account/acme").code == 0
    assert "absolute: 1d" in settings.read_text()
    assert pdsync("drift").code == 0


def test_what_is_refused_is_a_problem_of_the_manifest_that_names_it(
    settings: Path, pdsync: Pdsync, online: SandboxServer
) -> None:
    rule = {"match": {"path": PATH, "method": "GET"}, "action": {"type": "error", "status": 403}}
    online.control.set_faults({"rules": [rule]})
    run = pdsync("plan")
    assert run.code == 1
    assert "session_configuration: PagerDuty refuses to show it" in run.out + run.err
    settings.write_text(SETTINGS.replace("  session_configuration: {web: {absolute: 12h, idle: 1h}}\n", ""))
    assert pdsync("apply", "--yes").code == 0


def test_a_put_whose_answer_was_lost_is_done(
    settings: Path, pdsync: Pdsync, online: SandboxServer, client: RestApiV2Client
) -> None:
    action = {"type": "drop", "when": "after"}
    online.control.set_faults({"rules": [{"match": {"path": PATH, "method": "PUT"}, "action": action}]})
    assert pdsync("apply", "--yes").code == 0
    assert client.jget("session_configurations")["session_configurations"][0]["idle_session_ttl"] == 3_600


def test_a_put_that_never_arrived_is_a_failure_that_the_next_run_ends(
    settings: Path, pdsync: Pdsync, online: SandboxServer, client: RestApiV2Client
) -> None:
    action = {"type": "drop", "when": "before"}
    online.control.set_faults(
        {"rules": [{"match": {"path": "/business_services/priority_thresholds", "method": "PUT"}, "action": action}]}
    )
    assert pdsync("apply", "--yes").code in (3, 6)
    online.control.clear_faults()
    forget(online)
    assert pdsync("apply", "--yes").code == 0
    assert [path for _, path in writes(online)] == ["/business_services/priority_thresholds"]


def test_two_manifests_are_found_without_an_account(settings: Path, pdsync: Pdsync) -> None:
    (settings.parent / "more.yaml").write_text(SETTINGS.replace("acme", "other"))
    run = pdsync("validate")
    assert run.code == 1
    assert "account/acme at manifests/account.yaml:" in run.out + run.err
    assert "there is one account" in run.out + run.err


def test_two_workspaces_of_one_account_are_a_problem(settings: Path, pdsync: Pdsync, folder: Path) -> None:
    (folder / "pdsync.yaml").write_text("workspaces:\n  one: {paths: [manifests]}\n  two: {paths: [others]}\n")
    (folder / "others").mkdir()
    (folder / "others" / "a.yaml").write_text(SETTINGS.replace("P2", "P3"))
    run = pdsync("--workspace", "one", "validate")
    assert run.code == 1
    assert "the workspace 'two' manages the same account" in run.out + run.err


def test_aiops_says_where_it_is(settings: Path, pdsync: Pdsync) -> None:
    settings.write_text(SETTINGS + "  aiops: true\n")
    run = pdsync("validate")
    assert run.code == 1
    assert "write aiops at an EventOrchestration or a Service" in run.out + run.err


def test_an_export_names_the_settings_and_its_plan_is_quiet(
    settings: Path, pdsync: Pdsync, folder: Path, client: RestApiV2Client
) -> None:
    assert pdsync("apply", "--yes").code == 0
    assert pdsync("export", "--out", "exported").code == 0
    (text,) = [it.read_text() for it in (folder / "exported").rglob("account.yaml")]
    assert "absolute: 12h" in text
    assert "priority_threshold: P2" in text
    assert "has_technical_service_description:" in text
    settings.write_text(text.replace("name: account", "name: acme"))
    assert pdsync("plan", "--detailed-exitcode").code == 0

"""Automation runners: their whole life, and the actions and rules that lead to them."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests

from pdsync.engine import ApplyRequest, EngineError, carry_out_plan, export_account
from pdsync.export import ExportOptions
from pdsync.plan import Operation
from tests.kinds.automation_world import ACTIONS, JOB, RUNNERS, SCRIPT, AutomationWorld

SIDECAR: dict[str, Any] = {"runner_type": "sidecar"}


def test_it_is_made_changed_and_deleted(automation: AutomationWorld) -> None:
    teams: dict[str, Any] = {"red": {}, "blue": {}}
    automation.write(Team=teams, AutomationRunner={"one": {**SIDECAR, "description": "In Berlin", "teams": ["red"]}})
    automation.apply()
    ids = {it["name"]: it["id"] for it in automation.client.list_all("teams")}
    found = automation.runner()
    assert found["description"].startswith("In Berlin\nManaged by pdsync: test/automation_runner/one")
    assert (found["runner_type"], [it["id"] for it in found["teams"]]) == ("sidecar", [ids["red"]])
    automation.write(Team=teams, AutomationRunner={"one": {**SIDECAR, "name": "one", "teams": ["blue"]}})
    (change,) = automation.apply().changes
    assert {it.label for it in change.children} == {"team/red", "team/blue"}
    assert [it["id"] for it in automation.runner()["teams"]] == [ids["blue"]]
    automation.write(Team=teams)
    assert [change.operation for change in automation.apply().changes] == [Operation.DELETE]
    assert not automation.client.list_all(RUNNERS)


def test_a_runner_that_an_action_uses_stays(automation: AutomationWorld) -> None:
    runner: dict[str, Any] = {"AutomationRunner": {"one": SIDECAR}}
    automation.write(**runner, AutomationAction={"act": {**SCRIPT, "runner": "one"}})
    automation.apply()
    automation.write(
        AutomationRunner={"one": {**SIDECAR, "lifecycle": {"absent": True}}},
        AutomationAction={"act": {**SCRIPT, "runner": {"id": automation.runner()["id"]}}},
    )
    (change,) = automation.plan().changes
    (blocker,) = change.blockers
    assert blocker.startswith("it is still used by automation_action/act")
    automation.write(
        AutomationAction={"act": SCRIPT}
    )  # no manifest names the runner now: the action lets go of it first
    automation.apply()
    assert not automation.client.list_all(RUNNERS)


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ({"runner_type": "runbook"}, "runner_type: a runner of the type runbook needs 'runbook_base_uri'"),
        ({**SIDECAR, "runbook_base_uri": "acme"}, "'runbook_base_uri' does not apply to the type sidecar"),
        ({"runner_type": "runbook", "runbook_base_uri": "https://acme"}, "runbook_base_uri: 'https://acme' is not"),
    ],
)
def test_what_does_not_go_together_is_refused(automation: AutomationWorld, spec: Any, message: str) -> None:
    automation.write(AutomationRunner={"one": spec})
    assert any(it.startswith(message) for it in automation.problems()), automation.problems()


RUNBOOK: dict[str, Any] = {
    "runner_type": "runbook",
    "runbook_base_uri": "acme.prod",
    "runbook_api_key": "${env:RUNBOOK_KEY}",
}


def test_a_key_is_sent_with_a_new_runner_and_whenever_its_text_changes(
    automation: AutomationWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUNBOOK_KEY", "key-of-tests-1")
    monkeypatch.setenv("OTHER_KEY", "key-of-tests-2")
    sent = watch(automation)
    automation.write(AutomationRunner={"one": RUNBOOK})
    automation.apply()
    assert sent.pop() == "key-of-tests-1"
    assert "key-of-tests" not in str(automation.sandbox.control.state())
    automation.write(AutomationRunner={"one": {**RUNBOOK, "runbook_base_uri": "acme.test"}})
    automation.apply()
    assert sent.pop() is None  # PagerDuty keeps what a PUT leaves out
    assert automation.runner()["runbook_base_uri"] == "acme.test"
    automation.write(
        AutomationRunner={"one": {**RUNBOOK, "runbook_api_key": "${env:OTHER_KEY}", "runbook_base_uri": "acme.test"}}
    )
    (change,) = automation.apply().changes
    assert [it.field for it in change.deltas] == ["runbook_api_key"]
    assert sent == ["key-of-tests-1", None, "key-of-tests-2"][2:]


def test_a_key_is_no_text_of_a_manifest(automation: AutomationWorld) -> None:
    automation.write(AutomationRunner={"one": {**RUNBOOK, "runbook_api_key": "in-clear-text"}})
    (problem,) = automation.problems()
    assert "in-clear-text" not in problem
    assert "plain text" in problem


def watch(automation: AutomationWorld) -> list[str | None]:
    """The keys that requests send, as they come."""
    sent: list[str | None] = []

    def note(response: requests.Response, *args: Any, **options: Any) -> None:
        body = json.loads(response.request.body or "null")
        if response.request.method in ("POST", "PUT") and isinstance(body, dict) and "runner" in body:
            sent.append(body["runner"].get("runbook_api_key"))

    automation.client.hooks["response"].append(note)
    return sent


def test_a_sidecar_has_a_secret_that_is_handed_out_once(automation: AutomationWorld) -> None:
    automation.write(AutomationRunner={"one": SIDECAR, "two": {"runner_type": "sidecar"}})
    refused = carry_out_error(automation)
    assert "--secrets-out" in refused
    assert not automation.client.list_all(RUNNERS)
    automation.apply()
    assert sorted(it.address for it in automation.taken) == ["automation_runner/one", "automation_runner/two"]
    assert "not handed out" not in automation.runner()["description"]
    automation.write(AutomationRunner={"one": {**SIDECAR, "description": "x"}, "two": SIDECAR})
    automation.apply()
    assert len(automation.taken) == 2


def carry_out_error(automation: AutomationWorld) -> str:
    with pytest.raises(EngineError) as refused:
        carry_out_plan(automation.client, ApplyRequest(automation.plan()))
    return f"{refused.value} {refused.value.hint}"


def test_a_runner_of_another_type_takes_the_place_of_the_old_one(
    automation: AutomationWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An action with a script is led to the new runner. That of a job cannot change, so the action is replaced too."""
    monkeypatch.setenv("RUNBOOK_KEY", "key-of-tests-1")
    actions = {"act": {**SCRIPT, "runner": "one"}, "job": {**JOB, "runner": "one"}}
    automation.write(AutomationRunner={"one": SIDECAR}, AutomationAction=actions)
    automation.apply()
    old = {it["name"]: it["id"] for path in (RUNNERS, ACTIONS) for it in automation.client.list_all(path)}
    automation.write(AutomationRunner={"one": RUNBOOK}, AutomationAction=actions)
    plan = automation.apply()
    found = {it.address: it.operation for it in plan.changes}
    assert found == {
        "automation_runner/one": Operation.REPLACE,
        "automation_runner/one#retired": Operation.RETIRE,
        "automation_action/act": Operation.UPDATE,
        "automation_action/job": Operation.REPLACE,
        "automation_action/job#retired": Operation.RETIRE,
    }
    new = automation.runner()["id"]
    assert new != old["one"]
    assert (automation.action("act")["id"], automation.action("job")["id"] == old["job"]) == (old["act"], False)
    assert {automation.action(name)["runner"] for name in ("act", "job")} == {new}
    assert len(automation.client.list_all(RUNNERS)) == 1


def test_an_export_names_a_variable(automation: AutomationWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNBOOK_KEY", "key-of-tests-1")
    automation.write(AutomationRunner={"one": RUNBOOK, "two": SIDECAR})
    automation.apply()
    exported = export_account(automation.client, automation.workspace, ExportOptions("test"))
    files = [it for it in exported.files.values() if "kind: AutomationRunner" in it]
    assert 'runbook_api_key: "${env:' in "".join(files), "".join(files)
    assert "".join(files).count("runbook_base_uri") == 1

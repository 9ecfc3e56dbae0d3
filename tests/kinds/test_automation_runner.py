"""Automation runners: their whole life, and the actions and rules that lead to them."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests

from pdsync.plan import Operation
from tests.kinds.automation_world import RUNNERS, SCRIPT, AutomationWorld

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
        ({"runner_type": "runbook"}, "a runner of the type runbook needs 'runbook_base_uri'"),
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

"""Automation actions: their whole life, with scripts in files, runners, services and teams."""

from __future__ import annotations

from typing import Any

import pytest

from pdsync.engine import export_account, find_drift, load_desired
from pdsync.export import ExportOptions
from pdsync.plan import ChildOperation, Operation
from tests.kinds.automation_world import ACTIONS, JOB, RUNNERS, SCRIPT, AutomationWorld

POLICY: dict[str, Any] = {"escalation_rules": [{"escalation_delay_in_minutes": 10, "targets": [{"user": "ana"}]}]}
AROUND: dict[str, Any] = {
    "User": {"ana": {"name": "Ana", "email": "ana@example.com"}},
    "Team": {"red": {}, "blue": {}},
    "EscalationPolicy": {"first": POLICY},
    "Service": {key: {"escalation_policy": "first"} for key in ("shop", "mail")},
    "AutomationRunner": {"here": {"runner_type": "sidecar"}, "there": {"runner_type": "sidecar"}},
}


def test_it_is_made_changed_and_deleted(automation: AutomationWorld) -> None:
    whole = {**SCRIPT, "runner": "here", "services": ["shop"], "teams": ["red"], "action_classification": "diagnostic"}
    automation.write(**AROUND, AutomationAction={"one": {**whole, "description": "Restarts it"}})
    automation.apply()
    found = automation.action()
    ids = {it["name"]: it["id"] for path in ("services", "teams", RUNNERS) for it in automation.client.list_all(path)}
    assert found["action_data_reference"] == {"script": "echo one"}
    assert found["description"].startswith("Restarts it\nManaged by pdsync: test/automation_action/one")
    assert (found["runner"], found["action_classification"]) == (ids["here"], "diagnostic")
    assert [it["id"] for it in (*found["services"], *found["teams"])] == [ids["shop"], ids["red"]]

    changed = {**SCRIPT, "script": "#!/bin/sh\necho two\n", "invocation_command": "/bin/sh", "runner": "there"}
    automation.write(**AROUND, AutomationAction={"one": {**changed, "services": ["mail"], "teams": ["red", "blue"]}})
    plan = automation.apply()
    (change,) = plan.changes
    assert {(it.list_name, it.operation, it.label) for it in change.children} == {
        ("services", ChildOperation.ADD, "service/mail"),
        ("services", ChildOperation.REMOVE, "service/shop"),
        ("teams", ChildOperation.ADD, "team/blue"),
    }
    found = automation.action()
    assert found["action_data_reference"] == {"script": "#!/bin/sh\necho two\n", "invocation_command": "/bin/sh"}
    assert found["runner"] == ids["there"]
    assert found["action_classification"] is None  # the manifest no longer names it
    assert [it["id"] for it in found["services"]] == [ids["mail"]]
    assert {it["id"] for it in found["teams"]} == {ids["red"], ids["blue"]}

    automation.write(**AROUND)
    assert [change.operation for change in automation.apply().changes] == [Operation.DELETE]
    assert not automation.client.list_all(ACTIONS)


def test_a_job_has_arguments_and_a_filter(automation: AutomationWorld) -> None:
    job = {"job_id": "7c2f", "job_arguments": "-env production", "node_filter": "tags: web"}
    automation.write(AutomationAction={"one": {**JOB, "process_automation": job}})
    automation.apply()
    shown = {f"process_automation_{name}": value for name, value in job.items()}
    assert automation.action()["action_data_reference"] == shown
    automation.write(AutomationAction={"one": {**JOB, "process_automation": {"job_id": "7c2f"}}})
    (change,) = automation.apply().changes
    assert {it.path for it in change.deltas} == {"process_automation.job_arguments", "process_automation.node_filter"}
    assert automation.action()["action_data_reference"] == {"process_automation_job_id": "7c2f"}


def test_a_runner_can_be_taken_away(automation: AutomationWorld) -> None:
    automation.write(**AROUND, AutomationAction={"one": {**SCRIPT, "runner": "here"}})
    automation.apply()
    automation.write(**AROUND, AutomationAction={"one": {**SCRIPT, "runner": None}})
    automation.apply()
    assert "runner" not in automation.action()


def test_a_script_is_in_a_file_and_a_change_is_shown_by_lines(automation: AutomationWorld) -> None:
    script = automation.folder / "restart.sh"
    text = "#!/bin/sh\n  set -e\nkubectl rollout restart deploy/$${var:APP}\n"
    script.write_text(text, encoding="utf-8")
    automation.write(AutomationAction={"one": {**SCRIPT, "script": {"file": "restart.sh"}}})
    automation.apply()
    held = automation.action()["action_data_reference"]["script"]
    assert held == "#!/bin/sh\n  set -e\nkubectl rollout restart deploy/${var:APP}\n"

    # What is exported says the same: the account and the manifests agree on it.
    exported = export_account(automation.client, automation.workspace, ExportOptions("test"))
    (held,) = (it for path, it in exported.files.items() if path.endswith("one.sh"))
    assert held == text
    script.write_text(script.read_text(encoding="utf-8").rstrip("\n"), encoding="utf-8")
    assert not automation.plan().changes  # a line break at the end means nothing


def test_what_a_person_changed_is_drift(automation: AutomationWorld) -> None:
    automation.write(**AROUND, AutomationAction={"one": {**SCRIPT, "services": ["shop"], "teams": []}})
    automation.apply()
    path = f"{ACTIONS}/{automation.action()['id']}"
    automation.client.rput(path, json={"action_data_reference": {"script": "rm -rf /"}})
    (team,) = (it for it in automation.client.list_all("teams") if it["name"] == "red")
    automation.client.rpost(f"{path}/teams", json={"id": team["id"], "type": "team_reference"})
    drift = find_drift(automation.client, load_desired(automation.workspace))
    (edited,) = drift.edited
    assert {it.path for it in edited.fields} == {"script", "teams[team/red]"}
    automation.apply()


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ({"action_type": "script"}, "action_type: an action of the type script needs 'script'"),
        (
            {"action_type": "process_automation"},
            "action_type: an action of the type process_automation needs 'process_automation'",
        ),
        ({**JOB, "script": "x"}, "'script' does not apply to the type process_automation"),
        ({**JOB, "invocation_command": "sh"}, "'invocation_command' does not apply to the type process_automation"),
        ({**SCRIPT, "process_automation": {"job_id": "x"}}, "'process_automation' does not apply to the type script"),
        ({**SCRIPT, "map_to_all_services": True, "services": ["shop"]}, "'services' has no effect with map_to_all_"),
        ({**SCRIPT, "script": "echo ${env:TOKEN}"}, "${env:TOKEN} works only"),
        (
            {**SCRIPT, "invocation_command": "ü" * 40_000},
            "invocation_command: has 80,000 bytes in UTF-8, and PagerDuty takes 65,535",
        ),
        (
            {**JOB, "process_automation": {"job_id": "ü" * 20}},
            "process_automation.job_id: has 40 bytes in UTF-8, and PagerDuty takes 36",
        ),
    ],
)
def test_what_does_not_go_together_is_refused(automation: AutomationWorld, spec: Any, message: str) -> None:
    automation.write(**AROUND, AutomationAction={"one": spec})
    (problem,) = automation.problems()
    assert problem.startswith(message)


def test_a_file_may_be_as_large_as_a_script(automation: AutomationWorld) -> None:
    script = automation.folder / "long.sh"
    script.write_text("echo\n" * 2**18, encoding="utf-8")  # 1.3 MB: more than a text of another field
    automation.write(AutomationAction={"one": {**SCRIPT, "script": {"file": "long.sh"}}})
    load_desired(automation.workspace)
    script.write_text("echo\n" * 2**22, encoding="utf-8")
    (problem,) = automation.problems()
    assert "is too large" in problem


def test_all_services_are_no_list(automation: AutomationWorld) -> None:
    automation.write(**AROUND, AutomationAction={"one": {**SCRIPT, "map_to_all_services": True}})
    automation.apply()
    assert automation.action()["map_to_all_services"] is True
    automation.write(**AROUND, AutomationAction={"one": {**SCRIPT, "services": ["shop"]}})
    automation.apply()
    found = automation.action()
    assert (found["map_to_all_services"], len(found["services"])) == (False, 1)


def rules(action: Any) -> dict[str, Any]:
    run = [{"automation_action": action}]
    return {"escalation_policy": "first", "event_orchestration": {"start": [{"label": "all", **_runs(run)}]}}


def _runs(run: list[Any]) -> dict[str, Any]:
    return {"pagerduty_automation_actions": run}


def with_rules(action: Any) -> dict[str, Any]:
    return {**AROUND, "Service": {**AROUND["Service"], "shop": rules(action)}}


def test_a_rule_names_it_by_its_key(automation: AutomationWorld) -> None:
    automation.write(**with_rules("one"), AutomationAction={"one": {**SCRIPT, "runner": "here", "services": ["shop"]}})
    automation.apply()
    (shop,) = (it for it in automation.client.list_all("services") if it["name"] == "shop")
    path = f"event_orchestrations/services/{shop['id']}"
    document = automation.client.jget(path)["orchestration_path"]
    (run,) = document["sets"][0]["rules"][0]["actions"]["pagerduty_automation_actions"]
    assert run["action_id"] == automation.action()["id"]

    exported = export_account(automation.client, automation.workspace, ExportOptions("test"))
    assert any("automation_action: one" in text for text in exported.files.values())

    # No rule runs it any more before it is deleted.
    without = {"escalation_policy": "first", "event_orchestration": {"start": [{"label": "all", "severity": "info"}]}}
    automation.write(**{**AROUND, "Service": {**AROUND["Service"], "shop": without}})
    plan = automation.apply()
    assert [(it.address, it.operation) for it in plan.changes] == [
        ("service/shop", Operation.UPDATE),
        ("automation_action/one", Operation.DELETE),
    ]


@pytest.mark.parametrize(
    ("spec", "why"),
    [
        ({"runner": "here", "allow_invocation_from_event_orchestration": False}, "does not let rules start it"),
        ({}, "has no runner"),
        ({"runner": "here"}, ""),
    ],
)
def test_a_rule_that_runs_it_in_vain_is_told(automation: AutomationWorld, spec: Any, why: str) -> None:
    automation.write(**AROUND, AutomationAction={"one": {**SCRIPT, **spec}})
    automation.apply()
    automation.write(**with_rules("one"), AutomationAction={"one": {**SCRIPT, **spec}})
    (change,) = automation.plan().changes
    found = [it for it in change.notes if "in vain" in it]
    assert bool(found) == bool(why)
    assert all(
        why in it and it.startswith("event_orchestration of service/shop runs automation_action/one") for it in found
    )


def test_one_that_a_rule_runs_is_not_deleted(automation: AutomationWorld) -> None:
    automation.write(**with_rules("one"), AutomationAction={"one": {**SCRIPT, "runner": "here"}})
    automation.apply()
    rule = with_rules({"id": automation.action()["id"]})
    automation.write(**rule, AutomationAction={"one": {**SCRIPT, "lifecycle": {"absent": True}}})
    (change,) = (it for it in automation.plan().changes if it.operation is Operation.DELETE)
    assert change.blockers[0].startswith("it is still used by service/shop")


def test_a_step_of_a_workflow_names_its_id(automation: AutomationWorld) -> None:
    step = {"name": "Tell", "action": "send-status-update:4", "inputs": {"Message": "See ${id:automation_action/one}."}}
    automation.write(**AROUND, AutomationAction={"one": SCRIPT}, IncidentWorkflow={"flow": {"steps": [step]}})
    automation.apply()
    (row,) = automation.client.list_all("incident_workflows")
    workflow = automation.client.rget(f"incident_workflows/{row['id']}")
    inputs = workflow["steps"][0]["action_configuration"]["inputs"]
    assert f"See {automation.action()['id']}." in [it["value"] for it in inputs]


@pytest.mark.parametrize("status", [402, 403])
def test_a_plan_without_the_feature_says_so(automation: AutomationWorld, status: int) -> None:
    automation.sandbox.control.set_account({"account": 1, "without": {"automation_actions": status}})
    automation.write(**AROUND_WITHOUT)
    automation.apply()
    automation.write(**AROUND_WITHOUT, AutomationAction={"one": SCRIPT})
    (problem,) = automation.plan().problems
    assert "automation actions" in problem.message
    assert str(status) in problem.message


AROUND_WITHOUT = {name: specs for name, specs in AROUND.items() if name != "AutomationRunner"}


def test_one_of_another_type_takes_the_place_of_the_old_one_in_rules(automation: AutomationWorld) -> None:
    spec = {"runner": "here", "services": ["shop"]}
    automation.write(**with_rules("one"), AutomationAction={"one": {**SCRIPT, **spec}})
    automation.apply()
    old = automation.action()["id"]
    automation.write(**with_rules("one"), AutomationAction={"one": {**JOB, **spec}})
    plan = automation.apply()
    assert [(it.address, it.operation) for it in plan.changes] == [
        ("automation_action/one", Operation.REPLACE),
        ("service/shop", Operation.UPDATE),
        ("automation_action/one#retired", Operation.RETIRE),
    ]
    assert automation.action()["id"] != old
    assert [it["id"] for it in automation.client.list_all(ACTIONS)] == [automation.action()["id"]]
    (shop,) = (it for it in automation.client.list_all("services") if it["name"] == "shop")
    document = automation.client.jget(f"event_orchestrations/services/{shop['id']}")
    assert automation.action()["id"] in str(document)


def test_a_new_service_with_a_rule_for_a_replaced_action(automation: AutomationWorld) -> None:
    """The replacement belongs to a service that does not exist yet and whose rule runs it."""
    automation.write(**AROUND, AutomationAction={"one": {**SCRIPT, "runner": "here"}})
    automation.apply()
    world = {**AROUND, "Service": {**AROUND["Service"], "new": rules("one")}}
    automation.write(**world, AutomationAction={"one": {**JOB, "runner": "here", "services": ["new"]}})
    automation.apply()
    assert len(automation.action()["services"]) == 1

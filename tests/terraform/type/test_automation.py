"""Automation actions and runners, as a state holds them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.terraform.given import imported, load_beside, manifests
from tests.terraform.provider import SECRET, TfResource

PARTS = ("process_automation_job_id", "process_automation_job_arguments", "process_automation_node_filter")
NOTHING = dict.fromkeys(("script", "invocation_command", *PARTS))
ID, RUNNER = "01DER7CUUBF7TH4116K0M4WKPU", "01DER7CUUBF7TH4116K0M4WKPV"


def action(kind: str, **data: Any) -> TfResource:
    values = {"id": ID, "name": "Restart", "description": "x", "action_type": kind, "runner_id": RUNNER}
    values["action_data_reference"] = [{**NOTHING, **data}]
    return TfResource("pagerduty_automation_actions_action", "restart", values)


def association(owner: str, identity: str, kind: str, other: str) -> TfResource:
    values = {"id": f"{identity}:{other}", f"{owner}_id": identity, f"{kind}_id": other}
    return TfResource(f"pagerduty_automation_actions_{owner}_{kind}_association", other.lower(), values)


@pytest.mark.parametrize("empty", [None, ""])
def test_what_an_action_runs_depends_on_its_type(empty: str | None) -> None:
    script = action("script", script="echo 1\n", invocation_command="/bin/sh", **dict.fromkeys(PARTS, empty))
    job = action("process_automation", process_automation_job_id="7", script=empty, invocation_command=empty)
    made = imported([script])
    spec = manifests(made)["AutomationAction/restart"]["spec"]
    assert load_beside(made, spec["script"]).strip() == "echo 1"
    assert (spec["invocation_command"], spec["runner"]) == ("/bin/sh", {"id": RUNNER})
    assert "process_automation" not in spec
    spec = manifests(imported([job]))["AutomationAction/restart"]["spec"]
    assert spec["process_automation"] == {"job_id": "7"}
    assert "script" not in spec


def test_services_and_teams_are_items_of_lists_to_which_others_may_belong() -> None:
    given = [association("action", ID, "service", "PSERV01"), association("action", ID, "team", "PTEAM01")]
    made = imported([action("process_automation", process_automation_job_id="7"), *given])
    spec = manifests(made)["AutomationAction/restart"]["spec"]
    assert (spec["services"], spec["teams"]) == ([{"id": "PSERV01"}], [{"id": "PTEAM01"}])
    assert spec["services_mode"] == spec["teams_mode"] == "additive"
    assert len(made.let_go["a.json"]) == 3


@pytest.mark.parametrize("is_marked", [True, False])
def test_the_key_of_a_runner_becomes_a_variable(*, is_marked: bool) -> None:
    values = {"id": RUNNER, "name": "R", "description": "x", "runner_type": "runbook", "runbook_base_uri": "acme"}
    values["runbook_api_key"] = SECRET
    marks = (("runbook_api_key",),) if is_marked else ()
    runner = TfResource("pagerduty_automation_actions_runner", "server", values, sensitive=marks)
    made = imported([runner, association("runner", RUNNER, "team", "PTEAM01")])
    assert SECRET not in repr(made)
    spec = manifests(made)["AutomationRunner/server"]["spec"]
    assert spec["runbook_api_key"] == "${env:AUTOMATION_RUNNER_SERVER_RUNBOOK_API_KEY}"
    assert spec["teams"] == [{"id": "PTEAM01"}]

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from pdsync.sandbox.api.incident_workflow import INCIDENT_WORKFLOWS
from tests.sandbox.account import Account, ref
from tests.sandbox.stored import store

_PATH = "/incident_workflows"
_PREFIX = "pagerduty.com:incident-workflows"


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    with Account() as it:
        yield it


def step(name: str, action: str, **inputs: str) -> dict[str, Any]:
    given = [{"name": key.replace("_", " "), "value": value} for key, value in inputs.items()]
    return {"name": name, "action_configuration": {"action_id": action, "inputs": given}}


def made(account: Account, *steps: dict[str, Any], **fields: Any) -> Any:
    body = {"name": account.name("Workflow"), "steps": list(steps), **fields}
    return account.post(_PATH, "incident_workflow", body)


def shown_inputs(shown: dict[str, Any]) -> dict[str, str]:
    return {it["name"]: it["value"] for it in shown["action_configuration"]["inputs"]}


def test_workflows_are_listed_with_what_is_asked_for() -> None:
    with Account() as account:
        team = account.team()
        major = made(account, step("Wait", f"{_PREFIX}:delay:1", Delay="5"), name="Major", team=ref(team))
        minor = made(account, name="Minor", is_enabled=False)
        assert (major["type"], major["summary"], major["is_enabled"]) == ("incident_workflow", "Major", True)
        assert major["team"] == {"id": team["id"], "type": "team_reference"}
        assert (minor["description"], minor["is_enabled"], minor["steps"]) == ("", False, [])
        assert account.get(f"{_PATH}/{major['id']}")["incident_workflow"] == major
        few = {name: value for name, value in major.items() if name not in ("steps", "team")}
        listed = account.get(_PATH)["incident_workflows"]
        assert (listed[0], listed[1]["name"]) == (few, "Minor")
        assert account.get(f"{_PATH}?query=maj&include[]=steps&include[]=team")["incident_workflows"] == [major]
        account.delete(f"/teams/{team['id']}")
        assert "team" not in account.get(f"{_PATH}/{major['id']}")["incident_workflow"]


def test_a_state_may_leave_out_what_has_a_default(account: Account) -> None:
    store(account, "incident_workflow", {"id": "PBARE", "name": "Bare", "created_at": "2026-01-01T08:00:00Z"})
    shown = account.get(f"{_PATH}/PBARE")["incident_workflow"]
    assert (shown["steps"], shown["description"], shown["is_enabled"]) == ([], "", True)


def test_steps_keep_their_ids_where_they_are_sent_back(account: Account) -> None:
    wait = step("Wait", f"{_PREFIX}:delay:1", Delay="5")
    workflow = made(account, wait, wait)
    first, second = workflow["steps"]
    path = f"{_PATH}/{workflow['id']}"
    swapped = account.put(path, "incident_workflow", {**workflow, "steps": [second, {**wait, "name": "New"}, first]})
    ids = [it["id"] for it in swapped["steps"]]
    assert (ids[0], ids[2]) == (second["id"], first["id"])
    assert ids[1] not in (first["id"], second["id"])
    again = account.put(path, "incident_workflow", {"steps": [first, first, {**wait, "id": "PUNKNOWN"}]})["steps"]
    assert again[0]["id"] == first["id"]
    assert len({it["id"] for it in again}) == 3
    assert "PUNKNOWN" not in {it["id"] for it in again}


def test_defaults_are_shown_and_hidden_inputs_are_not(account: Account) -> None:
    sent = {"Workspace": "T1", "Message": "x", "Channel_ID": "C1", "Channel": "A specific channel"}
    workflow = made(account, step("Tell", "pagerduty.com:slack:send-markdown-message:2", **sent))
    shown = shown_inputs(workflow["steps"][0])
    assert shown == {"Channel": "A specific channel", "Message": "x", "Pinned message": "No", "Workspace": "T1"}
    kept = account.get("/_sandbox/state")["incident_workflow"][-1]["steps"][0]["action_configuration"]["inputs"]
    assert {"name": "Channel ID", "value": "C1"} in kept


def test_a_loop_holds_steps(account: Account) -> None:
    inner = step("Wait", f"{_PREFIX}:delay:1", Delay="5")
    loop = step("Loop", "pagerduty.com:logic:incident-workflows-loop-until:2", Condition="x", Delay_between_loops="10")
    loop["action_configuration"]["inline_steps_inputs"] = [{"name": "Actions", "value": {"steps": [inner]}}]
    workflow = made(account, loop)
    configuration = workflow["steps"][0]["action_configuration"]
    assert shown_inputs(workflow["steps"][0])["Maximum loops"] == "20"
    (inside,) = configuration["inline_steps_inputs"][0]["value"]["steps"]
    assert shown_inputs(inside) == {"Delay": "5"}
    again = account.put(f"{_PATH}/{workflow['id']}", "incident_workflow", workflow)
    assert again == workflow
    inner["action_configuration"]["inline_steps_inputs"] = configuration["inline_steps_inputs"]
    account.refused("POST", _PATH, {"incident_workflow": {"name": "x", "steps": [loop]}})


def test_a_put_is_the_whole_or_a_part(account: Account) -> None:
    team = account.team()
    wait = step("Wait", f"{_PREFIX}:delay:1", Delay="5")
    fields = {"description": "Text", "team": ref(team), "is_enabled": False}
    workflow, other = made(account, wait, **fields), made(account, wait, **fields)
    bare = account.put(f"{_PATH}/{workflow['id']}", "incident_workflow", {"name": "Other"})
    assert (bare["name"], bare["description"], bare["is_enabled"], bare["steps"]) == ("Other", "", True, [])
    assert "team" not in bare
    account.server.control.set_account({"account": 1, "readings": {"workflow_put": "part"}})
    try:
        assert account.put(f"{_PATH}/{other['id']}", "incident_workflow", {}) == other
    finally:
        account.server.control.set_account({"account": 1})


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"name": "x", "action_configuration": {"action_id": f"{_PREFIX}:delay:1"}}, "Inputs can't be blank"),
        ({"name": "x"}, "Action configuration can't be blank"),
        (step("x", f"{_PREFIX}:add-note:1"), f"Could not find actions: {_PREFIX}:add-note:1"),
        (step("x", f"{_PREFIX}:delay:1"), "Input Delay can't be blank"),
        (step("x", f"{_PREFIX}:delay:1", Delay="5", delay="5"), "Input delay does not exist"),
        (step("", f"{_PREFIX}:delay:1", Delay="5"), "Name can't be blank"),
    ],
)
def test_what_is_wrong_is_refused(account: Account, wrong: dict[str, Any], text: str) -> None:
    good = step("Wait", f"{_PREFIX}:delay:1", Delay="5")
    error = account.refused("POST", _PATH, {"incident_workflow": {"name": "x", "steps": [good, wrong]}})
    assert error["errors"] == [f"Step 2: {text}"]


def test_a_profile_takes_what_is_wrong(account: Account) -> None:
    taken = {
        "unknown_workflow_action": "taken",
        "unknown_workflow_input": "left_out",
        "missing_workflow_input": "taken",
    }
    account.server.control.set_account({"account": 1, "readings": taken})
    try:
        steps = (step("a", "x:y:z:1", Any="1"), step("b", f"{_PREFIX}:delay:1", Other="5"))
        unknown, missing = made(account, *steps)["steps"]
    finally:
        account.server.control.set_account({"account": 1})
    assert (shown_inputs(unknown), shown_inputs(missing)) == ({"Any": "1"}, {})


def test_a_plan_without_workflows_answers_402(account: Account) -> None:
    account.server.control.set_account({"account": 1, "without": ["incident_workflows"]})
    try:
        for path in (_PATH, f"{_PATH}/triggers", f"{_PATH}/actions"):
            account.refused("GET", path, status=402)
    finally:
        account.server.control.set_account({"account": 1})


def test_a_deleted_workflow_is_gone_with_its_triggers(account: Account) -> None:
    workflow = made(account)
    trigger = {"trigger_type": "manual", "workflow": {"id": workflow["id"]}, "is_subscribed_to_all_services": True}
    path = f"{_PATH}/triggers/{account.post(f'{_PATH}/triggers', 'trigger', trigger)['id']}"
    assert account.call("DELETE", f"{_PATH}/{workflow['id']}").status_code == 200
    account.refused("GET", f"{_PATH}/{workflow['id']}", status=404)
    account.refused("GET", path, status=404)


def test_a_workflow_is_started_by_hand_and_nothing_happens(account: Account) -> None:
    path, incident = f"{_PATH}/{made(account)['id']}/instances", account.incident()
    before = account.get("/_sandbox/state")
    asked = {"id": "P3SNKQS", "type": "incident_workflow_instance", "incident": ref(incident)}
    started = account.post(path, "incident_workflow_instance", asked)
    assert (started["id"], started["type"]) == ("P3SNKQS", "incident_workflow_instance")
    assert started["incident"]["summary"] == incident["summary"]
    assert account.post(path, "incident_workflow_instance", {"incident": ref(incident)})["id"] != "P3SNKQS"
    account.refused("POST", path, {"incident_workflow_instance": {"incident": {"id": "PX"}}})
    assert account.get("/_sandbox/state") == before


def test_unknown_ids_are_not_found(account: Account) -> None:
    account.check_unknown_ids(INCIDENT_WORKFLOWS.routes())

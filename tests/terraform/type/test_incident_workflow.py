"""Workflows: which inputs of a state are the account's own to compare, and what triggers them."""

from __future__ import annotations

from typing import Any

from tests.terraform.given import comments_of, imported, manifests, spec_of
from tests.terraform.provider import SECRET, TfResource

SLACK = "pagerduty.com:slack:send-markdown-message:2"


def step(name: str, action: str, *inputs: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"id": "x", "name": name, "action": action, "input": list(inputs), "inline_steps_input": [], **more}


def given(name: str, value: str, *, generated: bool = False) -> dict[str, Any]:
    return {"name": name, "value": value, "generated": generated}


def workflow(*steps: dict[str, Any], **more: Any) -> TfResource:
    values = {"id": "PWORK01", "name": "Major", "team": "", "is_enabled": "true", "step": list(steps)}
    return TfResource("pagerduty_incident_workflow", "major", values, **more)


def trigger(kind: str, **values: Any) -> TfResource:
    held = {"id": f"T-{kind}", "type": kind, "workflow": "PWORK01", "services": [], "permissions": [], **values}
    return TfResource("pagerduty_incident_workflow_trigger", kind, held)


def test_inputs_that_the_configuration_gave_are_named_also_what_pagerduty_never_shows() -> None:
    made = imported(
        [
            workflow(
                step(
                    "Tell",
                    SLACK,
                    given("Channel ID", "C01"),
                    given("Message", "Hi"),
                    given("Emoji", "x", generated=True),
                ),
                step("Wait", "pagerduty.com:incident-workflows:delay:1", given("Delay", "5")),
            )
        ]
    )
    (manifest,) = manifests(made).values()
    assert manifest["spec"]["steps"] == [
        {"name": "Tell", "action": "slack:send-markdown-message:2", "inputs": {"Channel ID": "C01", "Message": "Hi"}},
        {"name": "Wait", "action": "delay:1", "inputs": {"Delay": "5"}},
    ]
    assert not comments_of(made)


def test_steps_inside_of_a_step_come_with_it() -> None:
    inner = {"name": "Actions", "step": [step("In", "a:1", given("X", "1"))]}
    spec = spec_of(workflow(step("Out", "loop:1", inline_steps_input=[inner])))
    assert spec["steps"][0]["inline_steps_inputs"] == {
        "Actions": [{"name": "In", "action": "a:1", "inputs": {"X": "1"}}]
    }


def test_the_value_of_a_sensitive_input_is_not_named_and_its_step_is() -> None:
    path = ("step", 0, "input", 0, "value")
    made = imported([workflow(step("S", "a:1", given("Token", SECRET), given("X", "1")), sensitive=(path,))])
    (manifest,) = manifests(made).values()
    assert manifest["spec"]["steps"] == [{"name": "S", "action": "a:1", "inputs": {"X": "1"}}]
    assert SECRET not in repr(made)


def test_triggers_of_each_way_are_items_and_those_that_terraform_does_not_know_stay() -> None:
    spec = spec_of(
        workflow(),
        trigger("conditional", condition="incident.priority matches 'P1'", subscribed_to_all_services=True),
        trigger("manual", services=["PSERV02", "PSERV01"], permissions=[{"restricted": True, "team_id": "PTEAM01"}]),
    )
    assert spec["triggers_mode"] == "additive"
    assert sorted(spec["triggers"], key=str) == [
        {"conditional": "incident.priority matches 'P1'", "services": "all"},
        {"manual": True, "services": [{"id": "PSERV01"}, {"id": "PSERV02"}], "team": {"id": "PTEAM01"}},
    ]

"""Incident workflows as transitions of an account: steps with inputs, some of them never shown, and what starts them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pdsync.apply import apply_plan
from pdsync.client import RestApiV2Client
from pdsync.engine import (
    ApplyRequest,
    ManifestsError,
    PlanError,
    Selection,
    Workspace,
    accept_live,
    carry_out_plan,
    export_account,
    find_drift,
    load_desired,
    load_for_accept,
    make_plan,
    parse_place,
    plan_release,
)
from pdsync.export import ExportOptions
from pdsync.kinds import BY_NAME
from pdsync.kinds.incident_workflow import TRIGGERS
from pdsync.model import Resource, Scope
from pdsync.model.codec.secret_text import SOURCE
from pdsync.model.codec.workflow_step import STEPS
from pdsync.plan import Change, ChildOperation, Operation, Plan, Status
from pdsync.report.plan.plan_text import render_plan_text
from pdsync.sandbox import SandboxServer
from tests.support.recorded import asked, forget
from tests.support.world import converge, plan_for, policy, resource, service, team, user

COMPANY = [
    user("ana"),
    policy("first", {"user": "ana"}),
    service("shop", "first"),
    service("till", "first"),
    team("red"),
    team("blue"),
]
UPDATE = "send-status-update:4"
SLACK = "slack:send-markdown-message:3"


def tell(message: str = "Looking", name: str = "Tell", **inputs: Any) -> dict[str, Any]:
    return {"name": name, "action": UPDATE, "inputs": {"Message": message, **inputs}}


def wait(minutes: Any = 5, name: str = "Wait") -> dict[str, Any]:
    return {"name": name, "action": "delay:1", "inputs": {"Delay": minutes}}


def post(channel: str = "C1", name: str = "Post", **inputs: Any) -> dict[str, Any]:
    return {
        "name": name,
        "action": SLACK,
        "inputs": {"Workspace": "T1", "Channel ID": channel, "Message": "Hello", **inputs},
    }


def workflow(*steps: dict[str, Any], key: str = "major", **spec: Any) -> Resource:
    return resource("IncidentWorkflow", key, {**({"steps": list(steps)} if steps else {}), **spec})


def held(client: RestApiV2Client, key: str = "major") -> dict[str, Any]:
    found = client.find("incident_workflows", key)
    assert found is not None
    return dict(client.rget(f"incident_workflows/{found['id']}"))


def inputs_of(step: dict[str, Any]) -> dict[str, str]:
    return {it["name"]: it["value"] for it in step["action_configuration"]["inputs"]}


def triggers_of(client: RestApiV2Client, key: str = "major") -> list[dict[str, Any]]:
    identity = held(client, key)["id"]
    return [it for it in client.list_all("incident_workflows/triggers") if it["workflow"]["id"] == identity]


def only(plan: Plan) -> Change:
    assert not plan.problems, plan.problems
    (change,) = plan.changes
    return change


def test_it_is_made_and_the_next_plan_is_empty(client: RestApiV2Client) -> None:
    converge(client, [*COMPANY, workflow(tell(), wait(), post(), team="red", description="For the worst.")])
    made = held(client)
    assert [step["name"] for step in made["steps"]] == ["Tell", "Wait", "Post"]
    assert inputs_of(made["steps"][1]) == {"Delay": "5"}
    assert made["description"].startswith("For the worst.")


def test_a_changed_input_is_one_difference_and_the_rest_is_echoed(client: RestApiV2Client) -> None:
    converge(client, [*COMPANY, workflow(tell(), post())])
    before = held(client)
    wanted = [*COMPANY, workflow(tell("Still looking"), post())]
    change = only(plan_for(client, wanted))
    assert [(it.path, it.before, it.after) for it in change.deltas] == [
        ("steps[Tell].inputs.Message", "Looking", "Still looking")
    ]
    converge(client, wanted)
    after = held(client)
    assert [step["id"] for step in after["steps"]] == [step["id"] for step in before["steps"]]
    assert inputs_of(after["steps"][0])["Send to subscribers"] == "Yes"


def test_a_move_is_shown_as_a_move(client: RestApiV2Client) -> None:
    converge(client, [*COMPANY, workflow(tell(), wait(), post())])
    ids = {step["name"]: step["id"] for step in held(client)["steps"]}
    wanted = [*COMPANY, workflow(post(), tell(), wait())]
    change = only(plan_for(client, wanted))
    assert [it.path for it in change.deltas] == ["steps (order)"]
    converge(client, wanted)
    assert [(it["name"], it["id"]) for it in held(client)["steps"]] == [
        (it, ids[it]) for it in ("Post", "Tell", "Wait")
    ]


def test_a_renamed_step_keeps_its_id(client: RestApiV2Client) -> None:
    converge(client, [*COMPANY, workflow(tell(), wait())])
    before = held(client)["steps"]
    converge(client, [*COMPANY, workflow(tell(name="Say"), wait())])
    assert [step["id"] for step in held(client)["steps"]] == [step["id"] for step in before]


def test_a_renamed_step_keeps_the_inputs_that_no_manifest_names(client: RestApiV2Client) -> None:
    converge(client, [*COMPANY, workflow(tell(**{"Send to subscribers": "No"}), tell("Again", name="Other"))])
    converge(client, [*COMPANY, workflow(tell(name="Say"), tell("Again", name="Other"))])
    assert [inputs_of(step)["Send to subscribers"] for step in held(client)["steps"]] == ["No", "Yes"]


def test_steps_of_one_name_made_by_hand_are_each_counted(client: RestApiV2Client) -> None:
    """Also where the name of another one looks like a number of theirs."""
    converge(client, [*COMPANY, workflow(tell(), tell("Two", name="Tell #2"))])
    live = held(client)
    one, two = live["steps"]
    client.rput(live, json={**live, "steps": [one, {**one, "id": None}, two]})
    assert [step["name"] for step in held(client)["steps"]] == ["Tell", "Tell", "Tell #2"]
    converge(client, [*COMPANY, workflow(tell(), tell("Two", name="Tell #2"))])
    assert [step["name"] for step in held(client)["steps"]] == ["Tell", "Tell #2"]


class TestHiddenInputs:
    """``Channel ID`` is taken and never shown again."""

    def test_one_that_ours_did_not_change_is_no_difference(self, client: RestApiV2Client) -> None:
        converge(client, [*COMPANY, workflow(post("C1"), tell())])
        assert "Channel ID" not in inputs_of(held(client)["steps"][0])
        assert not plan_for(client, [*COMPANY, workflow(post("C1"), tell())]).changes

    def test_one_that_ours_changed_is_sent(self, client: RestApiV2Client, sandbox: SandboxServer) -> None:
        converge(client, [*COMPANY, workflow(post("C1"), tell())])
        wanted = [*COMPANY, workflow(post("C2"), tell())]
        assert [it.path for it in only(plan_for(client, wanted)).deltas] == ["steps[Post].inputs.Channel ID"]
        converge(client, wanted)
        assert stored(sandbox, "Channel ID") == "C2"

    def test_it_goes_along_when_something_else_changes_and_is_not_shown_then(
        self, client: RestApiV2Client, sandbox: SandboxServer
    ) -> None:
        converge(client, [*COMPANY, workflow(post("C1"), tell())])
        wanted = [*COMPANY, workflow(post("C1"), tell("More"))]
        assert [it.path for it in only(plan_for(client, wanted)).deltas] == ["steps[Tell].inputs.Message"]
        converge(client, wanted)
        assert stored(sandbox, "Channel ID") == "C1"

    def test_where_the_record_has_no_room_a_changed_field_is_sent_whole(self, client: RestApiV2Client) -> None:
        many = [post(f"C{at}", f"Post {at}") for at in range(25)]
        converge(client, [*COMPANY, workflow(*many, description="x" * 700)])
        converge(client, [*COMPANY, workflow(*many[:-1], post("C99", "Post 24"), description="x" * 700)])

    def test_a_write_that_loses_one_says_so_also_where_another_step_is_renamed(self, client: RestApiV2Client) -> None:
        converge(client, [*COMPANY, workflow(post("C1"), tell())])
        without = post("C1")
        del without["inputs"]["Channel ID"]
        notes = only(plan_for(client, [*COMPANY, workflow(without, tell(name="Say"))])).notes
        assert any("loses 1 input that PagerDuty does not show" in note for note in notes), notes

    def test_a_renamed_step_loses_none(self, client: RestApiV2Client, sandbox: SandboxServer) -> None:
        converge(client, [*COMPANY, workflow(post("C1"), tell())])
        wanted = [*COMPANY, workflow(post("C1", name="Shout"), tell())]
        assert not [note for note in only(plan_for(client, wanted)).notes if "loses" in note]
        converge(client, wanted)
        assert stored(sandbox, "Channel ID") == "C1"

    def test_a_write_that_may_lose_one_entered_by_hand_is_blocked(self, client: RestApiV2Client) -> None:
        without = post("C1")
        del without["inputs"]["Channel ID"]
        converge(client, [*COMPANY, workflow(without, tell())])
        for changed in (workflow(without, tell("More")), workflow({**without, "name": "Shout"}, tell())):
            (blocker,) = only(plan_for(client, [*COMPANY, changed])).blockers
            assert "inputs.Channel ID: PagerDuty never shows this input" in blocker
        with pytest.raises(PlanError) as refused:
            plan_release(client, Workspace(name="test", paths=()), ["incident_workflow/major"])
        assert "does not show" in refused.value.problems[0].message

    def test_an_adoption_without_it_is_blocked_and_one_with_empty_text_is_not(
        self, client: RestApiV2Client, sandbox: SandboxServer
    ) -> None:
        converge(client, [*COMPANY, workflow(post("C1"), tell())])
        live = held(client)
        mine = [*live["steps"][0]["action_configuration"]["inputs"], {"name": "Channel ID", "value": "C1"}]
        live["steps"][0]["action_configuration"]["inputs"] = mine
        client.rput(live, json={**live, "description": "By hand."})
        without = post()
        del without["inputs"]["Channel ID"]
        change = only(plan_for(client, [*COMPANY, workflow(without, tell())], adopt=True))
        assert change.operation is Operation.ADOPT
        assert "write the input in the manifest" in change.blockers[0]
        (blocker,) = only(plan_for(client, [*COMPANY, workflow()], adopt=True)).blockers
        assert "write steps with this input in the manifest" in blocker, "a manifest without steps carries them along"
        assert stored(sandbox, "Channel ID") == "C1"
        named = [*COMPANY, workflow(post(""), tell())]
        assert not only(plan_for(client, named, adopt=True)).blockers
        converge(client, named, adopt=True)

    def test_it_survives_a_change_of_another_field(self, client: RestApiV2Client, sandbox: SandboxServer) -> None:
        converge(client, [*COMPANY, workflow(post("C1"))])
        converge(client, [*COMPANY, workflow(post("C1"), is_enabled=False)])
        assert stored(sandbox, "Channel ID") == "C1"


def stored(sandbox: SandboxServer, name: str) -> str:
    """What the sandbox holds of an input that it does not show."""
    for record in sandbox.control.state()["incident_workflow"]:
        for step in record["steps"]:
            for given in step["action_configuration"]["inputs"]:
                if given["name"] == name:
                    return str(given["value"])
    raise AssertionError(f"{name} is not there")


class TestSecrets:
    """An input of type password, or one that PagerDuty never shows, may name a secret."""

    @staticmethod
    def typed(password: Any = "${env:HOOK_PASSWORD}", **inputs: Any) -> dict[str, Any]:
        return {"name": "Typed", "action": "test:typed-action:1", "inputs": {"Password Input": password, **inputs}}

    def test_it_is_sent_and_no_plan_has_it(
        self, client: RestApiV2Client, sandbox: SandboxServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HOOK_PASSWORD", 'a "quoted" secret ${id:service/shop}')
        plan = plan_for(client, [*COMPANY, workflow(self.typed())])
        assert "quoted" not in repr(plan)
        assert "quoted" not in render_plan_text(plan)
        converge(client, [*COMPANY, workflow(self.typed())])
        assert stored(sandbox, "Password Input") == 'a "quoted" secret ${id:service/shop}'
        assert not plan_for(client, [*COMPANY, workflow(self.typed())]).changes

    def test_one_in_an_input_that_is_never_shown(
        self, client: RestApiV2Client, sandbox: SandboxServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("CHANNEL", "C0815")
        converge(client, [*COMPANY, workflow(post("${env:CHANNEL}"))])
        assert stored(sandbox, "Channel ID") == "C0815"

    def test_one_in_an_input_that_is_shown_is_refused(self, client: RestApiV2Client) -> None:
        (problem,) = plan_for(client, [*COMPANY, workflow(tell("${env:A}"))]).problems
        assert "steps[Tell].inputs.Message: it cannot be a secret: PagerDuty shows this input" in problem.message

    def test_one_is_refused_where_the_catalogue_cannot_be_read(
        self, client: RestApiV2Client, sandbox: SandboxServer
    ) -> None:
        refuse = {"match": {"path": "/incident_workflows/actions"}, "action": {"type": "error", "status": 403}}
        sandbox.control.set_faults([refuse])
        loop = {"name": "Loop", "action": "test:loop:1", "inline_steps_inputs": {"Do": [self.typed()]}}
        plan = plan_for(client, [*COMPANY, workflow(self.typed(), loop, post("${env:CHANNEL}"))])
        assert ["is not known" in it.message for it in plan.problems] == [True, True]

    def test_another_value_is_noticed_with_a_key(
        self, client: RestApiV2Client, sandbox: SandboxServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("KEY", "a-key-of-fingerprints-0123456789")
        monkeypatch.setattr(SOURCE, "key_variable", "KEY")
        monkeypatch.setenv("HOOK_PASSWORD", "one")
        converge(client, [*COMPANY, workflow(self.typed())])
        assert not plan_for(client, [*COMPANY, workflow(self.typed())]).changes
        monkeypatch.setenv("HOOK_PASSWORD", "two")
        change = only(plan_for(client, [*COMPANY, workflow(self.typed())]))
        assert "steps[Typed].inputs.Password Input: its value is another one than was applied" in change.notes
        converge(client, [*COMPANY, workflow(self.typed())])
        assert stored(sandbox, "Password Input") == "two"
        assert not plan_for(client, [*COMPANY, workflow(self.typed())]).changes

    def test_one_that_no_manifest_names_stays(
        self, client: RestApiV2Client, sandbox: SandboxServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HOOK_PASSWORD", "one")
        converge(client, [*COMPANY, workflow(self.typed())])
        without = {**self.typed(), "inputs": {"Boolean Input": True}}
        converge(client, [*COMPANY, workflow(without)])
        assert stored(sandbox, "Password Input") == "one"

    def test_characters_that_look_like_one_are_kept(self, client: RestApiV2Client) -> None:
        made = [*COMPANY, workflow(tell("$${env:HOME} and ${HOME}"), wait({"run": "${env:HOME}"}))]
        converge(client, made)
        tell_step, wait_step = held(client)["steps"]
        assert inputs_of(tell_step)["Message"] == "${env:HOME} and ${HOME}"
        assert inputs_of(wait_step)["Delay"] == '{"run": "${env:HOME}"}'
        assert not plan_for(client, made).changes


def test_inputs_may_be_written_as_people_think_of_them(client: RestApiV2Client) -> None:
    typed = {
        "name": "Typed",
        "action": "pagerduty.com:test:typed-action:1",
        "inputs": {"Json Input": {"b": [1, 2], "a": None}, "Boolean Input": True},
    }
    converge(client, [*COMPANY, workflow(typed, wait(7))])
    assert inputs_of(held(client)["steps"][0]) == {"Json Input": '{"a": null, "b": [1, 2]}', "Boolean Input": "true"}


def test_an_edit_by_hand_is_seen_where_the_manifest_names_the_input(client: RestApiV2Client) -> None:
    manifest = [*COMPANY, workflow(tell())]
    converge(client, manifest)
    made = held(client)
    edited = {"Message": "By hand", "Send to subscribers": "No"}
    configuration = {"action_id": made["steps"][0]["action_configuration"]["action_id"]}
    configuration["inputs"] = [{"name": name, "value": value} for name, value in edited.items()]
    step = {"id": made["steps"][0]["id"], "name": "Tell", "action_configuration": configuration}
    body = {"name": "major", "description": made["description"], "steps": [step]}
    client.rput(f"incident_workflows/{made['id']}", json=body)
    (delta,) = only(plan_for(client, manifest)).deltas
    assert (delta.path, delta.before, delta.after, delta.origin.value) == (
        "steps[Tell].inputs.Message",
        "By hand",
        "Looking",
        "theirs",
    )
    converge(client, manifest)
    assert inputs_of(held(client)["steps"][0])["Send to subscribers"] == "No", "what no manifest names stays"


def test_steps_in_steps_are_managed_and_echoed(client: RestApiV2Client) -> None:
    loop = {
        "name": "Again",
        "action": "logic:incident-workflows-loop-until:3",
        "inputs": {"Condition": "done", "Delay between loops": 5},
        "inline_steps_inputs": {"Actions": [tell("Still here", "Inner")]},
    }
    converge(client, [*COMPANY, workflow(loop)])
    before = held(client)["steps"][0]
    bare = {name: value for name, value in loop.items() if name != "inline_steps_inputs"}
    converge(client, [*COMPANY, workflow({**bare, "inputs": {"Condition": "over"}})])
    after = held(client)["steps"][0]
    (inline,) = after["action_configuration"]["inline_steps_inputs"]
    assert inline == before["action_configuration"]["inline_steps_inputs"][0]
    changed = {**loop, "inline_steps_inputs": {"Actions": [tell("Gone", "Inner")]}}
    change = only(plan_for(client, [*COMPANY, workflow(changed)]))
    assert [it.after for it in change.deltas if "Inner" in it.path or "inline" in it.path] == ["Gone"]
    converge(client, [*COMPANY, workflow(changed)])


class TestTriggers:
    """What starts it: a child list that one listing holds for all workflows."""

    CONDITION = "incident.priority matches 'P1'"

    def test_they_are_made_changed_and_taken_out(self, client: RestApiV2Client) -> None:
        always = {"conditional": self.CONDITION, "services": "all"}
        converge(client, [*COMPANY, workflow(tell(), triggers=[always, {"manual": True, "services": ["shop"]}])])
        kinds = {it["trigger_type"]: it for it in triggers_of(client)}
        assert kinds["conditional"]["is_subscribed_to_all_services"]
        assert kinds["manual"]["permissions"] == {"restricted": False}
        manual = {"manual": True, "services": ["till", "shop"], "team": "red"}
        wanted = [*COMPANY, workflow(tell(), triggers=[manual])]
        change = only(plan_for(client, wanted))
        assert [(it.operation, it.label) for it in change.children] == [
            (ChildOperation.UPDATE, "by hand"),
            (ChildOperation.REMOVE, f"when {self.CONDITION}"),
        ]
        converge(client, wanted)
        (left,) = triggers_of(client)
        assert left["id"] == kinds["manual"]["id"]
        assert (len(left["services"]), left["permissions"]["restricted"]) == (2, True)
        converge(client, [*COMPANY, workflow(tell(), triggers=[{"manual": True, "services": "all"}])])
        (left,) = triggers_of(client)
        assert (left["is_subscribed_to_all_services"], left["permissions"]) == (True, {"restricted": False})
        converge(client, [*COMPANY, workflow(tell(), triggers=[])])
        assert not triggers_of(client)

    @pytest.mark.parametrize("other", ["red", None], ids=["teams", "one team"])
    def test_several_of_one_key_are_told_apart_by_what_they_say(
        self, client: RestApiV2Client, other: str | None
    ) -> None:
        def manual(service: str, team: str | None) -> dict[str, Any]:
            return {"manual": True, "services": [service], **({"team": team} if team else {})}

        three = [manual("shop", "blue"), manual("till", other)]
        converge(client, [*COMPANY, workflow(tell(), triggers=three)])
        ids = {it["services"][0]["summary"]: it["id"] for it in triggers_of(client)}
        wanted = [*COMPANY, workflow(tell(), triggers=[manual("till", "blue"), manual("shop", "blue")])]
        change = only(plan_for(client, wanted))
        assert [it.operation for it in change.children] == [ChildOperation.UPDATE]
        converge(client, wanted)
        assert {it["services"][0]["summary"]: it["id"] for it in triggers_of(client)} == ids
        converge(client, [*COMPANY, workflow(tell(), triggers=[manual("till", "blue")])])
        assert [it["id"] for it in triggers_of(client)] == [ids["till"]]

    def test_a_list_that_is_additive_leaves_what_people_add(self, client: RestApiV2Client) -> None:
        mine = {"conditional": "", "services": ["shop"]}
        manifest = [*COMPANY, workflow(tell(), triggers=[mine], triggers_mode="additive")]
        converge(client, manifest)
        body = {"trigger_type": "manual", "workflow": {"id": held(client)["id"]}, "is_subscribed_to_all_services": True}
        client.rpost("incident_workflows/triggers", json={"trigger": body})
        assert not plan_for(client, manifest).changes
        assert len(triggers_of(client)) == 2

    def test_one_for_incident_types_names_them(self, client: RestApiV2Client) -> None:
        manifest = [
            *COMPANY,
            workflow(tell(), triggers=[{"incident_type": [{"name": "incident_default"}], "services": "all"}]),
        ]
        converge(client, manifest)
        assert triggers_of(client)[0]["trigger_type"] == "incident_type"

    def test_they_go_with_the_workflow(self, client: RestApiV2Client) -> None:
        converge(client, [*COMPANY, workflow(tell(), triggers=[{"conditional": "", "services": "all"}])])
        converge(client, COMPANY, prune="owned")
        assert client.find("incident_workflows", "major") is None
        left = client.list_all("incident_workflows/triggers")
        assert "major" not in {it["workflow_name"] for it in left}

    def test_one_added_by_hand_since_the_plan_stops_the_delete(self, client: RestApiV2Client) -> None:
        converge(client, [*COMPANY, workflow(tell())])
        plan = plan_for(client, COMPANY, prune="owned")
        body = {"trigger_type": "manual", "workflow": {"id": held(client)["id"]}, "is_subscribed_to_all_services": True}
        client.rpost("incident_workflows/triggers", json={"trigger": body})
        assert [it.status for it in apply_plan(plan, client).outcomes] == [Status.CONFLICT]


def test_a_text_may_hold_the_id_of_what_is_made_with_it(client: RestApiV2Client) -> None:
    manifest = [*COMPANY, workflow(tell("Mind ${id:service/shop}, ${id:team/red}."))]
    converge(client, manifest)
    shop, red = (client.find(name, key) for name, key in (("services", "shop"), ("teams", "red")))
    assert shop is not None
    assert red is not None
    assert inputs_of(held(client)["steps"][0])["Message"] == f"Mind {shop['id']}, {red['id']}."


def test_one_made_by_hand_is_adopted_with_all_that_no_manifest_names(client: RestApiV2Client) -> None:
    action = "pagerduty.com:incident-workflows:send-status-update:4"
    inputs = [{"name": "Message", "value": "Looking"}, {"name": "Send to subscribers", "value": "No"}]
    step = {"name": "Tell", "action_configuration": {"action_id": action, "inputs": inputs}}
    client.rpost("incident_workflows", json={"name": "major", "steps": [step]})
    before = held(client)["steps"]
    converge(client, [*COMPANY, workflow(tell())], adopt=True)
    assert held(client)["steps"] == before


class TestCatalogue:
    """Names of actions and inputs are held against what the account offers."""

    @pytest.mark.parametrize(
        ("step", "message", "hint"),
        [
            (
                {"name": "Tell", "action": "send-status-updat:4", "inputs": {"Message": "x"}},
                "steps[Tell].action: the account has no action 'send-status-updat:4'",
                "Did you mean 'send-status-update:4'?",
            ),
            (
                {"name": "Tell", "action": "send-status-update:9", "inputs": {"Message": "x"}},
                "steps[Tell].action: the account has no action 'send-status-update:9'",
                "Versions of it: 1, 2, 4, 5.",
            ),
            (
                tell(Mesage="y"),
                "steps[Tell].inputs.Mesage: the action 'send-status-update:4' has no input 'Mesage'",
                "Did you mean 'Message'?",
            ),
            (
                {"name": "Tell", "action": UPDATE},
                "steps[Tell].inputs: the action 'send-status-update:4' needs the input 'Message'",
                "Write it, even if it is set in PagerDuty: PagerDuty may not show its value.",
            ),
            (
                {"name": "Typed", "action": "test:typed-action:1", "inputs": {"Password Input": "hunter2"}},
                "steps[Typed].inputs.Password Input: a secret is written here as plain text",
                "Write ${env:NAME} or ${file:PATH}: a secret does not belong in git. Replace it if it was committed.",
            ),
        ],
        ids=["no action", "no version", "no input", "missing", "secret"],
    )
    def test_what_pagerduty_would_refuse_is_a_problem(
        self, client: RestApiV2Client, step: dict[str, Any], message: str, hint: str
    ) -> None:
        (problem,) = plan_for(client, [*COMPANY, workflow(step)]).problems
        assert (problem.message, problem.hint) == (message, hint)

    def test_it_is_asked_for_only_where_steps_are_written(
        self, client: RestApiV2Client, sandbox: SandboxServer
    ) -> None:
        def asked_for() -> int:
            return [path for _, path in asked(sandbox)].count("/incident_workflows/actions")

        plan_for(client, [*COMPANY, workflow(is_enabled=False)])
        assert asked_for() == 0
        converge(client, [*COMPANY, workflow(tell())])
        forget(sandbox)
        plan_for(client, [*COMPANY, workflow(tell())])
        assert asked_for() == 0
        plan_for(client, [*COMPANY, workflow(tell("More"))])
        assert asked_for() == 1

    def test_one_that_is_refused_leaves_the_names_unchecked(
        self, client: RestApiV2Client, sandbox: SandboxServer
    ) -> None:
        sandbox.control.set_faults(
            [{"match": {"path": "/incident_workflows/actions"}, "action": {"type": "error", "status": 403}}]
        )
        plan = plan_for(client, [workflow(tell())])
        assert not plan.problems
        assert "actions and inputs are not checked" in plan.changes[0].notes[0]


class TestUnshown:
    """What becomes of hidden inputs where a write knows nothing of them."""

    def test_one_that_the_manifest_no_longer_names_is_told_of_before_it_is_lost(self, client: RestApiV2Client) -> None:
        converge(client, [*COMPANY, workflow(post("C1"))])
        without = {**post(), "inputs": {"Workspace": "T1", "Message": "Hello"}}
        change = only(plan_for(client, [*COMPANY, workflow(without)]))
        assert any("loses 1 input that PagerDuty does not show" in note for note in change.notes)

    def test_a_changed_one_says_that_the_live_value_is_not_known(self, client: RestApiV2Client) -> None:
        converge(client, [*COMPANY, workflow(post("C1"))])
        (note,) = only(plan_for(client, [*COMPANY, workflow(post("C2"))])).notes
        assert note.endswith("because PagerDuty never shows steps[Post].inputs.Channel ID")

    def test_a_release_that_would_lose_one_is_refused(self, client: RestApiV2Client) -> None:
        converge(client, [*COMPANY, workflow(post("C1")), workflow(tell(), key="minor")])
        workspace = Workspace(name="test", paths=())
        with pytest.raises(PlanError) as refused:
            plan_release(client, workspace, ["incident_workflow/major"])
        assert "does not show" in refused.value.problems[0].message
        assert plan_release(client, workspace, ["incident_workflow/minor"]).changes


def test_an_input_that_is_no_longer_named_stays_and_the_plan_says_so(client: RestApiV2Client) -> None:
    converge(client, [*COMPANY, workflow(tell(**{"Send to subscribers": "No"}))])
    change = only(plan_for(client, [*COMPANY, workflow(tell())]))
    assert [it.path for it in change.unmanaged] == ["steps[Tell].inputs.Send to subscribers"]
    converge(client, [*COMPANY, workflow(tell())])
    assert inputs_of(held(client)["steps"][0])["Send to subscribers"] == "No"


def test_two_versions_of_an_action_share_the_inputs_that_no_manifest_names(client: RestApiV2Client) -> None:
    converge(client, [*COMPANY, workflow(tell(**{"Send to subscribers": "No"}))])
    before = held(client)["steps"][0]["id"]
    converge(client, [*COMPANY, workflow({**tell(), "action": "send-status-update:5"})])
    step = held(client)["steps"][0]
    assert (step["id"], inputs_of(step)["Send to subscribers"]) == (before, "No")


class TestWorkspace:
    """From files: drift, accept and export."""

    @pytest.fixture
    def write(self, tmp_path: Path) -> Any:
        def write(spec: str) -> Workspace:
            head = "apiVersion: pdsync/v1\nkind: IncidentWorkflow\nmetadata: {name: major}\n"
            (tmp_path / "major.yaml").write_text(f"{head}spec:\n{spec}")
            return Workspace(name="test", paths=(str(tmp_path),), max_deletes=100, max_delete_percent=100)

        return write

    SPEC = (
        "  steps:\n"
        "    # Who must know.\n"
        "    - name: Tell\n"
        "      action: send-status-update:4\n"
        "      inputs: {Message: Looking}\n"
        "    - {name: Post, action: 'slack:send-markdown-message:3', "
        "inputs: {Workspace: T1, Channel ID: C1, Message: Hi}}\n"
        "  triggers:\n"
        "    - {conditional: '', services: all}\n"
    )

    def apply(self, client: RestApiV2Client, workspace: Workspace) -> Plan:
        plan = make_plan(client, load_desired(workspace, Selection())).plan
        assert not plan.problems, plan.problems
        assert carry_out_plan(client, ApplyRequest(plan)).exit_code == 0
        return plan

    def test_the_new_name_of_a_step_is_accepted_with_what_is_not_shown(
        self, client: RestApiV2Client, write: Any, tmp_path: Path, sandbox: SandboxServer
    ) -> None:
        workspace = write(self.SPEC)
        self.apply(client, workspace)
        live = held(client)
        for step in live["steps"]:
            if step["name"] == "Post":
                step["name"] = "Shout"
                step["action_configuration"]["inputs"].append({"name": "Channel ID", "value": "C1"})
        client.rput(live, json=live)
        place = parse_place("incident_workflow/major:steps")
        accepted = accept_live(client, load_for_accept(workspace, place), place)
        assert accepted is not None
        accepted.write()
        text = (tmp_path / "major.yaml").read_text()
        assert "Shout" in text
        assert "Channel ID: C1" in text
        assert not [
            note for change in self.apply(client, workspace).changes for note in change.notes if "loses" in note
        ]
        assert stored(sandbox, "Channel ID") == "C1"

    def test_an_edit_by_hand_is_drift_and_can_be_accepted(
        self, client: RestApiV2Client, write: Any, tmp_path: Path
    ) -> None:
        workspace = write(self.SPEC)
        self.apply(client, workspace)
        edit_input(client, "Message", "By hand")
        (moved,) = find_drift(client, load_desired(workspace, Selection())).moved
        assert [it.path for it in moved.change.deltas] == ["steps[Tell].inputs.Message"]
        place = parse_place("incident_workflow/major:steps")
        accepted = accept_live(client, load_for_accept(workspace, place), place)
        assert accepted is not None
        accepted.write()
        text = (tmp_path / "major.yaml").read_text()
        assert "By hand" in text
        assert "# Who must know." in text
        assert "Send to subscribers" not in text, "what the manifest leaves to PagerDuty stays out of it"
        assert "Channel ID: C1" in text
        self.apply(client, workspace)
        assert not make_plan(client, load_desired(workspace, Selection())).plan.changes

    def test_an_export_reads_back_to_no_difference_and_says_what_is_never_shown(
        self, client: RestApiV2Client, write: Any
    ) -> None:
        self.apply(client, write(self.SPEC))
        export = export_account(client, Workspace(name="test", paths=()), ExportOptions("test"))
        documents = [document for it in export.files.values() for document in it.split("\n---\n")]
        (text,) = [document for document in documents if "name: major\n" in document]
        assert "PagerDuty never shows the input 'Channel ID'" in text
        spec = text.partition("\nspec:\n")[2]
        plan = make_plan(client, load_desired(write(spec), Selection())).plan
        assert not plan.problems
        assert [delta for change in plan.changes for delta in change.deltas] == []
        assert [child for change in plan.changes for child in change.children] == []

    @pytest.mark.parametrize(
        ("spec", "line", "message"),
        [
            ("  steps:\n    - {name: A, action: send-status-update}\n", 6, "action"),
            ("  steps:\n    - {name: A, action: 'delay:1', input: {}}\n", 6, "input"),
            ("  steps:\n    - {name: A, action: 'delay:1'}\n    - {name: a, action: 'delay:1'}\n", 7, "second step"),
            ("  steps:\n    - {name: A, action: 'delay:1', inputs: {Delay: null}}\n", 6, "Delay"),
            ("  triggers:\n    - {manual: true, conditional: '', services: all}\n", 6, "conditional and manual"),
            ("  triggers:\n    - {services: all}\n", 6, "does not say what starts"),
            ("  triggers:\n    - {manual: true}\n", 6, "services"),
            ("  triggers:\n    - {conditional: '', services: all, team: {id: PTEAM01}}\n", 6, "'team' has no effect"),
            ("  triggers:\n    - {manual: true, services: some}\n", 6, "services"),
        ],
    )
    def test_problems_are_at_their_line(self, write: Any, spec: str, line: int, message: str) -> None:
        with pytest.raises(ManifestsError) as refused:
            load_desired(write(spec), Selection())
        (problem,) = refused.value.problems
        assert problem.source.line == line
        assert message in problem.message


def edit_input(client: RestApiV2Client, name: str, value: str) -> None:
    """An edit by hand of one input of the first step."""
    made = held(client)
    steps = made["steps"]
    for given in steps[0]["action_configuration"]["inputs"]:
        if given["name"] == name:
            given["value"] = value
    client.rput(
        f"incident_workflows/{made['id']}",
        json={"name": made["name"], "description": made["description"], "steps": steps},
    )


def test_a_plan_without_the_ability_says_what_the_account_lacks(
    client: RestApiV2Client, sandbox: SandboxServer
) -> None:
    sandbox.control.set_faults(
        [
            {
                "match": {"path": "/incident_workflows"},
                "action": {"type": "error", "status": 402},
            }
        ]
    )
    assert not plan_for(client, COMPANY[:1]).problems
    (problem,) = plan_for(client, [*COMPANY[:1], workflow(tell())]).problems
    assert "retry" not in f"{problem.message} {problem.hint}"
    assert "the account's plan" in problem.message


def test_one_workflow_may_name_another_in_a_text(client: RestApiV2Client) -> None:
    follow = {
        "name": "Then",
        "action": "add-notes-to-incident:1",
        "inputs": {"Note": "See ${id:incident_workflow/minor}"},
    }
    converge(client, [*COMPANY, workflow(follow), workflow(tell(), key="minor")])
    assert inputs_of(held(client)["steps"][0])["Note"] == f"See {held(client, 'minor')['id']}"
    converge(client, [*COMPANY, workflow(tell()), workflow(key="minor", is_enabled=False)], prune="owned")
    converge(client, COMPANY, prune="owned")


def test_what_an_answer_does_not_say_is_not_written() -> None:
    """Such an answer shows neither steps nor team, and not whether it is enabled."""
    kind = BY_NAME["IncidentWorkflow"]
    live = kind.read_live({"id": "PW1", "type": kind.slug, "name": "Major", "description": ""})
    values = {name: live.fields[name] for name in kind.together({"name"})}
    body = kind.to_body(values, lambda ref: {"id": ref.value}, live, datetime(2026, 1, 1, tzinfo=UTC))
    assert body == {"type": kind.slug, "name": "Major", "is_enabled": True}


def test_a_plan_costs_one_listing_more_for_all_triggers(client: RestApiV2Client, sandbox: SandboxServer) -> None:
    many = [workflow(tell(), key=f"w{at}", triggers=[{"conditional": "", "services": "all"}]) for at in range(5)]
    converge(client, [*COMPANY, *many])
    forget(sandbox)
    plan_for(client, [*COMPANY, *many])
    assert [path for _, path in asked(sandbox) if "workflow" in path] == [
        "/incident_workflows",
        "/incident_workflows/triggers",
    ]


@pytest.mark.parametrize("permissions", [None, {}, [], "x"])
def test_a_trigger_of_a_type_that_pdsync_does_not_know_is_never_removed(permissions: Any) -> None:
    raw = {"id": "T1", "trigger_type": "schedule", "permissions": permissions, "is_subscribed_to_all_services": True}
    (item,) = TRIGGERS.read_live([raw], {"id": "W1"})
    (manual,) = TRIGGERS.read_live([{**raw, "trigger_type": "manual"}], {"id": "W1"})
    assert (TRIGGERS.lasting(item.value), TRIGGERS.lasting(manual.value)) == (True, False)
    assert TRIGGERS.label_of(item.value) == "of a type that pdsync does not know"
    assert TRIGGERS.label_of(manual.value) == "by hand"


@pytest.mark.parametrize(
    "configuration",
    [None, "x", [], {"inputs": ["x"]}, {"inline_steps_inputs": [{"name": "Actions", "value": "x"}]}],
    ids=str,
)
def test_a_step_whose_configuration_is_none_is_read_without_it(configuration: Any) -> None:
    (step,) = STEPS.live([{"id": "S1", "name": "Tell", "action_configuration": configuration}], Scope())
    assert step == {"name": "Tell", "action": ""}

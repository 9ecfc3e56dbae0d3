"""Workflow connections: known by name and integration, changed by PATCH with all their secrets, named by steps of workflows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pdsync.client import RestApiV2Client
from pdsync.engine import EngineError
from pdsync.plan import Operation
from pdsync.sandbox import SandboxServer
from pdsync.sandbox.store.seal import seal
from tests.kinds.unmarked_world import UnmarkedWorld, begin
from tests.support.world import TOKEN

SECRET = "a-secret-of-the-tracker"
ALL = "workflows/integrations/connections"
OF = "workflows/integrations/sample-tracker/connections"


def manifest(key: str = "tickets", lifecycle: str = "", **spec: Any) -> str:
    fields = {
        "name": "Tickets",
        "integration": "Sample Tracker",
        "secrets": "{Password: '${env:TRACKER_PASSWORD}'}",
        **spec,
    }
    lines = ["apiVersion: pdsync/v1", "kind: WorkflowConnection", f"metadata: {{name: {key}}}"]
    lines += [f"lifecycle: {{{lifecycle}}}"] if lifecycle else []
    return "\n".join([*lines, "spec:", *(f"  {name}: {said}" for name, said in fields.items())]) + "\n"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxServer]:
    with SandboxServer(seed="none") as server:
        yield server


@pytest.fixture
def world(sandbox: SandboxServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[UnmarkedWorld]:
    monkeypatch.setenv("TRACKER_PASSWORD", SECRET)
    with RestApiV2Client(TOKEN, base_url=sandbox.url, retry_ambiguous_posts=False) as client:
        for row in client.list_all(ALL):
            client.rdelete(f"workflows/integrations/{row['integration_id']}/connections/{row['id']}")
        yield begin(sandbox, client, tmp_path, "teams", "incident_workflows")
        sandbox.control.set_account({"account": 1})


def live(world: UnmarkedWorld) -> dict[str, Any]:
    (row,) = world.client.list_all(ALL)
    return dict(row)


def stored(world: UnmarkedWorld) -> dict[str, Any]:
    """The secrets as the account has them: sealed."""
    (row,) = world.sandbox.control.state()["workflow_connection"]
    found: dict[str, Any] = row["secrets"]
    return found


def make(world: UnmarkedWorld, name: str = "Tickets", **fields: Any) -> str:
    """A connection that a person makes."""
    body = {"name": name, "secrets": {"Password": "another"}, **fields}
    answer = world.client.jpost(OF, json=body)
    return str((answer["connection"][0] if "connection" in answer else answer)["id"])


@pytest.mark.parametrize("reading", ["plain", "listed"])
def test_it_is_made_changed_and_deleted(world: UnmarkedWorld, reading: str) -> None:
    world.sandbox.control.set_account({"account": 1, "readings": {"connection_answer": reading}})
    world.write(manifest(configuration="{Project: OPS}", service_url="https://tracker.example.com"))
    assert world.apply() == [("workflow_connection/tickets", Operation.CREATE)]
    made = live(world)
    assert (made["integration_id"], made["configuration"]) == ("sample-tracker", {"Project": "OPS"})
    assert stored(world) == {"Password": seal(SECRET)}
    world.write(manifest(name="Tickets", configuration="{Project: DEV}", is_default="true"))
    assert world.apply() == [("workflow_connection/tickets", Operation.UPDATE)]
    changed = live(world)
    assert (changed["id"], changed["configuration"], changed["is_default"]) == (made["id"], {"Project": "DEV"}, True)
    assert stored(world) == {"Password": seal(SECRET)}
    world.write(manifest(lifecycle="absent: true, adopt: true"))
    assert world.apply() == [("workflow_connection/tickets", Operation.DELETE)]
    assert world.client.list_all(ALL) == []


def test_one_that_a_person_made_is_managed_by_naming_it(world: UnmarkedWorld) -> None:
    identity = make(world)
    world.write(manifest())
    plan = world.plan()
    assert not plan.changes
    assert SECRET not in str(plan)
    world.write(manifest(external_id="ops"))
    assert world.apply() == [("workflow_connection/tickets", Operation.UPDATE)]
    assert (live(world)["id"], live(world)["external_id"]) == (identity, "ops")
    assert stored(world) == {"Password": seal(SECRET)}


def test_without_its_variable_nothing_is_written(world: UnmarkedWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    make(world)
    monkeypatch.delenv("TRACKER_PASSWORD")
    world.write(manifest(external_id="ops"))
    plan = world.plan()
    before = live(world)
    with pytest.raises(EngineError) as refused:
        world.carry_out(plan)
    assert any("TRACKER_PASSWORD" in text for text in refused.value.details)
    assert live(world) == before


@pytest.mark.parametrize("name", ["service_url", "external_id", "external_id_label"])
def test_a_text_is_cleared_without_a_null(world: UnmarkedWorld, name: str) -> None:
    """The API description allows no null in a PATCH."""
    world.write(manifest(**{name: "'https://tracker.example.com'"}))
    world.apply()
    sent: list[Any] = []
    world.client.hooks["response"].append(lambda answer, **_: sent.append(answer.request))
    world.write(manifest(**{name: "null"}))
    world.apply()
    assert live(world)[name] in (None, "")
    (body,) = [json.loads(it.body) for it in sent if it.method == "PATCH"]
    assert body[name] == ""


def test_teams_are_references(world: UnmarkedWorld) -> None:
    team = "apiVersion: pdsync/v1\nkind: Team\nmetadata: {name: ops}\nspec: {name: Ops}\n---\n"
    world.write(team + manifest(teams="[ops]", scopes="[b, a]"))
    assert world.apply() == [("team/ops", Operation.CREATE), ("workflow_connection/tickets", Operation.CREATE)]
    (made,) = world.client.list_all("teams")
    assert live(world)["teams"] == [{"team_id": made["id"], "type": "team_reference"}]


def test_what_pagerduty_adds_to_a_configuration_is_no_difference(world: UnmarkedWorld) -> None:
    secrets = "{Authentication Headers: 'x-api-key: ${env:TRACKER_PASSWORD}'}"
    configuration = "{Allowed Hostnames: example.com}"
    world.write(manifest(integration="Web API", secrets=secrets, configuration=configuration))
    assert world.apply() == [("workflow_connection/tickets", Operation.CREATE)]
    assert "Redacted Authentication Headers" in live(world)["configuration"]
    world.write(manifest(integration="{id: http-api}", secrets=secrets, configuration="{Health Check Method: GET}"))
    assert world.apply() == [("workflow_connection/tickets", Operation.UPDATE)]


def test_a_step_of_a_workflow_names_it(world: UnmarkedWorld) -> None:
    """The connection is made before the workflow, whose step gets its id."""
    step = (
        "{name: Tell, action: 'send-status-update:4', inputs: {Message: 'id ${id:workflow_connection/tickets} of it'}}"
    )
    workflow = (
        "apiVersion: pdsync/v1\nkind: IncidentWorkflow\nmetadata: {name: tell}\n"
        f"spec:\n  name: Tell\n  steps:\n    - {step}\n---\n"
    )
    world.write(workflow + manifest())
    made = world.apply()
    assert [address for address, _ in made] == ["workflow_connection/tickets", "incident_workflow/tell"]
    (row,) = world.client.list_all("incident_workflows", params={"include[]": ["steps"]})
    assert live(world)["id"] in str(row["steps"])


def test_a_lost_answer_makes_no_second_connection(world: UnmarkedWorld) -> None:
    world.write(manifest())
    plan = world.plan()
    match = {"method": "POST", "path": f"/{OF}", "times": 1}
    world.sandbox.control.set_faults([{"match": match, "action": {"type": "drop", "when": "after"}}])
    result = world.carry_out(plan)
    world.sandbox.control.clear_faults()
    assert result.exit_code == 0
    assert len(world.client.list_all(ALL)) == 1


def test_two_of_one_name_are_a_problem_with_both_ids(world: UnmarkedWorld) -> None:
    ids = [make(world), make(world)]
    world.write(manifest())
    (text,) = world.blockers()
    assert all(identity in text for identity in ids)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"secrets": "{Password: plain}"}, "a secret does not belong in git"),
        ({"secrets": "text"}, "secrets"),
        ({"is_default": "often"}, "is_default"),
    ],
)
def test_what_is_wrong_is_said(world: UnmarkedWorld, fields: dict[str, Any], says: str) -> None:
    world.write(manifest(**fields))
    assert any(says in message + hint or says in ("secrets", "is_default") for _, message, hint in world.problems())


def test_an_unknown_integration_is_a_problem(world: UnmarkedWorld) -> None:
    world.write(manifest(integration="Sample Trackr"))
    (text,) = world.blockers()
    assert "sample tracker" in text.casefold()


def test_an_account_without_them_makes_only_these_unknown(world: UnmarkedWorld) -> None:
    world.sandbox.control.set_account({"account": 1, "without": {"workflow_integrations": 403}})
    team = "apiVersion: pdsync/v1\nkind: Team\nmetadata: {name: ops}\nspec: {name: Ops}\n---\n"
    world.write(team + manifest())
    assert any("workflow connections cannot be read" in text for text in world.blockers())


def test_an_export_is_a_plan_without_changes(world: UnmarkedWorld) -> None:
    make(world, configuration={"Project": "OPS"})
    files = world.exported()
    (text,) = [text for name, text in files.items() if "connection" in name]
    world.write(text)
    assert not world.plan().changes


@pytest.mark.parametrize("had", ["a", "b"])
@pytest.mark.parametrize("said", [False, None], ids=["given up", "not named"])
def test_the_default_goes_from_one_connection_to_another_in_one_apply(
    world: UnmarkedWorld, had: str, said: bool | None
) -> None:
    """PagerDuty keeps one default of an integration, whichever of the two is written first."""

    def both(default: str) -> list[str]:
        others = {} if said is None else {"is_default": str(said).lower()}
        return [
            manifest(key, name=f"Tickets {key}", **({"is_default": "true"} if key == default else others))
            for key in "ab"
        ]

    world.write("---\n".join(both(had)))
    world.apply()
    (gets,) = {"a", "b"} - {had}
    world.write("---\n".join(both(gets)))
    (taker,) = (it for it in world.plan().changes if it.values.get("is_default") is True)
    assert taker.waits_for == ((f"workflow_connection/{had}",) if said is False else ()), (
        "else PagerDuty may take it first"
    )
    world.apply()
    assert [row["name"] for row in world.client.list_all(ALL) if row["is_default"]] == [f"Tickets {gets}"]

"""Extensions: known by name, schema and services; their secrets are sent and never shown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pdsync.client import RestApiV2Client
from pdsync.engine import EngineError, Workspace, load_desired
from pdsync.plan import Operation
from pdsync.sandbox import SandboxServer
from pdsync.sandbox.store.seal import seal
from tests.kinds.unmarked_world import UnmarkedWorld, begin
from tests.support.world import TOKEN

SECRET = "a-secret-of-servicenow"
CONFIG = {
    "snow_user": "pd",
    "snow_password": "${env:SNOW_PASSWORD}",
    "target": "https://snow.example.com/hook",
    "task_type": "incident",
    "sync_options": "manual_sync",
}
SNOW = {"id": "PSRVN0W", "type": "extension_schema_reference"}


def manifest(key: str = "orders", lifecycle: str = "", schema: str = "ServiceNow (v7)", **spec: Any) -> str:
    fields = {"name": "Orders", "schema": schema, "services": "[{name: Shop}]", "config": CONFIG, **spec}
    lines = ["apiVersion: pdsync/v1", "kind: Extension", f"metadata: {{name: {key}}}"]
    lines += [f"lifecycle: {{{lifecycle}}}"] if lifecycle else []
    lines += ["spec:"]
    for name, value in fields.items():
        if isinstance(value, dict):
            lines += [f"  {name}:", *(f"    {inner}: {said}" for inner, said in value.items())]
        elif value is not None:
            lines += [f"  {name}: {value}"]
    return "\n".join(lines) + "\n"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxServer]:
    with SandboxServer(seed="none") as server:
        with RestApiV2Client(TOKEN, base_url=server.url) as client:
            (owner,) = client.list_all("users")
            rule = {"escalation_delay_in_minutes": 5, "targets": [{"id": owner["id"], "type": "user_reference"}]}
            policy = client.rpost("escalation_policies", json={"name": "All", "escalation_rules": [rule]})
            held = {"id": policy["id"], "type": "escalation_policy_reference"}
            for name in ("Shop", "Mail"):
                client.rpost("services", json={"type": "service", "name": name, "escalation_policy": held})
        yield server


@pytest.fixture
def world(sandbox: SandboxServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[UnmarkedWorld]:
    monkeypatch.setenv("SNOW_PASSWORD", SECRET)
    with RestApiV2Client(TOKEN, base_url=sandbox.url, retry_ambiguous_posts=False) as client:
        yield begin(sandbox, client, tmp_path, "extensions")
        sandbox.control.set_account({"account": 1})


def live(world: UnmarkedWorld) -> dict[str, Any]:
    (row,) = world.client.list_all("extensions")
    return dict(row)


def service(world: UnmarkedWorld, name: str = "Shop") -> dict[str, str]:
    found = next(it for it in world.client.list_all("services") if it["name"] == name)
    return {"id": found["id"], "type": "service_reference"}


def make(world: UnmarkedWorld, **fields: Any) -> str:
    """An extension that a person makes."""
    config = {**CONFIG, "snow_password": SECRET}
    body = {"name": "Orders", "extension_schema": SNOW, "extension_objects": [service(world)], "config": config}
    return str(world.client.rpost("extensions", json={**body, **fields}, wrap=True)["id"])


def stored(world: UnmarkedWorld) -> dict[str, Any]:
    """The config as the account has it, with sealed secrets."""
    (row,) = world.sandbox.control.state()["extension"]
    found: dict[str, Any] = row["config"]
    return found


def test_it_is_made_changed_and_deleted(world: UnmarkedWorld) -> None:
    world.write(manifest())
    assert world.apply() == [("extension/orders", Operation.CREATE)]
    assert stored(world) == {**CONFIG, "snow_password": seal(SECRET)}
    assert live(world)["extension_objects"][0]["id"] == service(world)["id"]
    world.write(manifest(config={**CONFIG, "task_type": "problem"}))
    assert world.apply() == [("extension/orders", Operation.UPDATE)]
    assert stored(world) == {**CONFIG, "task_type": "problem", "snow_password": seal(SECRET)}
    world.write(manifest(lifecycle="absent: true"))
    assert any("add 'adopt: true'" in text for text in world.blockers())
    world.write(manifest(lifecycle="absent: true, adopt: true"))
    assert world.apply() == [("extension/orders", Operation.DELETE)]
    assert world.client.list_all("extensions") == []


@pytest.mark.parametrize("reading", ["redacted", "nothing"])
def test_a_secret_that_pagerduty_hides_is_no_difference(world: UnmarkedWorld, reading: str) -> None:
    world.sandbox.control.set_account({"account": 1, "readings": {"extension_secrets": reading}})
    world.write(manifest())
    world.apply()
    plan = world.plan()
    assert not plan.changes
    assert SECRET not in str(plan)


def test_a_secret_that_the_config_lacks_is_sent(world: UnmarkedWorld) -> None:
    """PagerDuty shows something in the place of each secret that is there."""
    make(world, config={"snow_user": "pd"})
    world.write(manifest())
    assert world.apply() == [("extension/orders", Operation.UPDATE)]
    assert stored(world)["snow_password"] == seal(SECRET)


def test_a_rename_sends_the_whole_config_with_its_secrets(world: UnmarkedWorld) -> None:
    identity = make(world, config={**CONFIG, "snow_password": "an-older-one"})
    world.write(manifest(name="Orders too") + f"\n---\n{manifest('x', name='X')}")
    plan = world.plan()
    assert {change.operation for change in plan.changes} == {Operation.CREATE}
    text = manifest(name="Orders too").replace("{name: orders}", f"{{name: orders, id: {identity}}}")
    world.write(text)
    assert world.apply() == [("extension/orders", Operation.UPDATE)]
    assert stored(world)["snow_password"] == seal(SECRET)


def test_without_its_variable_a_plan_is_possible_and_an_apply_is_not(
    world: UnmarkedWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.write(manifest())
    world.apply()
    monkeypatch.delenv("SNOW_PASSWORD")
    assert not world.plan().changes
    world.write(manifest(config={**CONFIG, "task_type": "problem"}))
    plan = world.plan()
    (change,) = plan.changes
    assert any("SNOW_PASSWORD" in note for note in change.notes)
    before = live(world)
    with pytest.raises(EngineError) as refused:
        world.carry_out(plan)
    assert any("SNOW_PASSWORD" in text for text in refused.value.details)
    assert live(world) == before


def test_a_config_that_no_manifest_names_and_that_has_secrets_is_never_sent_back(world: UnmarkedWorld) -> None:
    """A PUT without it might remove it, and one with what PagerDuty shows would store that in the place of the secret."""
    make(world, endpoint_url="https://one.example.com")
    world.write(manifest(config=None, endpoint_url="https://two.example.com"))
    (text,) = world.blockers()
    assert "config" in text
    assert "snow_password" in text
    assert "${env:" in text


def test_an_address_that_pagerduty_hides_is_no_difference_and_not_removed(world: UnmarkedWorld) -> None:
    world.write(manifest(endpoint_url="https://one.example.com/${env:SNOW_PASSWORD}"))
    world.apply()
    world.sandbox.control.set_account({"account": 1, "readings": {"extension_endpoint_url": "hidden"}})
    assert not world.plan().changes
    world.write(manifest(config={**CONFIG, "task_type": "problem"}))
    world.apply()
    world.sandbox.control.set_account({"account": 1})
    assert live(world)["endpoint_url"] == f"https://one.example.com/{SECRET}"


def test_an_address_that_pagerduty_shows_is_compared(world: UnmarkedWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """A secret in it is rotated by a new value of the variable alone."""
    world.write(manifest(endpoint_url="https://one.example.com/${env:SNOW_PASSWORD}"))
    world.apply()
    monkeypatch.setenv("SNOW_PASSWORD", "the-next-one")
    plan = world.plan()
    assert SECRET not in str(plan)
    assert "the-next-one" not in str(plan)
    assert world.apply() == [("extension/orders", Operation.UPDATE)]
    assert live(world)["endpoint_url"] == "https://one.example.com/the-next-one"
    world.write(manifest(endpoint_url="https://two.example.com"))
    assert world.apply() == [("extension/orders", Operation.UPDATE)]
    assert live(world)["endpoint_url"] == "https://two.example.com"


def test_other_services_are_asked_about(world: UnmarkedWorld) -> None:
    world.write(manifest())
    world.apply()
    identity = live(world)["id"]
    world.write(manifest(services="[{name: Shop}, {name: Mail}]"))
    (text,) = world.blockers()
    assert f"'metadata.id: {identity}'" in text
    assert f"distinct_from: [{identity}]" in text
    assert "Ref(" not in text
    world.write(manifest(services="[{name: Shop}, {name: Mail}]", lifecycle=f"distinct_from: [{identity}]"))
    assert world.apply() == [("extension/orders", Operation.CREATE)]
    assert len(world.client.list_all("extensions")) == 2


def test_two_of_the_same_are_a_problem_with_both_ids(world: UnmarkedWorld) -> None:
    ids = [make(world), make(world)]
    world.write(manifest())
    (text,) = world.blockers()
    assert all(identity in text for identity in ids)
    assert "metadata.id" in text


def test_two_of_one_name_are_told_apart_by_their_services(world: UnmarkedWorld) -> None:
    make(world)
    make(world, extension_objects=[service(world, "Mail")])
    world.write(f"{manifest()}---\n{manifest('mail', services='[{name: Mail}]')}")
    assert not world.plan().changes


def test_services_of_the_same_plan(world: UnmarkedWorld) -> None:
    """The services get their ids in the apply that makes the extension, and the next plan finds it by them."""
    base = "apiVersion: pdsync/v1\nkind: Service\nmetadata: {name: search}\n"
    world.write(
        f"{base}spec: {{name: Search, escalation_policy: {{name: All}}}}\n---\n{manifest(services='[search, {name: Shop}]')}"
    )
    assert world.apply() == [("service/search", Operation.CREATE), ("extension/orders", Operation.CREATE)]
    (found,) = [it for it in world.client.list_all("services") if it["name"] == "Search"]
    assert found["id"] in [it["id"] for it in live(world)["extension_objects"]]
    world.client.rdelete(f"services/{found['id']}")


def test_a_lost_answer_makes_no_second_extension(world: UnmarkedWorld) -> None:
    world.write(manifest())
    plan = world.plan()
    match = {"method": "POST", "path": "/extensions", "times": 1}
    world.sandbox.control.set_faults([{"match": match, "action": {"type": "drop", "when": "after"}}])
    result = world.carry_out(plan)
    world.sandbox.control.clear_faults()
    assert result.exit_code == 0
    assert len(world.client.list_all("extensions")) == 1


def test_one_that_is_disabled_is_a_note(world: UnmarkedWorld) -> None:
    make(world)
    state = world.sandbox.control.state()
    state["extension"][0]["temporarily_disabled"] = True
    world.sandbox.control.restore(state)
    world.write(manifest())
    plan = world.plan()
    notes = [*plan.notes, *(note for change in plan.changes for note in change.notes)]
    assert any("disabled" in note for note in notes), notes


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"schema": "Slack", "config": None}, "slack"),
        ({"schema": "Microsoft Teams", "config": None}, "web application"),
        ({"services": "[]"}, "service"),
        ({"config": {**CONFIG, "snow_password": "plain"}}, "a secret does not belong in git"),
        ({"config": {**CONFIG, "sync_options": "often"}}, "manual_sync"),
        ({"config": {"snow_user": "pd"}}, "snow_password"),
        ({"config": "text"}, "config"),
    ],
)
def test_what_is_wrong_is_said(world: UnmarkedWorld, fields: dict[str, Any], says: str) -> None:
    world.write(manifest(**fields))
    assert any(says in message + hint for _, message, hint in world.problems())


def test_an_unknown_schema_is_a_problem(world: UnmarkedWorld) -> None:
    world.write(manifest(schema="ServiceNow"))
    (text,) = world.blockers()
    assert "PagerDuty lists no extension schema 'ServiceNow'" in text
    assert "servicenow (v7)" in text.casefold()


def test_an_old_webhook_is_a_warning(world: UnmarkedWorld) -> None:
    warned: list[str] = []
    world.write(manifest(schema="Generic V2 Webhook", config={"a": {"b": ["${env:SNOW_PASSWORD}", 1, True]}}))
    load_desired(Workspace("test", paths=(str(world.folder),), on_warning=lambda it: warned.append(str(it))))
    assert any("out of support" in text for text in warned)
    assert world.apply() == [("extension/orders", Operation.CREATE)]


def test_an_export_names_a_variable_for_each_secret_and_is_a_plan_without_changes(world: UnmarkedWorld) -> None:
    make(world)
    files = world.exported()
    (text,) = [text for name, text in files.items() if "extension" in name]
    assert "${env:" in text
    assert "redacted" not in text
    world.write("---\n".join(files.values()))
    plan = world.plan(adopt=True)
    assert not plan.problems
    assert [change.address for change in plan.changes if change.kind == "extension"] == []

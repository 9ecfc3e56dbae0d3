"""A person whose address changed, in git or in the account, is not made a second time, and loses no place on call."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pdsync.client import RestApiV2Client
from pdsync.sandbox import SandboxServer
from tests.cli.company import document
from tests.cli.conftest import Pdsync
from tests.support.recorded import forget, writes

OLD, NEW = "ana.lima@example.com", "ana.souza@example.com"
LAYER = "{name: A, rotation_virtual_start: 2026-01-05T09:00, rotation_turn_length_seconds: 1w, users: [ana, bo]}"
TREE = {
    "user/ana": f"{{name: Ana Lima, email: {OLD}}}",
    "user/bo": "{name: Bo, email: bo@example.com}",
    "team/t": "{members: [{user: ana}, {user: bo}], description: Ours}",
    "schedule/s": f"{{time_zone: Etc/UTC, schedule_layers: [{LAYER}]}}",
    "escalation_policy/p": "{teams: [t], escalation_rules: [{escalation_delay_in_minutes: 10, targets: [{schedule: s}, {user: ana}]}]}",
}


class World:
    """A company of two people that pdsync made."""

    def __init__(self, folder: Path, pdsync: Pdsync, client: RestApiV2Client) -> None:
        self.folder, self.run, self.client = folder, pdsync, client
        (folder / "pdsync.yaml").write_text("workspace: acme\npaths: [manifests]\npeople: managed\n")
        (folder / "manifests").mkdir()
        for address, spec in TREE.items():
            self.write(address, spec)
        assert pdsync("apply", "--yes").code == 0
        self.ana = self.person(OLD)["id"]

    def write(self, address: str, spec: str, lifecycle: str = "", identity: str = "") -> None:
        text = document(address, spec, lifecycle)
        if identity:
            text = text.replace("{name: ana}", f"{{name: ana, id: {identity}}}")
        (self.folder / "manifests" / f"{address.replace('/', '.')}.yaml").write_text(text)

    def person(self, email: str) -> dict[str, Any]:
        found = [it for it in self.client.iter_all("users") if it["email"] == email]
        assert len(found) == 1, found
        return found[0]

    def people(self) -> list[tuple[str, str]]:
        return sorted((it["name"], it["email"]) for it in self.client.iter_all("users") if it["email"] in (OLD, NEW))

    def on_call(self) -> tuple[list[str], list[str], list[str]]:
        """The ids of the people in the rota, in the policy and in the team."""
        schedule = self.client.rget(f"schedules/{self.find('schedules', 's')}")
        policy = self.client.rget(f"escalation_policies/{self.find('escalation_policies', 'p')}")
        members = self.client.iter_all(f"teams/{self.find('teams', 't')}/members")
        return (
            [it["user"]["id"] for layer in schedule["schedule_layers"] for it in layer["users"]],
            [it["id"] for rule in policy["escalation_rules"] for it in rule["targets"] if "user" in it["type"]],
            sorted(it["user"]["id"] for it in members),
        )

    def find(self, collection: str, name: str) -> str:
        found = self.client.find(collection, name)
        assert found is not None
        return str(found["id"])

    def rename_in_account(self, **values: str) -> None:
        """What an identity provider does."""
        self.client.rput(f"users/{self.ana}", json={"type": "user", **values})


@pytest.fixture
def world(folder: Path, pdsync: Pdsync, online: SandboxServer, client: RestApiV2Client) -> World:
    return World(folder, pdsync, client)


def in_git(world: World) -> None:
    world.write("user/ana", f"{{name: Ana Lima, email: {NEW}}}")


def in_account(world: World) -> None:
    world.rename_in_account(email=NEW)


def in_account_with_white_space(world: World) -> None:
    world.write("user/ana", f"{{name: ana  LIMA, email: {OLD}}}")
    world.rename_in_account(email=NEW)


def in_another_normal_form(world: World) -> None:
    world.rename_in_account(name="An\u00e1 Lima")
    world.write("user/ana", f"{{name: Ana\u0301 Lima, email: {NEW}}}")


def with_the_key(world: World) -> None:
    (world.folder / "manifests" / "user.ana.yaml").unlink()
    for address, spec in TREE.items():
        world.write(address, spec.replace("ana,", "anna,").replace("user: ana}", "user: anna}"))
    (world.folder / "manifests" / "user.ana.yaml").write_text(
        document("user/anna", f"{{name: Ana Lima, email: {NEW}}}")
    )


WAYS: list[Callable[[World], None]] = [
    in_git,
    in_account,
    in_account_with_white_space,
    in_another_normal_form,
    with_the_key,
]


@pytest.mark.parametrize("prune", ["off", "report", "owned"])
@pytest.mark.parametrize("change", WAYS, ids=lambda it: it.__name__)
def test_no_second_person_is_made(
    world: World, online: SandboxServer, change: Callable[[World], None], prune: str
) -> None:
    before = world.on_call()
    change(world)
    forget(online)
    people = world.people()
    plan = world.run("plan", "--prune", prune)
    assert plan.code == 5, plan
    assert f"'metadata.id: {world.ana}' at manifests/user.ana.yaml:1" in " ".join(plan.out.split())
    assert f"'lifecycle: {{distinct_from: [{world.ana}]}}'" in " ".join(plan.out.split())
    (found,) = json.loads(world.run("plan", "-o", "json", "--prune", prune).out)["changes"]
    assert found["kind"] == "user"
    assert found["alone"] is True
    assert "on-call" not in plan.out.casefold().replace("place on call", "")
    for output in ("markdown", "github"):
        shown = world.run("plan", "-o", output, "--prune", prune)
        assert shown.code == 5
        assert "metadata.id" in shown.out
        assert "distinct_from" in shown.out
    assert world.run("apply", "--yes", "--prune", prune).code == 5
    assert not writes(online)
    assert world.people() == people
    assert world.on_call() == before


@pytest.mark.parametrize("change", WAYS[:3], ids=lambda it: it.__name__)
def test_drift_names_the_person_and_nothing_else(world: World, change: Callable[[World], None]) -> None:
    change(world)
    run = world.run("drift", "-o", "json")
    assert run.code == 2
    (moved,) = json.loads(run.out)["moved"]
    assert moved["address"] == "user/ana"
    assert f"metadata.id: {world.ana}" in moved["what"]
    text = world.run("drift")
    assert "Edited in the account" not in text.out, text.out


@pytest.mark.parametrize("change", [in_git, in_account], ids=lambda it: it.__name__)
def test_others_are_applied_and_what_names_the_person_waits(world: World, change: Callable[[World], None]) -> None:
    before = world.on_call()
    change(world)
    world.write("user/bo", "{name: Bo, email: bo@example.com, job_title: SRE}")
    world.write("schedule/s", f"{{time_zone: Etc/UTC, description: Days, schedule_layers: [{LAYER}]}}")
    world.write("team/t", "{members: [{user: ana}, {user: bo}], description: Yours}")
    plan = world.run("plan")
    assert plan.code == 5
    assert "user/ana, which is skipped" in plan.out
    result = world.run("apply", "--yes", "-o", "json")
    assert result.code == 3, result
    ended = {it["address"]: it["status"] for it in json.loads(result.out)["result"]["outcomes"]}
    assert ended == {"user/ana": "skipped", "schedule/s": "skipped", "user/bo": "applied", "team/t": "applied"}
    assert world.person("bo@example.com")["job_title"] == "SRE"
    assert len(world.people()) == 1
    assert world.on_call() == before


@pytest.mark.parametrize("change", [in_git, in_another_normal_form, with_the_key], ids=lambda it: it.__name__)
def test_the_id_makes_it_an_update_of_this_person(world: World, change: Callable[[World], None]) -> None:
    before = world.on_call()
    change(world)
    file = world.folder / "manifests" / "user.ana.yaml"
    text = file.read_text()
    file.write_text(text.replace("metadata: {name: an", f"metadata: {{id: {world.ana}, name: an"))
    run = world.run("plan", "-o", "json")
    assert run.code == 0, run
    (found,) = [it for it in json.loads(run.out)["changes"] if it["kind"] == "user"]
    assert (found["operation"], found["id"]) == ("update", world.ana)
    assert "email" in [delta["path"] for delta in found["deltas"]]
    assert world.run("apply", "--yes").code == 0
    assert world.person(NEW)["id"] == world.ana
    assert world.on_call() == before
    assert world.run("plan", "--detailed-exitcode").code == 0


def test_an_address_that_changed_in_the_account_is_accepted_once_the_id_is_there(world: World) -> None:
    in_account(world)
    world.write("user/ana", TREE["user/ana"], identity=world.ana)
    assert world.run("accept", "user/ana:email").code == 0
    assert NEW in (world.folder / "manifests" / "user.ana.yaml").read_text()
    assert world.run("drift").code == 0


@pytest.mark.parametrize("change", [in_git, in_account], ids=lambda it: it.__name__)
def test_a_real_second_person_is_made_where_that_is_said(world: World, change: Callable[[World], None]) -> None:
    change(world)
    email = NEW if change is in_git else OLD
    world.write("user/ana", f"{{name: Ana Lima, email: {email}}}", f"distinct_from: [{world.ana}]")
    assert world.run("plan").code == 0
    assert world.run("apply", "--yes").code == 0
    second = world.person(email)["id"]
    assert second != world.ana
    assert [second in group for group in world.on_call()] == [True, True, True]
    assert world.run("plan", "--detailed-exitcode").code == 0


def test_someone_of_the_name_whom_another_manifest_describes_is_no_candidate(world: World) -> None:
    world.write("user/other", f"{{name: Ana Lima, email: {NEW}}}")
    assert world.run("plan").code == 0
    (found,) = json.loads(world.run("plan", "-o", "json", "manifests/user.other.yaml").out)["changes"]
    assert found["operation"] == "create"
    assert not found["blockers"], "the other part of the tree describes the one who is there"
    (found,) = json.loads(world.run("plan", "-o", "json", "--target", "user/other").out)["changes"]
    assert not found["blockers"]
    world.write("user/ana", TREE["user/ana"], "absent: true, adopt: true")
    for address in TREE.keys() - {"user/ana", "user/bo"}:
        (world.folder / "manifests" / f"{address.replace('/', '.')}.yaml").unlink()
    changes = json.loads(world.run("plan", "-o", "json").out)["changes"]
    assert not [it for it in changes if it["address"] == "user/other" and it["blockers"]]


def test_a_target_that_is_not_the_person_is_planned(world: World) -> None:
    in_git(world)
    world.write("user/bo", "{name: Bo, email: bo@example.com, job_title: SRE}")
    run = world.run("apply", "--yes", "--target", "user/bo")
    assert run.code == 0, run
    assert world.run("plan", "--target", "user/ana").code == 5


def test_two_who_may_be_meant_are_both_named(world: World) -> None:
    other = world.client.rpost("users", json={"type": "user", "name": "Ana Lima", "email": "ana3@example.com"})
    in_git(world)
    before = world.on_call()
    run = world.run("plan")
    assert run.code == 5
    said = " ".join(run.out.split())
    assert all(f"'metadata.id: {it}'" in said for it in (world.ana, other["id"]))
    assert world.run("apply", "--yes").code == 5
    assert world.on_call() == before
    world.write("user/ana", f"{{name: Ana Lima, email: {NEW}}}", f"distinct_from: [{world.ana}]")
    assert world.run("plan").code == 5, "the other one is still a candidate"


def test_an_id_that_the_account_does_not_have_is_noted(world: World) -> None:
    world.write("user/ana", TREE["user/ana"], "distinct_from: [PGONE12]")
    run = world.run("plan")
    assert run.code == 0
    assert "no user with the id PGONE12" in run.out


def test_a_plan_that_was_saved_before_the_address_changed_makes_no_second_person(world: World) -> None:
    in_git(world)
    world.write("user/bo", "{name: Bo, email: bo@example.com, job_title: SRE}")
    assert world.run("plan", "--out", "plan.json").code == 5
    assert world.run("apply", "--plan", "plan.json", "--yes").code == 3
    assert len(world.people()) == 1


def test_an_address_of_someone_else_does_not_rename_them_nor_move_the_rota(world: World, online: SandboxServer) -> None:
    world.client.rpost("users", json={"type": "user", "name": "Zed", "email": NEW, "role": "admin"})
    in_git(world)
    before = world.on_call()
    run = world.run("plan")
    assert run.code == 5, run
    assert f"'metadata.id: {world.ana}'" in " ".join(run.out.split())
    forget(online)
    assert world.run("apply", "--yes").code == 5
    assert not writes(online)
    assert (world.person(NEW)["name"], world.on_call()) == ("Zed", before)

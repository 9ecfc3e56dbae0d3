"""People that are there already: who may change them, and what is said where nothing may. Over the sandbox, as a user does it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pdsync.client import RestApiV2Client
from pdsync.sandbox import SandboxServer
from tests.cli.conftest import Pdsync
from tests.support.recorded import forget, writes

HEAD = "apiVersion: pdsync/v1\nkind: User\nmetadata: {name: %s}\n"
LINE = "to manage existing ones write 'people: managed' in pdsync.yaml"
BASE = "workspace: acme\npaths: [manifests]\n"
PHONE = "[{type: phone_contact_method, address: '3055550100', country_code: 1}]"
RULE = "[{urgency: high, start_delay_in_minutes: 5, contact_method: {type: email_contact_method, address: ada@example.com}}]"
COMMANDS = (("plan",), ("apply", "--yes"), ("apply", "--yes", "--adopt"))


@pytest.fixture
def ada(folder: Path, online: SandboxServer, client: RestApiV2Client) -> str:
    """A person whom someone made by hand: an administrator."""
    (folder / "manifests").mkdir()
    body = {"type": "user", "name": "Ada Lovelace", "email": "ada@example.com", "role": "admin"}
    made: dict[str, Any] = client.rpost("users", json=body)
    return str(made["id"])


def write(folder: Path, spec: str, *, people: str = "", lifecycle: str = "", key: str = "ada") -> None:
    (folder / "pdsync.yaml").write_text(BASE + (f"people: {people}\n" if people else ""))
    tail = f"lifecycle: {{{lifecycle}}}\n" if lifecycle else ""
    (folder / "manifests" / f"{key}.yaml").write_text((HEAD % key) + tail + f"spec: {spec}\n")


def person(client: RestApiV2Client, identity: str) -> dict[str, Any]:
    found: dict[str, Any] = client.rget(
        f"users/{identity}", params={"include[]": ["contact_methods", "notification_rules"]}
    )
    return found


@pytest.mark.parametrize("people", ["", "new_only"])
@pytest.mark.parametrize(
    "spec",
    [
        "{name: Ada Lovelace, email: ada@example.com, role: limited_user}",
        "{name: Countess, email: ada@example.com}",
        "{email: ADA@example.com}",
        "{name: Ada Lovelace, email: ada@example.com, job_title: SRE}",
        "{name: Ada Lovelace, email: ada@example.com, time_zone: Asia/Tokyo}",
        "{name: Ada Lovelace, email: ada@example.com, description: Counts}",
        f"{{name: Ada Lovelace, email: ada@example.com, contact_methods: {PHONE}}}",
        f"{{name: Ada Lovelace, email: ada@example.com, notification_rules: {RULE}}}",
        f"{{name: Ada Lovelace, email: ada@example.com, notification_rules_mode: exclusive, notification_rules: {RULE}}}",
    ],
)
def test_an_existing_person_is_not_changed_unless_the_workspace_says_so(
    folder: Path, pdsync: Pdsync, online: SandboxServer, client: RestApiV2Client, ada: str, spec: str, people: str
) -> None:
    write(folder, spec, people=people)
    before = person(client, ada)
    forget(online)
    for command in COMMANDS:
        run = pdsync(*command)
        assert run.code == 5, command
        assert LINE in run.out
    assert writes(online) == []
    assert person(client, ada) == before
    write(folder, spec, people="managed")
    assert LINE not in pdsync("plan").out
    assert pdsync("apply", "--yes").code == 0
    assert pdsync("plan", "--detailed-exitcode").code == 0
    assert person(client, ada) != before


def test_the_order_to_manage_one_person_does_not_come_with_a_pin_or_an_adoption(
    folder: Path, pdsync: Pdsync, client: RestApiV2Client, ada: str
) -> None:
    write(folder, "{name: Countess, email: ada@example.com}", lifecycle="adopt: true")
    assert pdsync("apply", "--yes").code == 5
    file = folder / "manifests" / "ada.yaml"
    file.write_text(file.read_text().replace("{name: ada}", f"{{name: ada, id: {ada}}}"))
    assert pdsync("apply", "--yes").code == 5
    assert person(client, ada)["name"] == "Ada Lovelace"


def test_a_manifest_may_refer_to_an_existing_person_and_make_a_new_one(
    folder: Path, pdsync: Pdsync, client: RestApiV2Client, ada: str
) -> None:
    """To create is the order itself. A manifest that says what is there changes nothing."""
    write(folder, "{name: Ada Lovelace, email: ada@example.com, role: admin}")
    write(folder, f"{{name: Bo, email: bo@example.com, contact_methods: {PHONE}}}", key="bo")
    team = "apiVersion: pdsync/v1\nkind: Team\nmetadata: {name: red}\nspec: {members: [{user: ada}, {user: bo}]}\n"
    (folder / "manifests" / "red.yaml").write_text(team)
    assert pdsync("apply", "--yes").code == 0
    assert pdsync("plan", "--detailed-exitcode").code == 0
    found = client.find("users", "bo@example.com", attribute="email")
    assert found is not None
    addresses = {method["address"] for method in person(client, found["id"])["contact_methods"]}
    assert "3055550100" in addresses
    # The next change is one of an existing person, whoever made them: nothing in PagerDuty says.
    write(folder, "{name: Bo, email: bo@example.com, job_title: SRE}", key="bo")
    assert pdsync("apply", "--yes").code == 5


@pytest.mark.parametrize(
    ("people", "lifecycle", "code", "says"),
    [
        ("managed", "absent: true", 5, "so pdsync cannot know who made this one, a person or an earlier apply"),
        ("", "absent: true, adopt: true", 5, LINE),
        ("", "absent: true", 5, LINE),
        ("managed", "absent: true, adopt: true", 0, "Ada Lovelace"),
    ],
)
def test_a_person_is_deleted_by_two_orders_only(
    folder: Path, pdsync: Pdsync, client: RestApiV2Client, ada: str, people: str, lifecycle: str, code: int, says: str
) -> None:
    write(folder, "{name: Ada Lovelace, email: ada@example.com}", people=people, lifecycle=lifecycle)
    run = pdsync("apply", "--yes")
    assert run.code == code
    assert says in run.out
    assert "not made by pdsync" not in run.out
    there = client.find("users", "ada@example.com", attribute="email") is not None
    assert there is (code != 0)


@pytest.mark.parametrize("output", ["text", "json", "markdown", "html"])
def test_an_administrator_who_is_demoted_is_a_risk(folder: Path, pdsync: Pdsync, ada: str, output: str) -> None:
    write(folder, "{name: Ada Lovelace, email: ada@example.com, role: limited_user}", people="managed")
    run = pdsync("plan", "-o", output)
    assert run.code == 0
    assert "has the role admin and becomes limited_user" in run.out
    write(folder, "{name: Countess, email: ada@example.com, role: admin}", people="managed")
    assert "has the role admin" not in pdsync("plan", "-o", output).out


def test_an_adoption_says_what_a_person_needs(folder: Path, pdsync: Pdsync, ada: str) -> None:
    write(folder, "{name: Ada Lovelace, email: ada@example.com}")
    run = pdsync("adopt", "user/ada", "--yes")
    assert "to change it, write in pdsync.yaml 'people: managed'" in run.out + run.err
    write(folder, "{name: Countess, email: ada@example.com}")
    run = pdsync("adopt", "user/ada", "--yes")
    assert run.code == 5
    assert "people carry no ownership line, and it differs" in run.err


# Workspaces of one file.

TWO = "people: managed\nworkspaces:\n  a: {paths: [a]%s}\n  b: {paths: [b]%s}\n"
ADA = HEAD % "ada" + "spec: {name: Ada, email: ada@example.com}\n"


def two(folder: Path, settings: tuple[str, str] = ("", ""), *, key: str = "ada", tail: str = "") -> None:
    (folder / "pdsync.yaml").write_text(TWO % settings)
    for name in "ab":
        (folder / name).mkdir(exist_ok=True)
    (folder / "a/people.yaml").write_text(ADA)
    (folder / "b/people.yaml").write_text(HEAD % key + tail + "spec: {name: Countess, email: ADA@example.com}\n")


@pytest.mark.parametrize("tail", ["", "lifecycle: {absent: true, adopt: true}\n"])
@pytest.mark.parametrize("command", [("validate",), ("plan",), ("apply", "--yes"), ("drift",), ("lint",)])
def test_two_workspaces_may_not_manage_one_person(
    folder: Path, pdsync: Pdsync, online: SandboxServer, command: tuple[str, ...], tail: str
) -> None:
    two(folder, key="countess", tail=tail)
    forget(online)
    for own, other, address in (("a", "b", "user/countess"), ("b", "a", "user/ada")):
        run = pdsync("--workspace", own, *command)
        assert run.code == 1
        said = run.out + run.err
        assert f"{own}/people.yaml:1" in said
        assert f"the workspace '{other}' manages the same user: {address} at {other}/people.yaml:1" in said
    assert writes(online) == []


@pytest.mark.parametrize(
    "settings",
    [
        (", subdomain: acme", ", subdomain: other"),
        (", region: us", ", region: eu"),
        (", people: new_only", ""),
        ("", ", people: new_only"),
    ],
)
def test_workspaces_of_two_accounts_or_that_only_refer_do_not_meet(
    folder: Path, pdsync: Pdsync, settings: tuple[str, str]
) -> None:
    two(folder, settings)
    assert pdsync("--workspace", "a", "validate").code == 0
    assert pdsync("--workspace", "b", "validate").code == 0


def test_one_manifest_that_both_read_is_no_contradiction_unless_it_differs(folder: Path, pdsync: Pdsync) -> None:
    two(folder)
    (folder / "b/people.yaml").unlink()
    (folder / "b/team.yaml").write_text("apiVersion: pdsync/v1\nkind: Team\nmetadata: {name: red}\nspec: {}\n")
    shared = (TWO % ("", "")).replace("[a]", "[a]").replace("[b]", "[a, b]")
    (folder / "pdsync.yaml").write_text(shared)
    assert pdsync("--workspace", "a", "validate").code == 0
    assert pdsync("--workspace", "b", "validate").code == 0
    declared = "variables: {title: {type: text, default: SRE}}\n"
    (folder / "pdsync.yaml").write_text(declared + shared.replace("[a]}", "[a], variables: {title: CTO}}"))
    (folder / "a/people.yaml").write_text(ADA.replace("name: Ada,", "name: Ada, job_title: '${var:title}',"))
    run = pdsync("--workspace", "a", "validate")
    assert run.code == 1
    assert "the workspace 'b' manages the same user: user/ada at a/people.yaml:1" in run.out


def test_an_export_says_what_the_next_step_needs(folder: Path, pdsync: Pdsync, ada: str) -> None:
    (folder / "manifests").rmdir()
    run = pdsync("export", "--out", "manifests")
    assert "write pdsync.yaml with a workspace, 'paths: [manifests]' and 'people: managed', then run" in run.err
    (folder / "pdsync.yaml").write_text(BASE)
    assert "write 'people: managed' in pdsync.yaml, then run" in pdsync("export", "--out", "manifests").err
    (folder / "pdsync.yaml").write_text(BASE + "people: managed\n")
    assert "people" not in pdsync("export", "--out", "manifests").err


def test_a_saved_plan_needs_the_setting_on_the_day_it_is_applied(
    folder: Path, pdsync: Pdsync, client: RestApiV2Client, ada: str
) -> None:
    write(folder, "{name: Countess, email: ada@example.com}", people="managed")
    assert pdsync("plan", "--out", "plan.json").code == 0
    write(folder, "{name: Countess, email: ada@example.com}")
    run = pdsync("apply", "--plan", "plan.json", "--yes")
    assert run.code == 5
    assert LINE in run.err
    assert person(client, ada)["name"] == "Ada Lovelace"
    write(folder, "{name: Countess, email: ada@example.com}", people="managed")
    assert pdsync("apply", "--plan", "plan.json", "--yes").code == 0
    assert person(client, ada)["name"] == "Countess"


def test_a_person_who_comes_between_plan_and_apply_is_left_alone(
    folder: Path, pdsync: Pdsync, online: SandboxServer, client: RestApiV2Client
) -> None:
    """The order was to create a person, not to change one."""
    (folder / "manifests").mkdir()
    write(folder, "{name: Countess, email: ada@example.com, role: limited_user}")
    assert pdsync("plan", "--out", "plan.json").code == 0
    body = {"type": "user", "name": "Ada Lovelace", "email": "ada@example.com", "role": "admin"}
    made: dict[str, Any] = client.rpost("users", json=body)
    before = person(client, made["id"])
    assert pdsync("apply", "--plan", "plan.json", "--yes").code in (4, 5)
    assert pdsync("apply", "--yes").code == 5
    assert person(client, made["id"]) == before

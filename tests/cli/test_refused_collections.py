"""What PagerDuty refuses to list is unknown, and an error only where a manifest needs it: collections by commands by refusals."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from pdsync.client import RestApiV2Client
from pdsync.sandbox import SandboxServer
from tests.cli.company import COMPANY, RULES, document
from tests.cli.conftest import Pdsync, Run

NOUNS = {
    "users": "users",
    "teams": "teams",
    "schedules": "schedules",
    "escalation_policies": "escalation policies",
    "services": "services",
}
NEEDED = {"users": "user/cy", "escalation_policies": "escalation_policy/first"}
"""What the manifests describe, by collection."""
REFUSALS = (402, 403, 404)
MANIFESTS = {"user/cy": COMPANY["user/cy"], "escalation_policy/first": COMPANY["escalation_policy/first"]}


def refuse(sandbox: SandboxServer, path: str, status: int) -> None:
    body = {"error": {"message": "Refused", "code": 2014, "errors": ["not for you"]}}
    rule = {"match": {"path": path}, "action": {"type": "error", "status": status, "body": body}}
    requests.put(f"{sandbox.url}/_sandbox/faults", json=[rule], timeout=10).raise_for_status()


@pytest.fixture
def small(folder: Path, pdsync: Pdsync, online: SandboxServer) -> Iterator[Pdsync]:
    """A workspace of a person and a policy, applied."""
    (folder / "pdsync.yaml").write_text("workspace: acme\npaths: [manifests]\n")
    (folder / "manifests").mkdir()
    for address, spec in MANIFESTS.items():
        (folder / "manifests" / f"{address.replace('/', '.')}.yaml").write_text(document(address, spec))
    assert pdsync("apply", "--yes").code == 0
    yield pdsync
    requests.put(f"{online.url}/_sandbox/faults", json=[], timeout=10).raise_for_status()


def said(run: Run) -> str:
    return " ".join((run.out + run.err).split())


def rows(*commands: str) -> list[Any]:
    """Each command with each collection. What is a refusal is decided in one place, so that a row has one status: each in turn."""
    pairs = [(command, collection) for command in commands for collection in NOUNS]
    return [
        pytest.param(tuple(command.split()), collection, REFUSALS[at % len(REFUSALS)], id=f"{command}-{collection}")
        for at, (command, collection) in enumerate(pairs)
    ]


@pytest.mark.parametrize("status", REFUSALS)
@pytest.mark.parametrize("collection", NOUNS)
def test_a_plan_takes_each_refusal_alike(small: Pdsync, sandbox: SandboxServer, collection: str, status: int) -> None:
    check_note(small, sandbox, ("plan",), collection, status)


@pytest.mark.parametrize(
    ("command", "collection", "status"), rows("apply --yes", "drift", "adopt escalation_policy/first --yes")
)
def test_what_manifests_do_not_need_is_a_note(
    small: Pdsync, sandbox: SandboxServer, command: tuple[str, ...], collection: str, status: int
) -> None:
    check_note(small, sandbox, command, collection, status)


def check_note(small: Pdsync, sandbox: SandboxServer, command: tuple[str, ...], collection: str, status: int) -> None:
    refuse(sandbox, f"/{collection}**", status)
    run = small(*command)
    if collection in NEEDED:
        assert run.code == 1, said(run)
        assert f"{NEEDED[collection].replace('/', '.')}.yaml:" in said(run)
    else:
        assert run.code == 0, said(run)
        if command[0] != "adopt":
            assert "they are unknown" in said(run)
    assert f"HTTP {status}" in said(run) or command[0] == "adopt"


@pytest.mark.parametrize(("command", "collection", "status"), rows("oncall", "graph", "report --out pages", "lint"))
def test_who_is_paged_is_told_unless_what_decides_it_is_unknown(
    small: Pdsync, sandbox: SandboxServer, collection: str, status: int, command: tuple[str, ...]
) -> None:
    refuse(sandbox, f"/{collection}**", status)
    run = small(*command, "--live")
    if collection == "teams":
        assert run.code in (0, 2, 5), said(run)
        assert "they are unknown" in said(run)
    else:
        assert run.code == 1, said(run)
        assert f"{NOUNS[collection]} cannot be read, so it is unknown who is paged" in said(run)


@pytest.mark.parametrize("status", REFUSALS)
@pytest.mark.parametrize("collection", NOUNS)
def test_the_rest_is_exported(
    small: Pdsync, sandbox: SandboxServer, folder: Path, collection: str, status: int
) -> None:
    refuse(sandbox, f"/{collection}**", status)
    run = small("export", "--out", "out")
    assert run.code == 0, said(run)
    assert f"all {NOUNS[collection]}: they cannot be read" in said(run)
    assert list((folder / "out").rglob("*.yaml"))


@pytest.mark.parametrize("path", ["/users**", "/abilities", "/users/me", "/teams"])
@pytest.mark.parametrize("status", REFUSALS)
def test_whoami_tells_the_rest(small: Pdsync, sandbox: SandboxServer, path: str, status: int) -> None:
    refuse(sandbox, path, status)
    run = small("whoami")
    assert run.code == 0, said(run)
    assert "token" in run.out


@pytest.mark.parametrize(
    "command", [("plan",), ("drift",), ("export", "--out", "out"), ("oncall", "--live"), ("whoami",)]
)
def test_a_token_that_is_refused_is_an_error_for_all(
    small: Pdsync, sandbox: SandboxServer, command: tuple[str, ...]
) -> None:
    refuse(sandbox, "/**", 401)
    assert small(*command).code == 1


def test_an_account_of_which_nothing_can_be_read_is_an_error(small: Pdsync, sandbox: SandboxServer) -> None:
    refuse(sandbox, "/**", 404)
    run = small("plan")
    assert run.code == 1
    assert "HTTP 404" in said(run)


@pytest.mark.parametrize("status", REFUSALS)
def test_what_an_unknown_object_may_use_is_not_pruned(
    small: Pdsync, sandbox: SandboxServer, folder: Path, client: RestApiV2Client, status: int
) -> None:
    second = f"{{name: Second, {RULES % '{user: cy}'}}}"
    file = folder / "manifests" / "second.yaml"
    file.write_text(document("escalation_policy/second", second))
    assert small("apply", "--yes").code == 0
    file.unlink()
    refuse(sandbox, "/services**", status)
    run = small("apply", "--yes", "--prune", "owned")
    assert run.code == 0, said(run)
    assert "stays: services cannot be read, so it is unknown whether any of them uses it" in said(run)
    assert client.find("escalation_policies", "Second") is not None


def test_a_tombstone_of_what_an_unknown_object_may_use_is_a_problem(
    small: Pdsync, sandbox: SandboxServer, folder: Path
) -> None:
    file = folder / "manifests" / "second.yaml"
    second = f"{{name: Second, {RULES % '{user: cy}'}}}"
    file.write_text(document("escalation_policy/second", second))
    assert small("apply", "--yes").code == 0
    file.write_text(document("escalation_policy/second", second, "absent: true"))
    refuse(sandbox, "/services**", 403)
    run = small("plan")
    assert run.code == 1
    assert "second.yaml:" in said(run)
    assert "services cannot be read" in said(run)


@pytest.mark.parametrize("status", REFUSALS)
def test_members_that_may_not_be_listed_are_an_error_of_their_team_alone(
    small: Pdsync, sandbox: SandboxServer, folder: Path, status: int
) -> None:
    (folder / "manifests" / "red.yaml").write_text(document("team/red", "{name: Red, members: [{user: cy}]}"))
    assert small("apply", "--yes").code == 0
    refuse(sandbox, "/teams/*/members", status)
    assert small("plan").code == 0
    (folder / "manifests" / "red.yaml").write_text(document("team/red", "{name: Red, members: []}"))
    run = small("plan")
    assert run.code == 1
    assert "red.yaml:" in said(run)
    (folder / "manifests" / "red.yaml").unlink()
    assert small("plan").code == 0


def test_the_fields_of_unknown_objects_are_left_alone(
    small: Pdsync, sandbox: SandboxServer, folder: Path, client: RestApiV2Client
) -> None:
    """An account without teams answers policies without them."""
    policy: Any = client.find("escalation_policies", "First")
    client.rput(policy, json={**policy, "description": "typed by hand\n" + policy["description"]})
    refuse(sandbox, "/teams**", 402)
    assert small("apply", "--yes").code == 0
    assert small("plan").code == 0

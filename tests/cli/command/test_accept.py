"""pdsync accept: the file on disk, what is said, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pdsync.client import RestApiV2Client
from pdsync.sandbox import SandboxServer
from tests.cli.conftest import MANIFESTS, Pdsync
from tests.support.recorded import forget, writes


@pytest.fixture
def applied(manifests: Path, online: SandboxServer, pdsync: Pdsync) -> Path:
    assert pdsync("apply", "--yes").code == 0
    return manifests


def edit(client: RestApiV2Client, path: str, held: str, /, **values: object) -> None:
    found = client.find(path, held)
    assert found is not None
    client.rput(
        f"{path}/{found['id']}", json={**{key: found[key] for key in ("type", "name", "description")}, **values}
    )


def test_a_hand_edit_is_taken_into_the_manifest(
    applied: Path, online: SandboxServer, client: RestApiV2Client, pdsync: Pdsync
) -> None:
    edit(client, "services", "Checkout", auto_resolve_timeout=7200, acknowledgement_timeout=60)
    applied.write_bytes(b"\xef\xbb\xbf" + MANIFESTS.replace("\n", "\r\n").encode())
    applied.chmod(0o640)
    before = applied.read_bytes()
    forget(online)
    shown = pdsync("accept", "service/checkout", "--dry-run")
    assert shown.code == 0
    assert "Nothing was written." in shown.err
    assert applied.read_bytes() == before
    run = pdsync("accept", "Service/checkout")
    assert run.code == 0
    assert run.out == shown.out
    assert "-spec: {name: Checkout, escalation_policy: shop, auto_resolve_timeout: 4h}\n" in run.out
    assert "+spec: {name: Checkout, escalation_policy: shop, auto_resolve_timeout: 2h}\n" in run.out
    assert applied.read_bytes() == before.replace(b"timeout: 4h", b"timeout: 2h")
    assert applied.stat().st_mode & 0o777 == 0o640
    assert not writes(online)
    plan = json.loads(pdsync("plan", "-o", "json").out)
    assert [(change["deltas"], change["children"]) for change in plan["changes"]] == [([], [])]  # the record alone
    assert pdsync("drift").code == 0
    assert pdsync("apply", "--yes").code == 0
    assert pdsync("plan", "--detailed-exitcode").code == 0


def test_one_field_of_several(applied: Path, client: RestApiV2Client, pdsync: Pdsync) -> None:
    edit(client, "services", "Checkout", auto_resolve_timeout=7200, name="Till")
    assert pdsync("accept", "service/checkout:name").code == 0
    assert applied.read_text() == MANIFESTS.replace("name: Checkout,", "name: Till,")
    assert pdsync("plan", "--detailed-exitcode").code == 2


def test_nothing_to_accept_is_said_and_is_no_error(applied: Path, pdsync: Pdsync) -> None:
    run = pdsync("accept", "service/checkout")
    assert (run.code, run.out) == (0, "Nothing to accept: the account and the manifest agree on service/checkout.\n")
    assert applied.read_text() == MANIFESTS


@pytest.mark.parametrize(
    ("target", "code", "says"),
    [
        ("service/chekout", 1, "Did you mean 'service/checkout'?"),
        ("servce/checkout", 64, "Did you mean 'Service'?"),
        ("chekout", 1, "no object is called 'chekout'"),
        ("service/checkout:auto_resolve", 64, "Did you mean 'auto_resolve_timeout'?"),
        ("service/checkout:status", 1, "does not name status"),
        ("service/checkout:", 64, "has no field ''"),
    ],
)
def test_what_is_not_there_is_an_error(applied: Path, pdsync: Pdsync, target: str, code: int, says: str) -> None:
    run = pdsync("accept", target)
    assert (run.code, run.out) == (code, "")
    assert says in run.err
    assert applied.read_text() == MANIFESTS


def test_an_object_that_the_account_does_not_have(manifests: Path, online: SandboxServer, pdsync: Pdsync) -> None:
    run = pdsync("accept", "service/checkout")
    assert run.code == 1
    assert "the service of manifests/shop.yaml:14 does not exist in the account" in run.err
    assert "pdsync apply" in run.err


def test_a_name_that_would_be_there_twice_is_refused_and_nothing_is_written(
    applied: Path, client: RestApiV2Client, pdsync: Pdsync
) -> None:
    applied.write_text(
        MANIFESTS + MANIFESTS[MANIFESTS.rindex("---") :].replace("checkout", "till").replace("Checkout", "Till")
    )
    edit(client, "services", "Checkout", name="Till")
    before = applied.read_text()
    run = pdsync("accept", "service/checkout")
    assert run.code == 1
    assert "has the name 'Till' too" in run.err
    assert applied.read_text() == before


def test_manifests_with_problems_are_reported_first(applied: Path, pdsync: Pdsync) -> None:
    applied.write_text(MANIFESTS.replace("escalation_policy: shop", "escalation_policy: shp"))
    run = pdsync("accept", "service/checkout")
    assert run.code == 1
    assert "there is no EscalationPolicy 'shp'" in run.err


def test_what_differs_is_what_the_plan_says_with_its_deletes(
    applied: Path, folder: Path, client: RestApiV2Client, pdsync: Pdsync
) -> None:
    """As long as the schedule is there it holds its users in the team; it goes, so the plan removes them."""
    (folder / "pdsync.yaml").write_text(
        "workspace: acme\npaths: [manifests]\nprune: {mode: owned, max_delete_percent: 100}\n"
    )
    rota = folder / "manifests" / "rota.yaml"
    team = folder / "manifests" / "team.yaml"
    team.write_text("apiVersion: pdsync/v1\nkind: Team\nmetadata: {name: blue}\nspec: {name: Blue}\n")
    rota.write_text(
        "apiVersion: pdsync/v1\nkind: Schedule\nmetadata: {name: days}\nspec:\n  name: Days\n  time_zone: Etc/UTC\n  teams: [blue]\n"
        "  schedule_layers:\n    - {name: All, users: [ana], rotation_virtual_start: '2026-01-05T09:00', rotation_turn_length_seconds: 1w}\n"
    )
    assert pdsync("apply", "--yes").code == 0
    rota.unlink()
    team.write_text(team.read_text().replace("Blue}", "Blue, members: [], members_mode: exclusive}"))
    assert pdsync("accept", "team/blue").code == 0
    assert "user: ana" in team.read_text()
    changes = json.loads(pdsync("plan", "-o", "json").out)["changes"]
    assert [(change["address"], change["children"]) for change in changes] == [
        ("schedule/days", []),
        ("team/blue", []),
    ], changes

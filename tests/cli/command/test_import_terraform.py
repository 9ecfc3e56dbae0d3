"""pdsync import-terraform: states on disk, what is written and said of them, and what is never done."""

from __future__ import annotations

import io
import json
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pdsync.client import RestApiV2Client
from pdsync.sandbox import SandboxServer
from tests.cli.conftest import Pdsync
from tests.support.recorded import asked, forget
from tests.support.setting import CONFIG
from tests.support.world import TOKEN
from tests.terraform.provider import SECRET, TfResource, as_shown, as_state, read_resources

TEAM = TfResource("pagerduty_team", "payments", {"id": "PTEAM01", "name": "Payments"})
STAYS = TfResource("pagerduty_ruleset", "all", {"id": "R-1", "name": "All"})


@pytest.fixture
def configured(folder: Path) -> Path:
    (folder / "pdsync.yaml").write_text(CONFIG)
    return folder


@pytest.fixture
def company(pdsync: Pdsync, monkeypatch: pytest.MonkeyPatch) -> Iterator[SandboxServer]:
    with SandboxServer(seed="example") as server:
        monkeypatch.setenv("PDSYNC_API_URL", server.url)
        monkeypatch.setenv("PAGERDUTY_TOKEN", TOKEN)
        yield server


def write(file: Path, body: Any) -> str:
    file.write_text(json.dumps(body))
    return file.name


def tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_next_plan_only_adopts_and_the_one_after_is_empty(
    configured: Path, company: SandboxServer, pdsync: Pdsync
) -> None:
    with RestApiV2Client(TOKEN, base_url=company.url) as client:
        state = write(configured / "terraform.tfstate", as_state(read_resources(client)))
    forget(company)
    run = pdsync("import-terraform", state)
    assert run.code == 0, run.err
    assert run.out.startswith(
        "Imported 21 users, 6 teams, 7 schedules, 7 escalation policies, 14 services to manifests ("
    )
    assert run.err.endswith("run 'pdsync plan --adopt'; it shows what would be adopted.\n")
    assert asked(company) == []
    assert pdsync("validate").code == 0
    plan = pdsync("plan", "--adopt", "-o", "json")
    changes = json.loads(plan.out)["changes"]
    assert {change["operation"] for change in changes} == {"adopt"}
    assert len(changes) == 34
    assert not [change for change in changes if change["deltas"] or change["children"]]
    assert pdsync("apply", "--adopt", "--yes").code == 0
    assert pdsync("plan", "--detailed-exitcode").code == 0
    assert pdsync("import-terraform", state).code == 0, "the same text is not a conflict"
    for data in tree(configured / "manifests").values():
        assert SECRET.encode() not in data


def test_what_is_printed_says_how_terraform_forgets_and_what_stays(configured: Path, pdsync: Pdsync) -> None:
    each = [
        TfResource("pagerduty_team", "team", {"id": f"PTEAM1{n}", "name": f"Team {n}"}, 'module.org["a b"]', key)
        for n, key in enumerate(("one", "two"))
    ]
    broken = TfResource("pagerduty_team", "other", {"id": "", "name": "Nobody"}, index=0)
    whole = TfResource("pagerduty_team", "other", {"id": "PTEAM20", "name": "Others"}, index=1)
    state = write(configured / "a.json", as_state([TEAM, STAYS, *each, broken, whole]))
    run = pdsync("import-terraform", state)
    assert run.code == 0
    assert "Left out (1); Terraform keeps them:\n  pagerduty_team.other[0]: it has no id\n" in run.out
    assert "1 pagerduty_ruleset: keep it in Terraform, or replace it by an event orchestration" in run.out
    lines = [line.strip() for line in run.out.splitlines() if "terraform state rm" in line]
    assert [shlex.split(line)[3] for line in lines] == [
        'module.org["a b"].pagerduty_team.team',
        "pagerduty_team.other[1]",
        "pagerduty_team.payments",
    ]
    form = json.loads(pdsync("import-terraform", state, "-o", "json").out)
    assert form["counts"] == {"team": 4}
    assert form["not_managed"] == [
        {"type": "pagerduty_ruleset", "count": 1, "advice": form["not_managed"][0]["advice"]}
    ]
    assert form["state_rm"] == {"a.json": [shlex.split(line)[3] for line in lines]}
    assert form["files"] == sorted(name for name in tree(configured / "manifests") if not name.startswith("."))


def test_files_that_are_there_are_kept(configured: Path, pdsync: Pdsync) -> None:
    (configured / "out" / "payments").mkdir(parents=True)
    (configured / "out" / "payments" / "team.yaml").write_text("mine\n")
    state = write(configured / "a.json", as_shown([TEAM]))
    before = tree(configured / "out")
    for more in ((), ("--overwrite",)):
        run = pdsync("import-terraform", state, "--out", "out", *more)
        assert (run.code, run.out) == (1, "")
        assert "out/payments/team.yaml: " in run.err
        assert tree(configured / "out") == before


def test_a_state_is_read_from_the_standard_input(
    configured: Path, pdsync: Pdsync, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = io.TextIOWrapper(io.BytesIO(json.dumps(as_shown([TEAM])).encode()))
    monkeypatch.setattr(sys, "stdin", given)
    assert pdsync("import-terraform", "-").out.startswith("Imported 1 team to manifests (1 file).")


def test_two_states_that_contradict_each_other_are_both_named(configured: Path, pdsync: Pdsync) -> None:
    other = TfResource("pagerduty_team", "moved", {"id": "PTEAM01", "name": "Payments", "description": "Another"})
    files = write(configured / "a.json", as_state([TEAM])), write(configured / "b.json", as_shown([other]))
    run = pdsync("import-terraform", *files)
    assert run.code == 0
    assert "pagerduty_team.payments in a.json and pagerduty_team.moved in b.json are the same object PTEAM01" in run.err
    assert "differ in description: a.json is taken" in run.err
    assert run.out.count("terraform state rm") == 2
    assert "# the state of b.json\n  terraform state rm pagerduty_team.moved" in run.out
    (text,) = [data for name, data in tree(configured / "manifests").items() if name.endswith(".yaml")]
    assert b"Another" not in text


V4 = {"version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "x", "outputs": {}, "resources": []}
PLAN = {"format_version": "1.2", "planned_values": {"root_module": {}}, "resource_changes": [], "configuration": {}}
SHOW = "Run 'terraform show -json > state.json'"
BAD: dict[str, tuple[bytes | dict[str, Any], str, str]] = {
    "empty": (b" \n", "is empty", SHOW),
    "not JSON": (b'resource "pagerduty_team" "a" {}', "is not JSON", SHOW),
    "binary": (b"\x1f\x8b\x08\x00\x00\x00", "is not JSON", SHOW),
    "truncated": (json.dumps(as_state([TEAM])).encode()[:700], "is cut off or damaged", SHOW),
    "not a number": (b'{"version": NaN}', "is not complete JSON", SHOW),
    "deep": (b'{"version": 4, "resources": ' + b"[" * 100_000, "", SHOW),
    "a list": (b"[]", "it contains no JSON object", SHOW),
    "a log": (b'{"@level":"info"}\n{"@level":"info"}\n', "more than one JSON document", SHOW),
    "another object": ({"hello": 1}, "names neither a version nor a format_version", SHOW),
    "a plan file": (b"PK\x03\x04tfplan", "is a plan in Terraform's own form", "terraform show -json FILE"),
    "an old version": ({"version": 3, "modules": []}, "of version 3", "Terraform 0.12 and later"),
    "a new version": ({"version": 5}, "of version 5", "Terraform 0.12 and later"),
    "a version of no sense": ({"version": {"token": SECRET}}, "of an unknown version", "Terraform 0.12"),
    "a new format": ({"format_version": "2.0", "values": {}}, "format_version 2.0", "It reads 1.x"),
    "a backend": (
        {"version": 3, "backend": {"type": "s3", "config": {"secret_key": SECRET}}},
        "names the place of the state",
        "terraform state pull",
    ),
    "encrypted": (
        {"serial": 1, "lineage": "x", "encrypted_data": SECRET, "encryption_version": "v0"},
        "is encrypted",
        "tofu show -json",
    ),
    "schemas": ({"format_version": "1.0", "provider_schemas": {}}, "holds the schemas of providers", SHOW),
    "outputs": (
        {"format_version": "1.0", "outputs": {"token": SECRET}},
        "is Terraform JSON, but not a state",
        SHOW,
    ),
    "a first plan": (PLAN, "is a plan that begins with an empty state", "After 'terraform apply'"),
    "resources of no form": ({**V4, "resources": [5]}, "a part of it has an unknown form", SHOW),
    "values of no form": ({"format_version": "1.0", "values": [SECRET]}, "a part of it has an unknown form", SHOW),
    "no resources": (V4, "contains no resource of the PagerDuty provider", "Give the state"),
    "an empty show": ({"format_version": "1.0"}, "contains no resource of the PagerDuty provider", "Give the state"),
    "nothing managed": (as_state([STAYS]), "there is nothing to import", "1 pagerduty_ruleset"),
    "attributes of no form": (
        as_state([TfResource("pagerduty_schedule", "x", {"id": "PSCHED1", "name": "X", "layer": SECRET})]),
        "there is nothing to import",
        "pagerduty_schedule.x: its attributes have an unknown form",
    ),
    "attributes of Terraform 0.11": (
        {
            **V4,
            "resources": [
                {
                    "mode": "managed",
                    "type": "pagerduty_team",
                    "name": "x",
                    "instances": [{"attributes_flat": {"id": "PTEAM01", "name": SECRET}}],
                }
            ],
        },
        "holds attributes in the form of Terraform 0.11",
        "terraform apply -refresh-only",
    ),
    "a schedule without layers": (
        as_state([TfResource("pagerduty_schedule", "x", {"id": "PSCHED1", "name": "X", "layer": []})]),
        "there is nothing to import",
        "pagerduty_schedule.x: time_zone: the state does not contain it",
    ),
    "no attributes": (
        {**V4, "resources": [{"mode": "managed", "type": "pagerduty_team", "name": "x", "instances": [{}]}]},
        "there is nothing to import",
        "pagerduty_team.x: it has no id",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_a_file_that_holds_no_state_is_an_error_that_says_what_to_do(
    name: str, configured: Path, pdsync: Pdsync
) -> None:
    body, what, hint = BAD[name]
    (configured / "state.json").write_bytes(body if isinstance(body, bytes) else json.dumps(body).encode())
    run = pdsync("-vv", "import-terraform", "state.json")
    assert (run.code, run.out) == (1, "")
    assert what in run.err
    assert hint in run.err
    assert SECRET not in run.err
    assert not (configured / "manifests").exists()


def test_a_good_file_beside_a_bad_one_is_not_written(configured: Path, pdsync: Pdsync) -> None:
    files = write(configured / "a.json", as_state([TEAM])), write(configured / "b.json", {"version": 3})
    run = pdsync("import-terraform", *files)
    assert run.code == 1
    assert "b.json: is a Terraform state of version 3" in run.err
    assert not (configured / "manifests").exists()


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        ((), "Missing argument 'STATE...'"),
        (("missing.json",), "missing.json: cannot be read"),
        (("folder",), "folder: is a folder"),
        (("a.json", "--out", "a.json"), "a.json: is not a folder"),
        (("huge.json",), "huge.json: is larger than 4 MB"),
    ],
)
def test_wrong_arguments_are_usage_errors(
    arguments: tuple[str, ...], what: str, configured: Path, pdsync: Pdsync, monkeypatch: pytest.MonkeyPatch
) -> None:
    (configured / "folder").mkdir()
    write(configured / "a.json", as_state([TEAM]))
    monkeypatch.setattr("pdsync.cli.command.import_terraform.LARGEST", 4_000_000)
    (configured / "huge.json").write_bytes(b" " * 4_000_001)
    run = pdsync("import-terraform", *arguments)
    assert run.code == 64
    assert what in run.err


def test_a_plan_gives_the_state_before_it(configured: Path, pdsync: Pdsync) -> None:
    write(configured / "plan.json", {**PLAN, "prior_state": as_shown([TEAM])})
    run = pdsync("import-terraform", "plan.json")
    assert run.code == 0
    assert "plan.json: is a plan: its current state is imported" in run.err


def test_a_file_of_powershell_is_read(configured: Path, pdsync: Pdsync) -> None:
    (configured / "state.json").write_text(json.dumps(as_shown([TEAM])), encoding="utf-16")
    assert pdsync("import-terraform", "state.json").code == 0

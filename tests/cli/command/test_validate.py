"""pdsync validate."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pdsync.cli.manifest_text import ShownProblem, render_annotations
from tests.cli.conftest import Pdsync

TEN_MISTAKES = """\
apiVersion: pdsync/v1
kind: User
metadata: {name: ana}
spec: {email: no one, role: adm, time_zone: Europe/Berlim, colour: red}
---
apiVersion: pdsync/v1
kind: EscalationPolicy
metadata: {name: shop}
spec:
  num_loops: many
  escalation_rules:
    - {escalation_delay_in_minutes: 0, targets: []}
---
apiVersion: pdsync/v1
kind: Service
metadata: {name: checkout}
spec: {escalation_policy: shpo, auto_resolve_timeout: soon}
---
apiVersion: pdsync/v1
kind: Servise
metadata: {name: search}
spec: {}
"""


def test_what_is_right_is_counted(pdsync: Pdsync, manifests: Path) -> None:
    run = pdsync("validate")
    assert (run.code, run.out, run.err) == (0, "1 user, 1 escalation policy, 1 service: valid.\n", "")


def test_ten_mistakes_are_told_at_once_with_their_places(pdsync: Pdsync, manifests: Path) -> None:
    manifests.write_text(TEN_MISTAKES)
    run = pdsync("validate")
    assert run.code == 1
    places = [line.partition(": ")[0] for line in run.out.splitlines() if line.startswith("manifests/shop.yaml:")]
    assert len(places) == 10
    assert {int(place.split(":")[1]) for place in places} == {4, 10, 12, 17, 20}
    for words in (
        "Did you mean 'color'",
        "Did you mean 'Europe/Berlin'",
        "Did you mean 'shop'",
        "Did you mean 'Service'",
    ):
        assert words in run.out
    assert run.out.endswith("\n10 problems.\n")


def test_json_tells_the_same(pdsync: Pdsync, manifests: Path) -> None:
    right = json.loads(pdsync("validate", "-o", "json").out)
    assert (right["valid"], right["resources"], right["problems"]) == (
        True,
        {"User": 1, "EscalationPolicy": 1, "Service": 1},
        [],
    )
    manifests.write_text(TEN_MISTAKES)
    run = pdsync("validate", "-o", "json")
    body = json.loads(run.out)
    assert (run.code, body["valid"], body["digest"], len(body["problems"])) == (1, False, None, 10)
    assert body["problems"][0]["file"] == "manifests/shop.yaml"
    assert body["problems"][0]["line"] == 4


def test_annotations_stand_at_the_lines_of_a_pull_request(pdsync: Pdsync, manifests: Path) -> None:
    manifests.write_text(MANIFEST_WITH_A_TYPO)
    run = pdsync("validate", "-o", "github")
    assert run.code == 1
    assert run.out.startswith("::error file=manifests/shop.yaml,line=4,col=")
    assert run.out.count("\n") == 1


MANIFEST_WITH_A_TYPO = """\
apiVersion: pdsync/v1
kind: Team
metadata: {name: a}
spec: {descripton: x}
"""


def test_no_text_can_smuggle_in_a_workflow_command() -> None:
    hostile = ShownProblem("a,b:c%\n.yaml", 1, 2, "x/y", "100%\r\n::set-output name=a::b", "")
    text = render_annotations([hostile])
    assert text.count("\n") == 1
    assert text.startswith("::error file=a%2Cb%3Ac%25\\n.yaml,line=1,col=2::x/y: 100%25\\r\\n")


def test_a_folder_without_manifests_is_an_error(pdsync: Pdsync, folder: Path) -> None:
    (folder / "empty").mkdir()
    for arguments, says in (
        (["validate"], "empty: is empty"),
        (["validate", "empty"], "empty: holds no manifest files"),
    ):
        run = pdsync(*arguments)
        assert run.code == 1
        assert says in run.out


def test_paths_are_relative_to_the_configuration_and_shown_from_here(
    pdsync: Pdsync, manifests: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = manifests.parent / "inner"
    inner.mkdir()
    manifests.write_text(MANIFEST_WITH_A_TYPO)
    monkeypatch.chdir(inner)
    run = pdsync("--config", "../../pdsync.yaml", "validate")
    assert run.code == 1
    assert "shop.yaml:4:" in run.out


def test_the_default_workspace_is_mentioned_with_v_only(pdsync: Pdsync, folder: Path) -> None:
    (folder / "a.yaml").write_text("apiVersion: pdsync/v1\nkind: Team\nmetadata: {name: a}\nspec: {}\n")
    assert pdsync("--sandbox", "plan").err == ""
    assert "workspace 'default'" in pdsync("-v", "--sandbox", "plan").err

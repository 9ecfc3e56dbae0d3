"""pdsync plan."""

from __future__ import annotations

import json
import os
import re
import stat
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from pdsync.account import fetch_account
from pdsync.client import RestApiV2Client
from pdsync.sandbox import SandboxServer
from tests.cli.conftest import MANIFESTS, Pdsync
from tests.support.recorded import forget, writes


def test_a_plan_shows_what_would_be_done_and_writes_nothing(
    pdsync: Pdsync, manifests: Path, online: SandboxServer
) -> None:
    run = pdsync("plan")
    assert run.code == 0
    assert "  + Checkout  service/checkout  manifests/shop.yaml:14" in run.out
    assert "      escalation_policy: escalation_policy/shop" in run.out
    *_, summary, digest = run.out.splitlines()
    assert summary == "Plan: 3 to create, 0 to adopt, 0 to update, 0 to delete; 0 unchanged."
    assert re.fullmatch("Digest: [0-9a-f]{16}", digest)
    assert run.err == ""
    assert writes(online) == []


def test_pending_changes_exit_with_two_where_that_is_asked_for(
    pdsync: Pdsync, manifests: Path, online: SandboxServer
) -> None:
    assert pdsync("plan", "--detailed-exitcode").code == 2
    assert pdsync("apply", "--yes").code == 0
    run = pdsync("plan", "--detailed-exitcode")
    assert (run.code, run.out) == (0, "No changes. 3 objects match the manifests.\n")


def test_quiet_is_the_summary(pdsync: Pdsync, manifests: Path, online: SandboxServer) -> None:
    assert pdsync("-q", "plan").out == "Plan: 3 to create, 0 to adopt, 0 to update, 0 to delete; 0 unchanged.\n"


def test_json_is_the_plan_to_the_byte(
    pdsync: Pdsync, manifests: Path, online: SandboxServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The plan carries the moment of reading, so both are read at the same one.
    moment = datetime(2030, 1, 2, tzinfo=UTC)
    monkeypatch.setattr("pdsync.engine.plan.fetch_account", partial(fetch_account, now=moment))
    first, second = pdsync("plan", "-o", "json"), pdsync("plan", "-o", "json")
    assert first.out == second.out
    assert [change["address"] for change in json.loads(first.out)["changes"]] == [
        "user/ana",
        "escalation_policy/shop",
        "service/checkout",
    ]


def test_the_plan_file_is_private_and_whole(
    pdsync: Pdsync, manifests: Path, online: SandboxServer, folder: Path
) -> None:
    run = pdsync("plan", "--out", "plan.json", "-o", "json")
    assert run.code == 0
    file = folder / "plan.json"
    body, shown = json.loads(file.read_text()), json.loads(run.out)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert {name: body[name] for name in shown} == shown
    assert body.keys() - shown.keys() == {"created_at", "fetched_at", "expires_at", "pdsync", "seal", "selection"}
    assert pdsync("plan", "--out", "plan.json").code == 0
    assert sorted(os.listdir(folder)) == ["manifests", "pdsync.yaml", "plan.json"]


@pytest.mark.parametrize("out", ["manifests", "manifests/shop.yaml", "nowhere/plan.json", "other.json"])
def test_nothing_but_a_plan_is_overwritten(
    pdsync: Pdsync, manifests: Path, online: SandboxServer, folder: Path, out: str
) -> None:
    (folder / "other.json").write_text('{"version": 1}')
    run = pdsync("plan", "--out", out)
    assert run.code == 64
    assert run.err.startswith(f"error: --out {out}: ")
    assert manifests.read_text() == MANIFESTS
    assert (folder / "other.json").read_text() == '{"version": 1}'


def test_an_object_of_the_same_name_blocks_until_it_may_be_adopted(
    pdsync: Pdsync, manifests: Path, online: SandboxServer, client: RestApiV2Client
) -> None:
    me = client.list_all("users")[0]
    rule = {"escalation_delay_in_minutes": 30, "targets": [{"id": me["id"], "type": "user_reference"}]}
    client.rpost("escalation_policies", json={"type": "escalation_policy", "name": "Shop", "escalation_rules": [rule]})
    forget(online)
    run = pdsync("plan")
    assert run.code == 5
    assert "  » Shop  escalation_policy/shop" in run.out
    assert "escalation_rules[0].escalation_delay_in_minutes: 30m -> 10m" in run.out
    assert 'user "Account Owner" (' in run.out
    assert "Blocked: 1 change cannot be applied" in run.out
    refused = pdsync("apply", "--yes")
    assert refused.code == 5
    assert writes(online) == []
    assert pdsync("plan", "--adopt").code == 0


@pytest.mark.parametrize("target", ["service/checkout", "Service/checkout", "checkout"])
def test_a_target_brings_what_it_needs(pdsync: Pdsync, manifests: Path, online: SandboxServer, target: str) -> None:
    manifests.write_text(MANIFESTS + "---\napiVersion: pdsync/v1\nkind: Team\nmetadata: {name: other}\nspec: {}\n")
    run = pdsync("plan", "--target", target)
    assert run.code == 0
    assert "Plan: 3 to create" in run.out
    assert "team/other" not in run.out


@pytest.mark.parametrize("target", ["Servce/checkout", "service/", "/x"])
def test_a_target_that_is_none_is_wrong_usage(
    pdsync: Pdsync, manifests: Path, online: SandboxServer, target: str
) -> None:
    run = pdsync("plan", "--target", target)
    assert run.code == 64
    assert "write KIND/NAME" in run.err


def test_a_target_without_a_manifest_is_a_problem(pdsync: Pdsync, manifests: Path, online: SandboxServer) -> None:
    run = pdsync("plan", "--target", "service/chekcout")
    assert (run.code, run.out) == (1, "")
    assert "no manifest has this address" in run.err


def test_pruning_needs_the_whole_tree(pdsync: Pdsync, manifests: Path, online: SandboxServer, folder: Path) -> None:
    assert pdsync("plan", "--prune", "owned", "manifests").code == 64
    (folder / "pdsync.yaml").write_text("workspace: acme\nprune: {kinds: {Service: owned}}\n")
    run = pdsync("plan", "manifests")
    assert run.code == 64
    assert "needs all manifests" in run.err
    assert pdsync("plan", "--prune", "report", "manifests").code == 0


def test_pruning_without_any_manifest_is_refused(pdsync: Pdsync, manifests: Path, online: SandboxServer) -> None:
    assert pdsync("apply", "--yes").code == 0
    forget(online)
    for text in ("# all gone\n", None):
        if text is None:
            manifests.unlink()
        else:
            manifests.write_text(text)
        run = pdsync("apply", "--yes", "--prune", "owned")
        assert run.code == 5
        assert "would delete everything" in run.err
    assert writes(online) == []


def test_a_broken_file_is_no_empty_tree(pdsync: Pdsync, manifests: Path, online: SandboxServer) -> None:
    manifests.write_text("a: [")
    assert pdsync("plan", "--prune", "owned").code == 1


def test_an_orphan_is_reported_then_pruned_within_the_limits(
    pdsync: Pdsync, manifests: Path, online: SandboxServer, folder: Path
) -> None:
    assert pdsync("apply", "--yes").code == 0
    manifests.write_text(MANIFESTS.rpartition("---\n")[0])
    run = pdsync("plan")
    assert run.code == 0
    assert "Left alone" in run.out
    assert "service/checkout ('Checkout'" in run.out
    (folder / "pdsync.yaml").write_text("workspace: acme\nprune: {max_deletes: 0}\n")
    refused = pdsync("plan", "--prune", "owned")
    assert refused.code == 5
    assert "Refused: 1 delete exceeds the limit of 0" in refused.out
    (folder / "pdsync.yaml").write_text("workspace: acme\n")
    run = pdsync("apply", "--yes", "--prune", "owned")
    assert run.code == 0
    assert "  - deleted  Checkout  service/checkout" in run.out


def test_another_account_than_the_configured_one_is_refused(
    pdsync: Pdsync, manifests: Path, online: SandboxServer, folder: Path
) -> None:
    (folder / "pdsync.yaml").write_text("workspace: acme\npaths: [manifests]\nsubdomain: acme-eu\n")
    for command in (["plan"], ["apply", "--yes"]):
        run = pdsync(*command)
        assert run.code == 5
        assert "'pdsync-sandbox'" in run.err
        assert "'acme-eu'" in run.err
    assert writes(online) == []
    assert pdsync("--sandbox", "plan").code == 0


def test_control_characters_in_a_live_name_are_shown_harmlessly(
    pdsync: Pdsync, manifests: Path, online: SandboxServer, client: RestApiV2Client
) -> None:
    assert pdsync("apply", "--yes").code == 0
    ana = client.find("users", "ana@example.com", attribute="email")
    assert ana is not None
    client.rput(ana, json={"type": "user", "name": "Ana\x1b[2J\u202eamiL", "email": "ana@example.com"})
    for arguments in (["plan"], ["--color", "plan"]):
        run = pdsync(*arguments)
        assert "Ana\\x1b[2J\\u202eamiL" in run.out
        assert "\x1b[2J" not in run.out
        assert "\u202e" not in run.out


def test_problems_beside_the_account_are_told_as_others_are(
    pdsync: Pdsync, manifests: Path, online: SandboxServer
) -> None:
    manifests.write_text(MANIFESTS.replace("escalation_policy: shop,", "escalation_policy: {name: Gone},"))
    run = pdsync("plan")
    assert (run.code, run.out) == (1, "")
    assert run.err.startswith("manifests/shop.yaml:17: ")
    as_json = pdsync("plan", "-o", "json")
    assert as_json.code == 1
    assert json.loads(as_json.out)["problems"]

"""-o markdown and --report."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from pdsync.client import RestApiV2Client
from pdsync.sandbox import SandboxServer
from tests.cli.conftest import MANIFESTS, Pdsync
from tests.support.recorded import forget, writes


def test_an_unchanged_plan_is_the_same_comment_to_the_byte(
    pdsync: Pdsync, manifests: Path, online: SandboxServer
) -> None:
    first = pdsync("plan", "-o", "markdown", "--report", "plan.md")
    assert first.code == 0
    assert Path("plan.md").read_text() == first.out == pdsync("plan", "-o", "markdown").out
    assert stat.S_IMODE(Path("plan.md").stat().st_mode) == 0o600


def test_apply_reports_what_it_did(pdsync: Pdsync, manifests: Path, online: SandboxServer) -> None:
    assert pdsync("apply", "-o", "markdown").code == 64
    digest = pdsync("plan", "-o", "markdown").out.rpartition("Plan digest: `")[2].rstrip("`\n")
    run = pdsync("apply", "-o", "markdown", "--yes", "--expect-digest", digest)
    assert run.code == 0
    assert "**Done: 3 applied.**" in run.out
    assert digest in run.out
    assert run.err == ""


@pytest.mark.empty_account
def test_a_stale_plan_is_reported_with_what_moved(
    pdsync: Pdsync, manifests: Path, online: SandboxServer, client: RestApiV2Client
) -> None:
    assert pdsync("apply", "--yes").code == 0
    manifests.write_text(MANIFESTS.replace("4h", "5h"))
    assert pdsync("plan", "--out", "plan.json").code == 0
    (service,) = client.list_all("services")
    client.rput(service, json={"type": "service", "name": "Checkout", "auto_resolve_timeout": 60})
    forget(online)
    run = pdsync("apply", "--plan", "plan.json", "--yes", "-o", "markdown")
    assert run.code == 4
    assert writes(online) == []
    assert "**Nothing was applied.**" in run.out
    section = run.out.partition("### Changed since the plan was made (1)")[2].partition("###")[0]
    for line in ("approved  4h", "live now  1m", "desired   5h"):
        assert line in section


def test_problems_are_reported_in_every_form(pdsync: Pdsync, manifests: Path, online: SandboxServer) -> None:
    manifests.write_text(MANIFESTS.replace("escalation_policy: shop,", "escalation_policy: {name: Gone},"))
    for command in (["plan"], ["apply", "--yes"]):
        run = pdsync(*command, "-o", "markdown", "--report", "report.md")
        assert run.code == 1
        assert "**There is no plan**" in run.out
        assert "manifests/shop.yaml:17: " in run.out
        assert Path("report.md").read_text() == run.out
    run = pdsync("plan", "-o", "github")
    assert run.code == 1
    assert run.out.startswith("::error file=manifests/shop.yaml,line=")
    manifests.write_text("a: [")
    run = pdsync("plan", "-o", "markdown")
    assert (run.code, run.err) == (1, "")
    assert "**There is no plan**" in run.out


@pytest.mark.parametrize("report", ["manifests", "manifests/shop.yaml", "nowhere/plan.md", "link.md"])
def test_nothing_but_a_report_is_overwritten(
    pdsync: Pdsync, manifests: Path, online: SandboxServer, report: str
) -> None:
    Path("link.md").symlink_to("manifests/shop.yaml")
    for command in (["plan"], ["apply", "--yes"]):
        run = pdsync(*command, "--report", report)
        assert run.code == 64
        assert run.err.startswith(f"error: --report {report}: ")
    assert manifests.read_text() == MANIFESTS
    assert writes(online) == []


def test_the_report_of_an_apply_shows_what_was_asked_for(
    pdsync: Pdsync, manifests: Path, online: SandboxServer
) -> None:
    team = "apiVersion: pdsync/v1\nkind: Team\nmetadata: {name: %s}\nspec: {name: %s, default_role: manager}\n"
    shown = {}
    for name, options in (("brief", []), ("full", ["--full"])):
        manifests.write_text(team % (name, name))
        assert pdsync("apply", "--yes", "--report", "run.md", *options).code == 0
        shown[name] = "default_role: manager" in Path("run.md").read_text()
    assert shown == {"brief": False, "full": True}

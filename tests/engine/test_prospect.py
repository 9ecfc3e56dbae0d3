"""What a plan means for the people who are paged."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pdsync.client import RestApiV2Client
from pdsync.engine import Workspace, compute_prospect, load_desired, make_plan
from pdsync.oncall.rulebook import Rulebook, Setting
from pdsync.sandbox import SandboxServer
from tests.engine.conftest import MANIFESTS
from tests.support.recorded import asked, forget

RULES = Rulebook({"min_two_levels": Setting("error", {}, ())})


def test_a_first_apply_puts_someone_on_call(
    client: RestApiV2Client, sandbox: SandboxServer, workspace: Workspace
) -> None:
    planned = make_plan(client, load_desired(workspace))
    forget(sandbox)
    prospect = compute_prospect(planned)
    assert prospect is not None
    joins = [(prospect.after.name_of(turn.user), turn.level) for turn in prospect.impact.joins]
    assert joins == [("Ana Lima", 1)]
    assert not prospect.impact.refusal
    assert not asked(sandbox)


def test_a_plan_that_touches_no_one_on_call_has_none(
    client: RestApiV2Client, applied: Workspace, manifest: Path
) -> None:
    assert compute_prospect(make_plan(client, load_desired(applied))) is None
    manifest.write_text(MANIFESTS + "---\napiVersion: pdsync/v1\nkind: Team\nmetadata: {name: red}\nspec: {}\n")
    planned = make_plan(client, load_desired(applied))
    assert [change.address for change in planned.plan.changes] == ["team/red"]
    assert compute_prospect(planned) is None


def test_rules_of_the_workspace_judge_what_the_plan_breaks(client: RestApiV2Client, workspace: Workspace) -> None:
    prospect = compute_prospect(make_plan(client, load_desired(replace(workspace, rules=RULES))))
    assert prospect is not None
    assert prospect.impact.refusal == "the plan breaks a rule of pdsync.yaml: min_two_levels"


def test_a_saved_plan_that_cannot_be_applied_has_none(client: RestApiV2Client, workspace: Workspace) -> None:
    planned = make_plan(client, load_desired(workspace))
    assert compute_prospect(replace(planned, current=None)) is None

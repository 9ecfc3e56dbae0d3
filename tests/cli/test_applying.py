"""A plan is carried out where the user agreed, and says how it ended."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from pdsync.cli.applying import Manner, run_plan
from pdsync.cli.error import ExitCode, UsageError
from pdsync.cli.files.journal_file import read_journal
from pdsync.cli.invocation import Invocation
from pdsync.client import RestApiV2Client
from pdsync.engine import ApplyRequest
from pdsync.plan import Plan, PlanProblem, Staleness, Verdict
from pdsync.sandbox import SandboxServer
from tests.support.recorded import forget, writes
from tests.support.world import plan_for, user


@pytest.fixture
def plan(client: RestApiV2Client, sandbox: SandboxServer) -> Plan:
    made = plan_for(client, [user("ana")])
    forget(sandbox)
    return made


def test_outcomes_are_shown_and_kept_in_the_journal(
    client: RestApiV2Client, plan: Plan, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    journal = tmp_path / "journal"
    code, result = run_plan(Invocation(folder=tmp_path), client, ApplyRequest(plan), Manner(yes=True, journal=journal))
    assert code == ExitCode.OK
    assert result is not None
    assert "created" in capsys.readouterr().out
    assert [event["event"] for event in read_journal(journal)][-1] == "end"


def test_without_a_terminal_and_without_yes_nothing_is_written(
    client: RestApiV2Client, sandbox: SandboxServer, plan: Plan, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match="cannot ask whether to apply this change"):
        run_plan(Invocation(folder=tmp_path), client, ApplyRequest(plan))
    assert not writes(sandbox)


def test_each_reason_not_to_apply_has_its_exit_code(
    client: RestApiV2Client, sandbox: SandboxServer, plan: Plan, tmp_path: Path
) -> None:
    (change,) = plan.changes
    blocked = replace(plan, changes=(replace(change, blockers=("no",)),))
    reasons = [
        (ApplyRequest(replace(plan, problems=(PlanProblem("user/ana", "", "twice"),))), ExitCode.ERROR),
        (ApplyRequest(blocked), ExitCode.REFUSED),
        (ApplyRequest(replace(plan, refusals=("too many",))), ExitCode.REFUSED),
        (ApplyRequest(plan, (Staleness(change, Verdict.CONFLICT),)), ExitCode.STALE),
    ]
    for request, code in reasons:
        assert run_plan(Invocation(folder=tmp_path), client, request, Manner(yes=True)) == (code, None)
    assert not writes(sandbox)


def test_json_leaves_stdout_to_the_command(
    client: RestApiV2Client, plan: Plan, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (
        run_plan(Invocation(folder=tmp_path), client, ApplyRequest(plan), Manner(yes=True, as_text=False))[0]
        == ExitCode.OK
    )
    assert capsys.readouterr().out == ""

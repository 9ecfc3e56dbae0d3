"""What forbids an apply forbids it before the first write, and the caller hears what is written."""

from __future__ import annotations

from threading import Event

import pytest
from msgspec.structs import replace

from pdsync.client import RestApiV2Client
from pdsync.engine import (
    ApplyRequest,
    BlockedError,
    ConflictError,
    PlanError,
    RefusedError,
    Watch,
    carry_out_plan,
    check_apply,
)
from pdsync.model import Ref
from pdsync.oncall.finding import Finding, Severity
from pdsync.oncall.impact import Impact
from pdsync.plan import Outcome, Plan, PlanProblem, Staleness, Status, Verdict
from pdsync.sandbox import SandboxServer
from tests.support.recorded import forget, writes
from tests.support.world import plan_for, user


@pytest.fixture
def plan(client: RestApiV2Client, sandbox: SandboxServer) -> Plan:
    """A plan that creates two people."""
    made = plan_for(client, [user("ana"), user("bo")])
    forget(sandbox)
    return made


def broken(severity: Severity) -> Impact:
    policy = Ref("escalation_policy", "id", "P1")
    finding = Finding("min_two_levels", severity, policy, "Shop", "has only one level")
    return Impact(0, 1, True, breaches=(finding,))


def forbidden(plan: Plan) -> list[tuple[ApplyRequest, type[Exception], str]]:
    first, *rest = plan.changes
    conflict = tuple(Staleness(change, Verdict.CONFLICT) for change in plan.changes)
    return [
        (ApplyRequest(replace(plan, problems=(PlanProblem("user/ana", "", "twice"),))), PlanError, "problems"),
        (ApplyRequest(replace(plan, changes=(replace(first, blockers=("no",)), *rest))), BlockedError, "as planned"),
        (ApplyRequest(replace(plan, refusals=("too many",))), RefusedError, "limits on deletes are exceeded$"),
        (
            ApplyRequest(replace(plan, refusals=("too many",)), approve_deletes=plan.digest),
            RefusedError,
            "another plan was approved",
        ),
        (ApplyRequest(plan, conflict), ConflictError, "changed since"),
        (ApplyRequest(plan, impact=broken("error")), RefusedError, "breaks a rule of pdsync.yaml: min_two_levels"),
    ]


def test_nothing_is_written_where_something_forbids_it(
    client: RestApiV2Client, sandbox: SandboxServer, plan: Plan
) -> None:
    for request, kind, says in forbidden(plan):
        with pytest.raises(kind, match=says):
            carry_out_plan(client, request)
    assert not writes(sandbox)


def test_deletes_that_were_approved_may_exceed_their_limits(plan: Plan) -> None:
    refused = replace(plan, refusals=("too many",))
    assert check_apply(ApplyRequest(refused, approve_deletes=refused.digest)) is None


def test_a_rule_that_warns_forbids_nothing(plan: Plan) -> None:
    assert check_apply(ApplyRequest(plan, impact=broken("warning"))) is None


def test_what_is_done_already_is_not_written_again(client: RestApiV2Client, sandbox: SandboxServer, plan: Plan) -> None:
    done = tuple(Staleness(change, Verdict.ALREADY) for change in plan.changes)
    result = carry_out_plan(client, ApplyRequest(plan, done))
    assert [outcome.status for outcome in result.outcomes] == [Status.ALREADY, Status.ALREADY]
    assert not writes(sandbox)


def test_the_caller_hears_each_outcome_and_each_write(client: RestApiV2Client, plan: Plan) -> None:
    outcomes: list[Outcome] = []
    events: list[str] = []
    watch = Watch(outcomes.append, lambda event: events.append(str(event["event"])))
    assert carry_out_plan(client, ApplyRequest(plan, workers=1), watch).exit_code == 0
    assert [(outcome.address, outcome.status) for outcome in outcomes] == [
        ("user/ana", Status.APPLIED),
        ("user/bo", Status.APPLIED),
    ]
    assert events[0] == "start"
    assert events[-1] == "end"


def test_a_run_that_is_stopped_skips_the_rest(client: RestApiV2Client, sandbox: SandboxServer, plan: Plan) -> None:
    stop = Event()
    stop.set()
    result = carry_out_plan(client, ApplyRequest(plan), Watch(stop=stop))
    assert {outcome.status for outcome in result.outcomes} == {Status.SKIPPED}
    assert result.interrupted
    assert not writes(sandbox)

"""A blocker that is alone stops its change and what waits for it. The rest is applied."""

from __future__ import annotations

import pytest

from pdsync.apply import apply_plan
from pdsync.apply.executor import PlanRefusedError
from pdsync.client import RestApiV2Client
from pdsync.model.address import interim_of
from pdsync.plan import Change, Operation, Plan, Status
from pdsync.plan.skipped import find_skipped, note_skipped
from pdsync.report.plan.plan_text import render_plan_summary
from pdsync.sandbox import SandboxServer
from tests.support.recorded import forget, writes
from tests.support.world import converge, plan_for, policy, team, user


def change(address: str, *waits_for: str, blocked: bool = False, alone: bool = True) -> Change:
    return Change(
        address,
        "team",
        Operation.INTERIM if address == interim_of("team/a") else Operation.UPDATE,
        address,
        waits_for=waits_for,
        blockers=("it may not",) if blocked else (),
        alone=blocked and alone,
    )


CASES = {
    "nothing is blocked": ([change("team/a"), change("team/b", "team/a")], set()),
    "the blocked one only": ([change("team/a", blocked=True), change("team/b")], {"team/a"}),
    "what it waits for is done": ([change("team/a"), change("team/b", "team/a", blocked=True)], {"team/b"}),
    "all that wait, over steps": (
        [change("team/a", blocked=True), change("team/b", "team/a"), change("team/c", "team/b"), change("team/d")],
        {"team/a", "team/b", "team/c"},
    ),
    "an interim name of what is skipped": (
        [
            change("team/b", blocked=True),
            change(interim_of("team/a")),
            change("team/a", "team/b", interim_of("team/a")),
        ],
        {"team/a", "team/b", interim_of("team/a")},
    ),
    "a blocker of the whole plan skips nothing": ([change("team/a", blocked=True, alone=False)], set()),
}


@pytest.mark.parametrize(("changes", "skipped"), CASES.values(), ids=CASES)
def test_what_is_skipped(changes: list[Change], skipped: set[str]) -> None:
    assert find_skipped(changes) == skipped
    noted = {it.address for it in note_skipped(changes) if it.notes}
    assert noted == skipped - {it.address for it in changes if it.blockers}


def test_a_plan_is_refused_only_where_nothing_is_left_of_it() -> None:
    def made(*changes: Change) -> Plan:
        return Plan("test", "acme", "d" * 64, changes)

    blocked, free = change("team/a", blocked=True), change("team/b")
    assert [made(blocked, free).is_blocked, made(blocked, free).has_blockers] == [True, False]
    assert made(blocked).has_blockers
    assert made(blocked, change("team/b", "team/a")).has_blockers
    assert made(blocked, free, change("team/c", blocked=True, alone=False)).has_blockers


def test_a_role_that_may_not_be_changed_stops_this_person_alone(
    client: RestApiV2Client, sandbox: SandboxServer
) -> None:
    owner = next(person for person in client.iter_all("users") if person["role"] == "owner")
    spec = {"name": owner["name"], "email": owner["email"]}
    converge(client, [user("owner", **spec), user("ana")], adopt=True)
    wanted = [user("owner", **spec, role="admin"), user("ana", job_title="SRE"), team("red")]
    plan = plan_for(client, [*wanted, policy("first", {"user": "ana"})])
    assert plan.is_blocked
    result = apply_plan(plan, client)
    ended = {outcome.address: outcome.status for outcome in result.outcomes}
    assert ended.pop("user/owner") is Status.SKIPPED
    assert set(ended) == {"user/ana", "team/red", "escalation_policy/first"}
    assert set(ended.values()) == {Status.APPLIED}
    assert result.exit_code == 3
    forget(sandbox)
    left = plan_for(client, [*wanted, policy("first", {"user": "ana"})])
    assert [change.address for change in left.changes] == ["user/owner"]
    with pytest.raises(PlanRefusedError):
        apply_plan(left, client)
    assert not writes(sandbox)


SUMMARIES = [
    ([change("team/a", blocked=True)], "so nothing would be applied."),
    ([change("team/a", blocked=True, alone=False), change("team/b")], "so nothing would be applied."),
    ([change("team/a", blocked=True), change("team/b")], "and would be skipped; the rest would be applied."),
    (
        [change("team/a", blocked=True), change("team/b", "team/a"), change("team/c")],
        "and would be skipped with 1 change that waits for it; the rest would be applied.",
    ),
]


@pytest.mark.parametrize(("changes", "says"), SUMMARIES)
def test_the_summary_says_how_far_a_blocker_reaches(changes: list[Change], says: str) -> None:
    summary = render_plan_summary(Plan("test", "acme", "d" * 64, tuple(changes)))
    assert summary.splitlines()[1] == f"Blocked: 1 change cannot be applied as planned (see '!'), {says}"

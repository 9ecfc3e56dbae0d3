"""What else must be read before a plan can be judged is what the checks ask for."""

from __future__ import annotations

from pdsync.plan import PlanOptions, Prerequisites, build_plan, compute_prerequisites
from tests.plan.test_order import account, live_team
from tests.support.world import team, user

OWNED = PlanOptions("test", prune="owned", max_deletes=9, max_delete_percent=100)


def test_each_check_asks_for_what_it_needs() -> None:
    live = account(teams=[live_team("PT1", "red", "red")])
    assert compute_prerequisites(build_plan([], live, OWNED), live) == Prerequisites(incidents=True)
    assert compute_prerequisites(build_plan([user("ana")], account(), OWNED), account()) == Prerequisites(licenses=True)
    assert compute_prerequisites(build_plan([team("red")], account(), OWNED), account()) == Prerequisites(
        abilities=True
    )
    assert not compute_prerequisites(build_plan([], account(), OWNED), account())


def test_a_plan_with_problems_is_not_judged() -> None:
    made = build_plan([team("red")], account(), PlanOptions("test", targets=frozenset({"team/red", "team/blue"})))
    assert [change.address for change in made.changes] == ["team/red"]
    assert made.problems
    assert compute_prerequisites(made, account()) == Prerequisites()

"""How each change of a saved plan compares with the account of today."""

from __future__ import annotations

from msgspec.structs import replace

from pdsync.plan import Plan, Verdict
from pdsync.plan.saved.renewal import find_unasked
from pdsync.plan.saved.staleness import compute_staleness
from pdsync.plan.saved.three_way import OWNERSHIP, ThreeWay
from tests.plan.test_order import account, live_team, plan
from tests.support.world import team

SWAPPED = [team("red", name="Two"), team("blue", name="One")]


def verdicts(saved: Plan, *teams: dict[str, object]) -> dict[str, str]:
    return {it.change.address: it.verdict.value for it in compute_staleness(saved, account(teams=list(teams)))}


def test_a_swap_that_is_over_has_no_use_for_its_interim_name() -> None:
    before = [live_team("PT1", "red", "One"), live_team("PT2", "blue", "Two")]
    saved = plan(account(teams=before), *SWAPPED)
    assert set(verdicts(saved, *before).values()) == {"valid"}
    after = [live_team("PT1", "red", "Two"), live_team("PT2", "blue", "One")]
    assert set(verdicts(saved, *after).values()) == {"already"}
    half = [live_team("PT1", "red", "Between"), live_team("PT2", "blue", "Two")]
    assert verdicts(saved, *half)["team/red#interim"] == "conflict"


def test_a_conflict_says_what_was_approved_what_is_and_what_the_plan_wants() -> None:
    saved = plan(account(teams=[live_team("PT1", "red", "One")]), team("red", name="Two"))
    edited = {**live_team("PT1", "red", "Three"), "description": "Typed by hand"}
    (it,) = compute_staleness(saved, account(teams=[edited]))
    assert (it.verdict, it.message) == (Verdict.CONFLICT, "PT1 was changed since it was planned")
    named = {difference.path: difference for difference in it.differences}
    assert named["name"] == ThreeWay("name", "One", "Three", "Two")
    assert named[OWNERSHIP].live is None
    body = it.to_json()
    assert (body["address"], body["state"]) == ("team/red", "conflict")
    assert {"path": "name", "approved": "One", "live": "Three", "desired": "Two"} in body["differences"]


def test_what_a_plan_made_now_does_not_say_is_unasked() -> None:
    live = account(teams=[live_team("PT1", "red", "One")])
    saved = plan(live, team("red", name="Two"))
    staleness = compute_staleness(saved, live)
    assert find_unasked(saved, saved, staleness) == ()
    assert find_unasked(saved, plan(live, team("red", name="Three")), staleness) == ("team/red",)
    # What a change was before may be told in other words.
    told_otherwise = replace(saved, changes=tuple(replace(it, notes=("other",), before={}) for it in saved.changes))
    assert find_unasked(saved, told_otherwise, staleness) == ()

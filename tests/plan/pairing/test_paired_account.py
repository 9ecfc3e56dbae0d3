"""What the objects of an account are like while a plan is applied."""

from __future__ import annotations

from pdsync.model import Ref
from pdsync.plan.option import PlanOptions
from pdsync.plan.pairing.match import match
from pdsync.plan.pairing.paired_account import build_paired_account
from tests.plan.checks.test_rotation import DAYS
from tests.plan.test_order import ANA, account
from tests.support.world import layer, schedule, user

LIVE = account(users=[ANA, {**ANA, "id": "PU2", "name": "bo", "email": "bo@example.com"}], schedules=[DAYS])
RESOURCES = [schedule("days", layer("new", "bo")), user("ana"), user("bo")]
PAIRED = build_paired_account(RESOURCES, LIVE, match(RESOURCES, LIVE, "test"), PlanOptions("test"))[0]
REF = Ref("schedule", "key", "days")


def test_a_layer_that_is_taken_out_lingers_below_the_new_one() -> None:
    fields = dict(PAIRED.lingering(frozenset(), LIVE.fetched_at))[REF]
    assert [it["name"] for it in fields["schedule_layers"]] == ["new", "old"]
    assert [it["name"] for it in dict(PAIRED.after())[REF]["schedule_layers"]] == ["new"]


def test_at_some_moment_an_object_may_name_the_people_of_both_times() -> None:
    fields = dict(PAIRED.during())[REF]
    assert [str(it["users"][0]) for it in fields["schedule_layers"]] == ["user/ana", "user/bo"]

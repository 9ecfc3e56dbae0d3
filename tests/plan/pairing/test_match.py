"""A name that is encoded in another way is the same name: nothing is made a second time."""

from __future__ import annotations

from unicodedata import normalize

from pdsync.kinds import BY_SLUG
from pdsync.model import Account, LiveObject
from pdsync.plan import Operation, PlanOptions, build_plan
from tests.support.world import policy, resource, team

COMPOSED = "Équipe Zürich"
DECOMPOSED = normalize("NFD", COMPOSED)


def live(slug: str, identity: str, **raw: object) -> LiveObject:
    return BY_SLUG[slug].read_live({"id": identity, "type": slug, "description": "", **raw})


def account(*objects: LiveObject) -> Account:
    held = {kind: tuple(one for one in objects if one.kind == kind) for kind in BY_SLUG}
    return Account(held, frozenset(held), "2026-01-05T12:00:00Z")


def test_a_decomposed_name_is_no_second_object() -> None:
    held = account(live("team", "PTEAM1", name=COMPOSED))
    (change,) = build_plan([team("zurich", name=DECOMPOSED)], held, PlanOptions("main", adopt=True)).changes
    assert (change.operation, change.id) == (Operation.ADOPT, "PTEAM1")


def test_a_decomposed_name_is_blocked_like_a_composed_one() -> None:
    plans = [
        build_plan([team("zurich", name=name)], account(live("team", "PTEAM1", name=COMPOSED)), PlanOptions("main"))
        for name in (COMPOSED, DECOMPOSED)
    ]
    blockers = [[change.blockers for change in plan.changes] for plan in plans]
    assert blockers[0] == blockers[1]
    assert all(blockers[0])


def test_a_reference_by_a_decomposed_name_leads_to_the_object() -> None:
    held = account(live("schedule", "PSCHED", name=COMPOSED, time_zone="UTC", schedule_layers=[]))
    plan = build_plan([policy("p", {"schedule": {"name": DECOMPOSED}})], held, PlanOptions("main"))
    assert not plan.problems
    (change,) = plan.changes
    assert "PSCHED" in str(change.values["escalation_rules"])


def test_the_name_of_what_another_manifest_makes_is_taken_in_any_encoding() -> None:
    held = account(live("team", "PTEAM1", name=COMPOSED), live("team", "PTEAM2", name="Other"))
    made = [
        resource("Team", "one", {"name": COMPOSED}, identity="PTEAM1", adopt=True),
        resource("Team", "two", {"name": DECOMPOSED}, identity="PTEAM2", adopt=True),
    ]
    changes = {change.address: change for change in build_plan(made, held, PlanOptions("main")).changes}
    assert any("is taken by" in blocker for blocker in changes["team/two"].blockers)

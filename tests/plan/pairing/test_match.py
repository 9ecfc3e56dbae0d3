"""What a manifest is paired by: names in any encoding, and identities of other fields or of several."""

from __future__ import annotations

from unicodedata import normalize

import pytest

from pdsync.kinds import BY_SLUG, KINDS
from pdsync.model import Account, Kind, LiveObject, Resource, Source
from pdsync.model.codec.plain import Text
from pdsync.model.codec.reference import Reference
from pdsync.model.field import Field
from pdsync.model.listing import Listing
from pdsync.model.ownership import ByNaming
from pdsync.model.ref import Ref
from pdsync.plan import Operation, PlanOptions, build_plan
from pdsync.plan.pairing.match import match
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


@pytest.mark.parametrize(("kind", "noun"), [("Team", "team"), ("BusinessService", "business service")])
def test_an_id_that_the_account_does_not_have_may_be_of_a_deleted_object(kind: str, noun: str) -> None:
    """Without its id the manifest makes a new object, so the hint says so."""
    plan = build_plan([resource(kind, "one", {"name": "One"}, identity="PGONE1")], account(), PlanOptions("main"))
    (problem,) = plan.problems
    assert problem.message == f"the account has no {noun} with the id PGONE1"
    assert problem.hint.endswith("remove the manifest, or only the id to create it again.")


WEBHOOK = Kind(
    name="Webhook",
    slug="webhook",
    source=Listing("webhooks"),
    description="A kind of these tests, which a team and a URL identify.",
    fields=(
        Field("team", Reference("team"), "The team.", "these tests", required=True),
        Field("url", Text(), "The URL.", "these tests", required=True),
    ),
    identity=("team", "url"),
    label="",
    ownership=ByNaming("webhooks carry no ownership line"),
)


def webhook(key: str, team_ref: Ref, url: str) -> Resource:
    return Resource("webhook", key, {"team": team_ref, "url": url}, Source(f"{key}.yaml", 1), label="")


def test_an_identity_of_several_fields_follows_their_references() -> None:
    one, two = {"id": "PTEAM1", "type": "team_reference"}, {"id": "PTEAM2", "type": "team_reference"}
    with KINDS.including(WEBHOOK):
        held = account(
            live("team", "PTEAM1", name="One"),
            live("team", "PTEAM2", name="Two"),
            live("webhook", "PHOOK1", team=one, url="https://a.example.com"),
            live("webhook", "PHOOK2", team=two, url="https://a.example.com"),
        )
        pairing = match(
            [
                webhook("by-key", Ref("team", "key", "one"), "https://a.example.com"),
                webhook("by-name", Ref("team", "name", "TWO"), "https://a.example.com"),
                webhook("new", Ref("team", "name", "TWO"), "https://b.example.com"),
                webhook("of-a-new-team", Ref("team", "key", "three"), "https://a.example.com"),
                team("one", name="One"),
                team("three", name="Three"),
            ],
            held,
            "main",
        )
    ids = {address: found.id for address, found in pairing.live.items()}
    assert ids == {"webhook/by-key": "PHOOK1", "webhook/by-name": "PHOOK2", "team/one": "PTEAM1"}
    assert pairing.unmarked == {"team/one"}
    assert not pairing.problems


def test_two_manifests_of_one_identity_are_a_problem() -> None:
    with KINDS.including(WEBHOOK):
        held = account(
            live("team", "PTEAM1", name="One"),
            live("webhook", "PHOOK1", team={"id": "PTEAM1", "type": "team_reference"}, url="https://a.example.com"),
        )
        hooks = [webhook(key, Ref("team", "id", "PTEAM1"), "https://a.example.com") for key in ("a", "b")]
        pairing = match(hooks, held, "main")
    assert set(pairing.live) == {"webhook/a"}
    (problem,) = pairing.problems
    assert problem.address == "webhook/b"
    assert problem.message == "webhook/a describes the same object PHOOK1"

"""Two workspaces of one file that manage the same object without an ownership line."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pdsync.kinds import BY_SLUG
from pdsync.manifest.claim import Claims, compare_claims
from pdsync.model import Ref, Resource, Source
from pdsync.model.ownership import ByNaming
from tests.support.setting import MANAGED
from tests.support.world import resource, team, user

ANA = user("ana")


def messages(
    own: Resource, other: Resource, ours: frozenset[str] = MANAGED, theirs: frozenset[str] = MANAGED
) -> list[str]:
    return [str(it) for it in compare_claims(Claims("a", ours, [own]), Claims("b", theirs, [other]))]


def elsewhere(given: Resource) -> Resource:
    return replace(given, source=Source("theirs.yaml", 7))


def test_both_places_are_named() -> None:
    (line,) = messages(ANA, elsewhere(user("boss", email="ANA@example.com")))
    assert line.startswith(
        "ana.yaml:1:1: user/ana: the workspace 'b' manages the same user: user/boss at theirs.yaml:7. Keep one of the two"
    )


@pytest.mark.parametrize(
    ("own", "other", "meet"),
    [
        (ANA, elsewhere(ANA), True),
        (ANA, ANA, False),
        (ANA, user("bo"), False),
        (ANA, replace(user("bo"), id="P1"), False),
        (replace(ANA, id="P1"), replace(user("bo"), id="P1"), True),
        (ANA, resource("User", "gone", {"email": "ana@example.com"}, absent=True), True),
        (team("red"), team("red", description="Duty"), False),
    ],
)
def test_what_is_the_same_object(own: Resource, other: Resource, meet: bool) -> None:
    assert bool(messages(own, other)) is meet
    assert bool(messages(other, own)) is meet


@pytest.mark.parametrize(("ours", "theirs"), [(MANAGED, frozenset[str]()), (frozenset[str](), MANAGED)])
def test_who_only_refers_claims_nothing(ours: frozenset[str], theirs: frozenset[str]) -> None:
    assert messages(ANA, user("boss", email="ana@example.com"), ours, theirs) == []


def test_an_identity_that_refers_is_compared_by_what_pagerduty_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys of two workspaces mean different objects."""
    naming = replace(BY_SLUG["team"], ownership=ByNaming("hooks carry no ownership line"), identity=("name", "parent"))
    monkeypatch.setattr("pdsync.manifest.claim.BY_SLUG", {**BY_SLUG, "team": naming})

    def hook(key: str, parent: Ref) -> Resource:
        return replace(team(key, name="Hook"), fields={"name": "Hook", "parent": parent})

    red = team("red", name="Red")
    own = Claims("a", frozenset(), [red, hook("one", Ref("team", "key", "red"))])
    for parent, meet in (("Red", True), ("Blue", False)):
        other = Claims("b", frozenset(), [hook("two", Ref("team", "name", parent))])
        assert bool([*compare_claims(own, other)]) is meet
    blue = team("red", name="Blue")
    other = Claims("b", frozenset(), [replace(blue, id="P9"), hook("two", Ref("team", "key", "red"))])
    assert [*compare_claims(own, other)] == []

"""A new object that may be an old one under a new key."""

from __future__ import annotations

import pytest

from pdsync.model import Resource
from pdsync.plan.checks.check import Blocker, ChangeNote, Edge
from pdsync.plan.checks.look_alike import LookAlikes
from tests.plan.checks.judge import judge
from tests.plan.test_order import account, live_team
from tests.support.world import resource, team

REDS = live_team("PT1", "red", "Reds")
LINE = "'lifecycle: {moved_from: red}'"


@pytest.mark.parametrize("prune", ["off", "report", "owned"])
@pytest.mark.parametrize(
    "wanted",
    [
        team("blue", name="Reds"),
        team("blue", name="REDS"),
        team("blue", name="Reds", default_role="none"),
        resource("Team", "blue", {"name": "Reds"}, adopt=True),
    ],
    ids=["the key", "another case", "the key and more", "with adopt"],
)
def test_it_is_refused_with_the_line_that_keeps_the_old_object(wanted: Resource, prune: str) -> None:
    found = judge(LookAlikes(), account(teams=[REDS]), wanted, prune=prune)
    (blocker,) = [it for it in found if isinstance(it, Blocker)]
    assert blocker.address == "team/blue"
    assert LINE in blocker.message
    assert not blocker.alone
    notes = [it.address for it in found if isinstance(it, ChangeNote)]
    assert notes == (["team/red"] if prune == "owned" else [])


def test_what_would_be_adopted_beside_it_is_refused_unless_its_id_is_named() -> None:
    live = account(teams=[REDS, {"id": "PT2", "name": "Reds", "description": ""}])
    (blocker,) = [it for it in judge(LookAlikes(), live, team("blue", name="Reds")) if isinstance(it, Blocker)]
    assert LINE in blocker.message
    pinned = resource("Team", "blue", {"name": "Reds"}, identity="PT2", adopt=True)
    assert not [it for it in judge(LookAlikes(), live, pinned) if isinstance(it, Blocker)]


def test_an_accent_in_another_form_is_the_same_name() -> None:
    live = account(teams=[live_team("PT1", "red", "\u00c9quipe")])
    assert any(isinstance(it, Blocker) for it in judge(LookAlikes(), live, team("blue", name="E\u0301quipe")))


def test_two_old_objects_of_the_name_are_both_named() -> None:
    live = account(teams=[REDS, live_team("PT2", "crimson", "Reds")])
    (blocker,) = [it for it in judge(LookAlikes(), live, team("blue", name="reds")) if isinstance(it, Blocker)]
    assert "(PT1)" in blocker.message
    assert "(PT2)" in blocker.message
    assert "'lifecycle: {moved_from: crimson}' or 'lifecycle: {moved_from: red}'" in blocker.message


def test_what_differs_in_its_name_alone_is_a_hint_and_the_old_one_goes_last() -> None:
    live = account(teams=[{**REDS, "default_role": "none"}])
    note, edge = judge(LookAlikes(), live, team("blue", default_role="none"))
    assert isinstance(note, ChangeNote)
    assert LINE in note.message
    assert edge == Edge("team/red", "team/blue")


def test_what_differs_is_another_object() -> None:
    live = account(teams=[REDS])
    assert judge(LookAlikes(), live, team("blue")) == []
    assert judge(LookAlikes(), live, team("blue", default_role="none")) == []
    foreign = {"id": "PT1", "name": "Reds", "description": "Managed by pdsync: other/team/red"}
    assert judge(LookAlikes(), account(teams=[foreign]), team("blue", name="Reds")) == []


def test_a_key_that_a_manifest_elsewhere_has_counts_as_there() -> None:
    found = judge(
        LookAlikes(), account(teams=[REDS]), team("blue", name="Reds"), elsewhere=(team("red", name="Crimson"),)
    )
    assert found == []


def test_a_tombstone_is_an_order_but_the_name_must_be_free() -> None:
    tombstone = resource("Team", "red", {"name": "Reds"}, absent=True)
    (blocker,) = judge(LookAlikes(), account(teams=[REDS]), team("blue", name="Reds"), tombstone)
    assert isinstance(blocker, Blocker)
    assert blocker.address == "team/blue"
    assert LINE in blocker.message
    assert "in a merge before this one" in blocker.message
    assert judge(LookAlikes(), account(teams=[REDS]), team("blue"), tombstone) == []

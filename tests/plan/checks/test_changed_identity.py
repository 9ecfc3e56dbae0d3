"""A new person who may be one that is there, under another address."""

from __future__ import annotations

from typing import Any

import pytest

from pdsync.model import Resource
from pdsync.plan.checks.changed_identity import ChangedIdentities
from pdsync.plan.checks.check import Blocker, Note
from tests.plan.checks.judge import judge
from tests.plan.test_order import ANA, account
from tests.support.world import resource, user

LIVE = {**ANA, "name": "Ana Lima", "email": "ana.old@example.com"}
NEW = user("ana", name="Ana Lima")


@pytest.mark.parametrize(
    ("live", "wanted", "blocked"),
    [
        ([LIVE], [NEW], True),
        ([LIVE], [user("ana", name="ANA LIMA")], True),
        ([{**LIVE, "name": "Ana  Lima "}], [NEW], True),
        ([{**LIVE, "name": "An\u00e1"}], [user("ana", name="Ana\u0301")], True),
        ([{**LIVE, "name": "ana"}], [resource("User", "ana", {"email": "ana@example.com"})], True),
        ([{**LIVE, "name": "Ana Souza"}], [NEW], False),
        ([LIVE], [resource("User", "ana", {"name": "Ana Lima", "email": "a@x.com"}, identity="PU1")], False),
        ([LIVE], [resource("User", "ana", {"name": "Ana Lima", "email": "a@x.com"}, distinct_from=("PU1",))], False),
        ([LIVE], [resource("User", "ana", {"name": "Ana Lima", "email": "a@x.com"}, distinct_from=("PU2",))], True),
        ([LIVE], [resource("User", "ana", {"name": "Ana Lima", "email": "a@x.com"}, absent=True)], False),
        ([LIVE], [NEW, user("other", name="Ana Lima", email="ana.old@example.com")], False),
        ([LIVE, {**LIVE, "id": "PU2", "email": "ana@example.com"}], [NEW], False),
    ],
    ids=[
        "the name", "another case", "white space", "another form", "named by its key", "another name", "its id",
        "said to be another", "another one is another", "a tombstone", "described by another manifest", "found by address",
    ],
)  # fmt: skip
def test_who_may_be_the_same(live: list[dict[str, str]], wanted: list[Resource], blocked: bool) -> None:
    found = [it for it in judge(ChangedIdentities(), account(users=live), *wanted) if isinstance(it, Blocker)]
    assert [(it.address, it.alone) for it in found] == ([("user/ana", True)] if blocked else [])
    for it in found:
        assert "'metadata.id: PU1' at ana.yaml:1" in it.message
        assert "'lifecycle: {distinct_from: [PU1]}'" in it.message


def test_two_manifests_of_one_name_are_both_blocked_until_one_has_the_person() -> None:
    other = user("other", name="Ana Lima", email="ana.three@example.com")
    found = judge(ChangedIdentities(), account(users=[LIVE]), NEW, other)
    assert sorted(it.address for it in found if isinstance(it, Blocker)) == ["user/ana", "user/other"]
    pinned = resource("User", "other", {"name": "Ana Lima", "email": "a3@example.com"}, identity="PU1")
    assert judge(ChangedIdentities(), account(users=[LIVE]), NEW, pinned) == []


def test_a_manifest_that_was_not_selected_describes_its_person() -> None:
    elsewhere = (user("other", name="Ana Lima", email="ana.old@example.com"),)
    assert judge(ChangedIdentities(), account(users=[LIVE]), NEW, elsewhere=elsewhere) == []
    pinned = (resource("User", "other", {"email": "b@example.com"}, identity="PU1"),)
    assert judge(ChangedIdentities(), account(users=[LIVE]), NEW, elsewhere=pinned) == []


def test_an_id_that_says_nothing_is_noted() -> None:
    wanted = resource("User", "ana", {"email": "ana@example.com"}, distinct_from=("PGONE12", "PU1"))
    found = [it for it in judge(ChangedIdentities(), account(users=[LIVE]), wanted) if isinstance(it, Note)]
    assert ["PGONE12" in it.message for it in found] == [True]


ZED = {**LIVE, "id": "PU2", "name": "Zed", "email": "zed@example.com"}


@pytest.mark.parametrize(
    ("others", "wanted", "blocked"),
    [
        ([], {}, True),
        ([], {"identity": "PU2"}, False),
        ([], {"distinct_from": ("PU1",)}, False),
        ([user("old", name="Ana Lima", email="ana.old@example.com")], {}, False),
    ],
    ids=["the address of another person", "meant by its id", "said to be another", "both have a manifest"],
)
def test_a_person_does_not_become_another_one_by_an_address(
    others: list[Resource], wanted: dict[str, Any], blocked: bool
) -> None:
    ana = resource("User", "ana", {"name": "Ana Lima", "email": "zed@example.com"}, **wanted)
    found = [
        it for it in judge(ChangedIdentities(), account(users=[LIVE, ZED]), ana, *others) if isinstance(it, Blocker)
    ]
    assert [(it.address, it.alone) for it in found] == ([("user/ana", False)] if blocked else [])
    assert all("'Zed' (PU2, zed@example.com)" in it.message and "'metadata.id: PU1'" in it.message for it in found)


def test_a_person_who_only_gets_another_name_is_not_in_doubt() -> None:
    wanted = user("zed", name="Zed Lima", email="zed@example.com")
    assert judge(ChangedIdentities(), account(users=[LIVE, ZED]), wanted) == []


def test_a_person_whose_name_is_ignored_is_not_said_to_be_renamed() -> None:
    spec = {"name": "Ana Lima", "email": "zed@example.com", "role": "admin"}
    wanted = resource("User", "ana", spec, ignore=frozenset({"name"}))
    (found,) = judge(ChangedIdentities(), account(users=[LIVE, ZED]), wanted)
    assert isinstance(found, Blocker)
    assert "it would change 'Zed' (PU2, zed@example.com), who has another name" in found.message
    assert "rename" not in found.message

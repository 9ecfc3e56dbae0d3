"""Which objects need a child list that costs a request."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pdsync.account import Extent
from pdsync.account.extent import Wanted
from pdsync.kinds import BY_SLUG
from pdsync.model import ChildList
from tests.support.world import team, user

TEAM = BY_SLUG["team"]


def members() -> ChildList:
    found = TEAM.child("members")
    assert found is not None
    return found


def raw(identity: str, name: str, line: str = "") -> dict[str, Any]:
    return {"id": identity, "name": name, "description": f"A team.\n\nManaged by pdsync: {line}" if line else None}


@pytest.mark.parametrize(
    ("held", "needed"),
    [
        (raw("P1", "Anything", "acme/team/red"), True),
        (raw("P1", "RED"), True),
        (raw("P9", "Anything"), True),
        (raw("P1", "Blue"), False),
        (raw("P1", "Blue", "acme/team/blue"), False),
    ],
    ids=["marker", "name in any case", "id", "another", "a manifest that does not name the list"],
)
def test_an_object_needs_it_that_a_manifest_may_mean(held: dict[str, Any], needed: bool) -> None:
    named = [
        user("ana"),
        team("red", members=[{"user": "ana"}]),
        team("green", members=[{"user": "ana"}]),
        team("blue"),
    ]
    named[2] = replace(named[2], id="P9")
    assert (held in Wanted(TEAM, members(), Extent(named))) is needed


def test_what_will_be_deleted_needs_it_and_so_does_what_is_chosen() -> None:
    doomed = Extent(needs_children=lambda slug, identity, marker: (slug, identity) == ("team", "P1"))
    assert raw("P1", "Old") in Wanted(TEAM, members(), doomed)
    assert raw("P2", "Old") not in Wanted(TEAM, members(), doomed)
    assert raw("P2", "Old") in Wanted(TEAM, members(), Extent(also=lambda held: held["name"] == "Old"))


def test_only_lists_that_no_include_delivers_are_asked_about() -> None:
    assert [child.name for child in Wanted.of(TEAM, Extent())] == ["members", "tags"]
    own = ["oncall_handoff_notification_rules", "status_update_notification_rules", "tags"]
    assert [child.name for child in Wanted.of(BY_SLUG["user"], Extent())] == own
    assert not Wanted.of(BY_SLUG["schedule"], Extent())

"""The change that a manifest asks for."""

from __future__ import annotations

from typing import Any

from pdsync.model import Marker
from pdsync.plan import Change, Operation, PlanOptions
from pdsync.plan.diff.draft import draft_change, missing_room
from pdsync.plan.pairing.match import match
from pdsync.plan.pairing.pair import Pair
from pdsync.plan.pairing.paired_account import build_paired_account
from tests.plan.test_order import account, marked
from tests.support.world import service, team


def pair_of(live: Any, resource: Any) -> Pair:
    pairing = match([resource], live, "test")
    return build_paired_account([resource], live, pairing, PlanOptions("test"))[0].pairs[resource.address]


def drafted(live: Any, resource: Any, *, unmarked: bool = False) -> Change | None:
    return draft_change(pair_of(live, resource), PlanOptions("test"), unmarked=unmarked, implied=())


def test_a_new_object_gets_what_a_create_takes_and_the_rest_after_it() -> None:
    change = drafted(account(), service("shop", {"id": "PE1"}, status="disabled"))
    assert change is not None
    assert change.operation is Operation.CREATE
    assert "status" not in change.values
    assert change.values["description"] is None, "the ownership line goes there"
    assert change.followup["status"] == "disabled"
    assert set(change.followup) > {"status"}, "a second request must carry what every PUT must hold"


def test_what_is_as_it_should_be_is_no_change_but_for_its_line() -> None:
    red = {"id": "PT1", "name": "red", "description": marked("team", "red")}
    first = drafted(account(teams=[red]), team("red"))
    assert first is not None
    (note,) = first.notes
    assert note.startswith("no change in PagerDuty; the record in its ownership line cannot be read")
    assert drafted(account(teams=[{**red, "description": first.marker}]), team("red")) is None


def test_a_change_of_an_object_sends_its_line_too() -> None:
    red = {"id": "PT1", "name": "old", "description": marked("team", "red", "by hand")}
    change = drafted(account(teams=[red]), team("red"))
    assert change is not None
    assert change.values == {"name": "red", "description": "by hand"}
    assert [delta.path for delta in change.deltas] == ["name"]


def test_the_record_goes_where_there_is_no_room_for_it() -> None:
    line = Marker("test", "team", "red", applied="x" * 20)
    room = 1024 - len("\n") - len(str(line))
    live = account(teams=[{"id": "PT1", "name": "red", "description": "a" * room}])
    assert missing_room(pair_of(live, team("red")), line) == 0
    live = account(teams=[{"id": "PT1", "name": "red", "description": "a" * (room + 19)}])
    assert missing_room(pair_of(live, team("red")), line) == 19
    change = drafted(live, team("red"), unmarked=True)
    assert change is not None
    assert change.marker == "Managed by pdsync: test/team/red"

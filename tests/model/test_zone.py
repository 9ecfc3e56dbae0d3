"""Two names of one zone are equal, and each stays as it was written."""

from __future__ import annotations

import json
from zoneinfo import ZoneInfo

import pytest

from pdsync.kinds import BY_SLUG
from pdsync.model.zone import _SAME, ZoneName, zone_names
from pdsync.plan import PlanOptions, build_plan
from tests.plan.test_order import account
from tests.support.setting import MANAGED
from tests.support.world import user


@pytest.mark.parametrize(("old", "new"), sorted(_SAME.items()))
def test_an_old_spelling_is_the_zone_that_has_it_now(old: str, new: str) -> None:
    assert ZoneName(old) == ZoneName(new)
    assert ZoneName(old) == new
    assert new == ZoneName(old)
    assert not ZoneName(old).__ne__(new)
    assert hash(ZoneName(old)) == hash(ZoneName(new))
    assert {old, new} <= zone_names()
    assert json.dumps(ZoneName(old)) == json.dumps(old)
    assert ZoneInfo(old).utcoffset(None) == ZoneInfo(new).utcoffset(None)


def test_zones_that_only_agree_today_differ() -> None:
    assert ZoneName("Europe/Oslo") != ZoneName("Europe/Berlin")
    assert ZoneName("Etc/UTC") != ZoneName("Etc/GMT")
    assert ZoneName("UTC") != None  # noqa: E711


@pytest.mark.parametrize(
    ("written", "live"), [("UTC", "Etc/UTC"), ("Etc/UTC", "UTC"), ("Asia/Kolkata", "Asia/Calcutta")]
)
def test_another_name_of_the_zone_is_no_change(written: str, live: str) -> None:
    held = {"id": "PU1", "name": "ana", "email": "ana@example.com", "time_zone": live}
    wanted = [user("ana", time_zone=written)]
    options = PlanOptions(workspace="test", managed_kinds=MANAGED)
    assert not build_plan(wanted, account(users=[held]), options).changes
    (change,) = build_plan(wanted, account(users=[{**held, "time_zone": "Europe/Oslo"}]), options).changes
    assert [(str.__str__(it.before), str.__str__(it.after)) for it in change.deltas] == [("Europe/Oslo", written)]
    body = BY_SLUG["user"].to_body(change.values, lambda ref: ref, None, None)  # type: ignore[arg-type]
    assert type(body["time_zone"]) is str
    assert str.__eq__(body["time_zone"], written)

"""What a hand-off aware plan says, when it is stale, and what it leaves to others."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from pdsync.account import Extent, fetch_account
from pdsync.client import RestApiV2Client
from pdsync.model import Resource
from pdsync.model.instant import render_instant
from pdsync.plan import Operation, Plan, build_plan
from pdsync.plan.drift import compute_drift
from pdsync.plan.saved.renewal import find_unasked
from pdsync.plan.saved.staleness import compute_staleness
from pdsync.sandbox import SandboxServer
from tests.end_to_end.test_hand_off import apply, plan
from tests.support.world import TOKEN, options, resource, user

HOUR = timedelta(hours=1)
PEOPLE = [user(name) for name in ("ana", "bo", "cy")]


@pytest.fixture
def client() -> Iterator[RestApiV2Client]:
    with SandboxServer() as server, RestApiV2Client(TOKEN, base_url=server.url) as client:
        yield client


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC).replace(second=0, microsecond=0)


def weekly(users: str, now: datetime, **more: Any) -> dict[str, Any]:
    """A layer whose first turn began an hour ago."""
    first = render_instant(now - HOUR)
    return {"name": "Week", "users": users.split(), "rotation_virtual_start": first, "rotation_turn_length_seconds": "1w", **more}  # fmt: skip


def days(*layers: dict[str, Any], aware: bool = True, **more: Any) -> Resource:
    spec = {"time_zone": "Europe/Berlin", "schedule_layers": list(layers), **more}
    return resource("Schedule", "days", spec, hand_off_aware=aware)


def layers_of(made: Plan) -> list[tuple[str, list[str], str | None, str | None]]:
    (change,) = made.changes
    return [
        (each["name"], [ref.value for ref in each["users"]], each.get("start"), each.get("end"))
        for each in change.values["schedule_layers"]
    ]


def test_the_present_layer_runs_on_and_its_successor_begins_at_the_hand_off(
    client: RestApiV2Client, now: datetime
) -> None:
    apply(client, [*PEOPLE, days(weekly("ana bo", now))])
    held = client.find("schedules", "days")
    assert held is not None
    (old,) = client.rget(f"schedules/{held['id']}")["schedule_layers"]
    made = plan(client, [*PEOPLE, days(weekly("cy ana bo", now))])
    hand_off = render_instant(now - HOUR + timedelta(days=7))
    assert layers_of(made) == [
        ("Week (until hand-off)", ["ana", "bo"], None, hand_off),
        ("Week", ["cy", "ana", "bo"], hand_off, None),
    ]
    assert made.changes[0].notes[0].startswith("hand-off aware: the person on call stays until the next hand-off, ")
    assert made.changes[0].notes[0].endswith("in Europe/Berlin")
    assert made.changes[0].notes[1:] == (
        "until then the current layers continue as 'Week (until hand-off)'",
        "from then on 'Week' applies as written in the manifest",
    )
    apply(client, [*PEOPLE, days(weekly("cy ana bo", now))])
    new, kept = client.rget(f"schedules/{held['id']}")["schedule_layers"]
    assert (kept["id"], kept["name"]) == (old["id"], "Week (until hand-off)")
    assert new["id"] != old["id"]


def test_without_the_word_an_edit_is_written_in_place_as_ever(client: RestApiV2Client, now: datetime) -> None:
    apply(client, [*PEOPLE, days(weekly("ana bo", now), aware=False)])
    made = plan(client, [*PEOPLE, days(weekly("cy ana bo", now), aware=False)])
    assert layers_of(made) == [("Week", ["cy", "ana", "bo"], None, None)]
    assert made.changes[0].notes == (
        "this may change who is on call now: turns are counted from rotation_virtual_start",
    )


def test_an_edit_that_moves_no_one_now_is_written_in_place(client: RestApiV2Client, now: datetime) -> None:
    apply(client, [*PEOPLE, days(weekly("ana bo", now))])
    made = plan(client, [*PEOPLE, days(weekly("ana cy", now))])
    assert layers_of(made) == [("Week", ["ana", "cy"], None, None)]
    assert made.changes[0].notes == ("hand-off aware: the people on call stay until the next hand-off",)


def test_a_new_layer_on_top_waits_too_and_one_that_is_taken_out_runs_on(client: RestApiV2Client, now: datetime) -> None:
    apply(client, [*PEOPLE, days(weekly("ana bo", now))])
    hand_off = render_instant(now - HOUR + timedelta(days=7))
    top = weekly("cy", now, name="Top")
    assert layers_of(plan(client, [*PEOPLE, days(weekly("ana bo", now), top)])) == [
        ("Week", ["ana", "bo"], None, None),
        ("Top", ["cy"], hand_off, None),
    ]
    assert layers_of(plan(client, [*PEOPLE, days(top)])) == [
        ("Week (until hand-off)", ["ana", "bo"], None, hand_off),
        ("Top", ["cy"], hand_off, None),
    ]


def test_a_hand_off_that_is_very_near_is_let_pass(client: RestApiV2Client, now: datetime) -> None:
    first = render_instant(now + timedelta(minutes=4) - timedelta(days=7))
    apply(client, [*PEOPLE, days(weekly("ana bo", now, rotation_virtual_start=first))])
    made = plan(client, [*PEOPLE, days(weekly("cy", now))])
    assert layers_of(made)[0][3] == render_instant(now + timedelta(minutes=4) + timedelta(days=7))


def test_while_it_waits_nothing_is_drift_and_a_hand_edit_is(client: RestApiV2Client, now: datetime) -> None:
    wanted = [*PEOPLE, days(weekly("cy ana bo", now))]
    apply(client, [*PEOPLE, days(weekly("ana bo", now))])
    apply(client, wanted)
    assert not compute_drift(plan(client, wanted)).moved
    held = client.find("schedules", "days")
    assert held is not None
    body = client.rget(f"schedules/{held['id']}")
    for each in body["schedule_layers"]:
        each["users"] = each["users"][:1]
    body["schedule_layers"].reverse()
    client.rput(f"schedules/{held['id']}", json=body)
    drift = compute_drift(plan(client, wanted))
    assert [(each.path, each.origin.value) for moved in drift.moved for each in moved.fields] == [
        ("schedule_layers[Week].users", "theirs")
    ]


def test_a_second_edit_while_the_first_one_waits_keeps_its_hand_off(client: RestApiV2Client, now: datetime) -> None:
    apply(client, [*PEOPLE, days(weekly("ana bo", now))])
    apply(client, [*PEOPLE, days(weekly("cy ana bo", now))])
    wanted = [*PEOPLE, days(weekly("bo", now, rotation_turn_length_seconds="1d"))]
    hand_off = render_instant(now - HOUR + timedelta(days=7))
    assert layers_of(plan(client, wanted)) == [
        ("Week (until hand-off)", ["ana", "bo"], None, hand_off),
        ("Week", ["bo"], hand_off, None),
    ]
    # Taken back, it costs no one anything either.
    back = layers_of(plan(client, [*PEOPLE, days(weekly("ana bo", now))]))
    assert back[1] == ("Week", ["ana", "bo"], hand_off, None)


def test_a_saved_plan_is_good_until_the_hand_off_and_stale_after_it(client: RestApiV2Client, now: datetime) -> None:
    apply(client, [*PEOPLE, days(weekly("ana bo", now))])
    wanted = [*PEOPLE, days(weekly("cy", now))]
    saved = plan(client, wanted)

    def unasked(moment: datetime) -> tuple[str, ...]:
        account = fetch_account(client, Extent(wanted), now=moment)
        return find_unasked(saved, build_plan(wanted, account, options()), compute_staleness(saved, account))

    hand_off = now - HOUR + timedelta(days=7)
    assert unasked(now + timedelta(minutes=20)) == ()
    assert unasked(hand_off - timedelta(minutes=6)) == ()
    assert unasked(hand_off + timedelta(minutes=1)) == ("schedule/days",)


def test_a_change_of_zone_that_moves_people_now_is_refused(client: RestApiV2Client, now: datetime) -> None:
    # Two hours around now in Berlin are elsewhere in New York.
    start = f"{(now - HOUR).astimezone(ZoneInfo('Europe/Berlin')):%H:%M}"
    window = {"type": "daily_restriction", "start_time_of_day": start, "duration_seconds": "2h"}
    held = weekly("ana bo", now, restrictions=[window])
    apply(client, [*PEOPLE, days(held)])
    made = plan(client, [*PEOPLE, days({**held, "users": ["cy", "bo"]}, time_zone="America/New_York")])
    assert any("change time_zone in a separate edit" in blocker for blocker in made.changes[0].blockers)
    assert made.has_blockers


def test_who_leaves_the_company_is_deleted_after_the_hand_off(client: RestApiV2Client, now: datetime) -> None:
    apply(client, [*PEOPLE, days(weekly("ana bo", now))])
    gone = resource("User", "ana", {"email": "ana@example.com"}, absent=True, adopt=True)
    wanted = [gone, *PEOPLE[1:], days(weekly("bo cy", now))]
    made = plan(client, wanted)
    assert [change.address for change in made.changes] == ["schedule/days"]
    hand_off = (now - HOUR + timedelta(days=7)).astimezone(ZoneInfo("Europe/Berlin"))
    assert [(each.address, each.at) for each in made.pending] == [
        ("schedule/days", render_instant(hand_off)),
        ("user/ana", render_instant(hand_off)),
    ]
    assert made.pending[1].message == (
        "'ana' stays until the layers that name this person have ended, "
        f"at {hand_off:%Y-%m-%d %H:%M %Z}; the next plan after that deletes it"
    )
    apply(client, wanted)
    assert not plan(client, wanted).changes
    assert plan(client, wanted).pending == made.pending
    later = plan(client, wanted, now - HOUR + timedelta(days=7, minutes=1))
    assert [(change.address, change.operation) for change in later.changes] == [("user/ana", Operation.DELETE)]


def test_two_live_layers_of_one_name_are_refused_and_not_guessed_at(client: RestApiV2Client, now: datetime) -> None:
    apply(client, [*PEOPLE, days(weekly("ana bo", now))])
    held = client.find("schedules", "days")
    assert held is not None
    body = client.rget(f"schedules/{held['id']}")
    body["schedule_layers"].append({name: value for name, value in body["schedule_layers"][0].items() if name != "id"})
    client.rput(f"schedules/{held['id']}", json=body)
    made = plan(client, [*PEOPLE, days(weekly("cy", now))])
    assert any("2 layers are called 'Week'" in blocker for blocker in made.changes[0].blockers)

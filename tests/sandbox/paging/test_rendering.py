"""Who is on call when: PagerDuty's worked examples, the change of clocks, and an independent slow reading as a property."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from pdsync.sandbox.paging.on_call_schedule import users_on_call
from pdsync.sandbox.paging.rendering import render
from pdsync.sandbox.store.store import Store
from tests.sandbox.account import Account, layer, ref
from tests.sandbox.calling import MONDAY, put_paged_user, reference
from tests.sandbox.paging.rendered import daily, final, rendered, weekly


def test_the_last_layer_wins_and_overrides_beat_all(account: Account) -> None:
    base, top, guest = account.user(), account.user(), account.user()
    schedule = account.schedule(layer(base), layer(top, restrictions=[daily("10:00:00", 4)]))
    override = {"start": "2026-03-03T11:00:00Z", "end": "2026-03-03T12:00:00Z", "user": ref(guest)}
    account.call("POST", f"/schedules/{schedule['id']}/overrides", {"overrides": [override]})
    shown = rendered(account, schedule, "since=2026-03-03T08:00:00Z&until=2026-03-03T16:00:00Z")
    entries = shown["final_schedule"]["rendered_schedule_entries"]
    assert [(it["start"][11:13], it["end"][11:13], it["user"]["id"]) for it in entries] == [
        ("08", "10", base["id"]),
        ("10", "11", top["id"]),
        ("11", "12", guest["id"]),
        ("12", "14", top["id"]),
        ("14", "16", base["id"]),
    ]
    parts = [*shown["schedule_layers"], shown["overrides_subschedule"], shown["final_schedule"]]
    assert [it["rendered_coverage_percentage"] for it in parts] == [50.0, 100.0, 12.5, 100.0]  # topmost layer first


def test_the_later_override_wins(account: Account) -> None:
    base, one, two = account.user(), account.user(), account.user()
    schedule = account.schedule(layer(base))
    for user, hours in ((one, ("10", "14")), (two, ("12", "16"))):
        body = {"start": f"2026-03-03T{hours[0]}:00:00Z", "end": f"2026-03-03T{hours[1]}:00:00Z", "user": ref(user)}
        account.call("POST", f"/schedules/{schedule['id']}/overrides", {"overrides": [body]})
    seen = final(account, schedule, "since=2026-03-03T10:00:00Z&until=2026-03-03T16:00:00Z")
    assert [(start[11:13], user) for start, _, user in seen] == [("10", one["id"]), ("12", two["id"])]


def test_example_of_two_staggered_layers_has_no_gap_and_no_one_twice(account: Account) -> None:
    """Support page Schedule Examples: six users, layers on alternate days, three weeks apart."""
    users = [account.user() for _ in range(6)]
    start = "2026-03-08T00:00:00Z"  # a Sunday
    common = {"start": start, "rotation_virtual_start": start}
    schedule = account.schedule(
        layer(*users, restrictions=[weekly(day, "00:00:00", 24) for day in (7, 2, 4, 6)], **common),
        layer(*users[3:], *users[:3], restrictions=[weekly(day, "00:00:00", 24) for day in (1, 3, 5)], **common),
    )
    seen = rendered(account, schedule, "since=2026-03-08T00:00:00Z&until=2026-04-19T00:00:00Z")
    assert seen["final_schedule"]["rendered_coverage_percentage"] == 100.0
    weeks: dict[int, set[str]] = {}
    for entry in seen["final_schedule"]["rendered_schedule_entries"]:
        at = datetime.fromisoformat(entry["start"]) - datetime(2026, 3, 8, tzinfo=UTC)
        weeks.setdefault(at // timedelta(days=7), set()).add(entry["user"]["id"])
    assert [len(it) for _, it in sorted(weeks.items())] == 6 * [2]
    assert all(sum(user["id"] in it for it in weeks.values()) == 2 for user in users)


def test_example_of_nights_on_weekdays_only(account: Account) -> None:
    """Support page Schedule Examples: 19:00 to 07:00 on weekdays: no one by day, nor at the weekend."""
    night = [weekly(day, "19:00:00", 12) for day in range(1, 6)]
    schedule = account.schedule(layer(account.user(), restrictions=night, start="2026-03-02T19:00:00Z"))
    seen = final(account, schedule, "since=2026-03-09T00:00:00Z&until=2026-03-16T00:00:00Z")
    assert [(start[5:13], end[5:13]) for start, end, _ in seen] == [
        ("03-09T19", "03-10T07"),
        ("03-10T19", "03-11T07"),
        ("03-11T19", "03-12T07"),
        ("03-12T19", "03-13T07"),
        ("03-13T19", "03-14T07"),
    ]


def test_a_deleted_user_keeps_his_turn_and_is_not_on_call(account: Account) -> None:
    one, two = account.user(), account.user()
    schedule = account.schedule(layer(one, two, end="2026-03-20T00:00:00Z"))
    policy = account.policy(schedule)
    account.clock.forward(days=20)
    account.delete(f"/users/{two['id']}")
    account.clock.moment -= timedelta(days=10)  # in the week of the second
    assert [user for _, _, user in final(account, schedule, "since=2026-03-10&until=2026-03-12")] == [two["id"]]
    assert account.get(f"/oncalls?escalation_policy_ids[]={policy['id']}")["oncalls"] == []


def test_of_two_layers_the_upper_is_on_call_while_it_is_in_force() -> None:
    store = Store()
    week = {"start": "2026-03-02T00:00:00Z", "rotation_virtual_start": "2026-03-02T00:00:00Z", "restrictions": []}
    turns = {**week, "rotation_turn_length_seconds": 604_800}
    layers = [
        {**turns, "id": "PBASE", "end": None, "users": [reference("user", "PUSER")]},
        {**turns, "id": "PTOP", "end": "2026-03-02T13:00:00Z", "users": [reference("user", "PGUEST")]},
    ]
    put_paged_user(store)
    with store.transaction():
        store.put("user", "PGUEST", {"name": "Bo", "role": "user"})
        schedule = store.put("schedule", "PSCHE", {"name": "A", "time_zone": "Etc/UTC", "schedule_layers": layers})
    rendered = render(store, schedule, MONDAY, MONDAY + timedelta(hours=2))
    assert [it.user for it in rendered.final] == ["PGUEST", "PUSER"]
    on_call = [users_on_call(store, schedule, MONDAY + timedelta(hours=it)) for it in (0, 1)]
    assert on_call == [["PGUEST"], ["PUSER"]]
    store.close()

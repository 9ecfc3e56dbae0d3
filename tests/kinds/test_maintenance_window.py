"""Maintenance windows: single ones and series, over months of a clock that the tests move."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from pdsync.accept import AcceptError, AcceptRequest, compute_accepted
from pdsync.account import Extent, fetch_account
from pdsync.apply import apply_plan
from pdsync.client import RestApiV2Client
from pdsync.engine.plan import with_ended
from pdsync.export import ExportOptions, build_export
from pdsync.kinds import KINDS
from pdsync.manifest import load_texts
from pdsync.model import Account, LiveObject, Resource, Scope
from pdsync.model.instant import render_instant
from pdsync.model.series import Series
from pdsync.plan import Plan, Status, build_plan, compute_predicted_account
from pdsync.plan.drift import compute_drift
from pdsync.plan.release import build_release
from pdsync.sandbox import SandboxServer
from tests.support.recorded import asked, forget
from tests.support.world import TOKEN, options, policy, resource, service, user

START = datetime(2026, 12, 1, 12, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
SUNDAYS = {"every": "week", "on": ["sun"], "at": "02:00", "for": "2h", "time_zone": "Europe/Berlin", "horizon": "3w"}
BASE = [user("ana"), policy("first", {"user": "ana"}), service("shop", "first"), service("mail", "first")]
SLUG = "maintenance_window"


def window(key: str = "patching", **more: Any) -> Resource:
    lifecycle = {name: more.pop(name) for name in ("absent", "moved_from", "adopt", "protect") if name in more}
    identity = more.pop("identity", None)
    return resource("MaintenanceWindow", key, {"services": ["shop"], **more}, identity=identity, **lifecycle)


def series(key: str = "patching", said: dict[str, Any] | None = None, **more: Any) -> Resource:
    return window(key, recurrence={**SUNDAYS, **(said or {})}, **more)


def single(start: datetime, end: datetime, key: str = "patching", **more: Any) -> Resource:
    return window(key, start_time=render_instant(start), end_time=render_instant(end), **more)


def absent(key: str = "patching") -> Resource:
    return replace(series(key, absent=True), fields={"description": key})


def operations(plan: Plan) -> dict[str, str]:
    """What a plan does to windows, by key."""
    return {it.address.removeprefix(f"{SLUG}/"): it.operation.value for it in plan.changes if it.kind == SLUG}


def at(text: str) -> datetime:
    """A moment of the winter that begins in 2026, in UTC."""
    month = int(text[:2])
    return datetime.fromisoformat(f"{2026 if month > 6 else 2027}-{text}+00:00")


class Town:
    """An account at a moment, without PagerDuty: what a plan predicts is there after it, and what has ended is no longer listed."""

    def __init__(self) -> None:
        self._ids = count(1)
        objects: dict[str, tuple[LiveObject, ...]] = {kind.slug: () for kind in KINDS}
        self.account = Account(objects, frozenset(objects), render_instant(START), abilities=frozenset(), licenses=())
        self.apply()

    def go(self, text: str) -> None:
        """Time passes."""
        self.go_to(at(text))

    def go_to(self, moment: datetime) -> None:
        now = render_instant(moment)
        assert now >= self.account.fetched_at
        left = tuple(it for it in self.account.objects[SLUG] if it.fields["end_time"] > now)
        self.account = replace(self.account, fetched_at=now, objects={**self.account.objects, SLUG: left})

    def plan(self, *windows: Resource, **more: Any) -> Plan:
        plan = build_plan([*BASE, *windows], self.account, options(**{"prune": "off", **more}))
        assert not plan.problems, plan.problems
        return plan

    def apply(self, *windows: Resource, **more: Any) -> dict[str, str]:
        """Applies, and holds that the next plan is empty."""
        plan = self.plan(*windows, **more)
        assert not plan.is_blocked, [change.blockers for change in plan.changes]
        after = compute_predicted_account(plan, self.account)
        made = [replace(it, id=f"PW{next(self._ids)}") if "/" in it.id else it for it in after.objects[SLUG]]
        self.account = replace(after, objects={**after.objects, SLUG: tuple(made)})
        again = self.plan(*windows, **more)
        assert not again.changes, operations(again)
        return operations(plan)

    def lose(self, key: str) -> None:
        """A person deletes a window."""
        left = tuple(it for it in self.account.objects[SLUG] if it.marker is None or it.marker.key != key)
        self.account = replace(self.account, objects={**self.account.objects, SLUG: left})

    @property
    def windows(self) -> dict[str, str]:
        """What is there: start and end by key."""
        return {
            it.marker.key: f"{it.fields['start_time'][5:16]} {it.fields['end_time'][5:16]}"
            for it in self.account.objects[SLUG]
            if it.marker is not None
        }


@pytest.fixture
def town() -> Town:
    return Town()


def test_a_series_is_a_window_for_each_time_and_each_apply_adds_the_next_ones(town: Town) -> None:
    first, second, third = (f"patching.202612{day:02}T0100Z" for day in (6, 13, 20))
    assert town.apply(series()) == {first: "create", second: "create", third: "create"}
    assert town.windows[first] == "12-06T01:00 12-06T03:00"
    town.go("12-06T12:00")
    assert town.apply(series()) == {"patching.20261227T0100Z": "create"}
    # Not topped up for months: what was missed meanwhile is not made again.
    town.go("03-24T12:00")
    assert town.apply(series()) == {
        "patching.20270328T0100Z": "create",  # the clocks go forward: 02:00 is 03:00 in summer time
        "patching.20270404T0000Z": "create",
        "patching.20270411T0000Z": "create",
    }


def test_what_has_ended_is_never_made_again_and_never_missing(town: Town) -> None:
    only = single(at("12-02T00:00"), at("12-02T02:00"))
    assert town.apply(only) == {"patching": "create"}
    town.go("12-02T02:00")
    assert not town.plan(only, prune="owned").changes
    ended = series(said={"until": "2026-12-06"})
    assert town.apply(ended) == {"patching.20261206T0100Z": "create"}
    town.go("12-06T03:00")
    assert not town.plan(ended, prune="owned").changes


@pytest.mark.parametrize("now", ["12-06T01:00", "12-06T01:30", "12-06T02:59"])
def test_a_window_that_should_be_running_is_made_from_now_to_its_end(town: Town, now: str) -> None:
    town.go(now)
    plan = town.plan(series(said={"until": "2026-12-06"}))
    (change,) = plan.changes
    assert change.values["end_time"] == "2026-12-06T03:00:00Z"
    assert "start_time" not in change.values
    assert plan.notes == (
        "maintenance_window/patching.20261206T0100Z: it should have begun at 2026-12-06 02:00 CET; "
        "it is made from now on, until 2026-12-06 04:00 CET",
    )
    town.apply(series(said={"until": "2026-12-06"}))
    assert town.windows == {"patching.20261206T0100Z": f"{now} 12-06T03:00"}


def test_only_the_start_of_a_window_that_has_begun_is_left_as_it_is(town: Town) -> None:
    town.apply(single(at("12-02T00:00"), at("12-02T02:00")))
    town.go("12-02T00:30")
    moved = single(at("12-02T01:00"), at("12-02T03:00"), services=["shop", "mail"])
    plan = town.plan(moved)
    assert [delta.path for change in plan.changes for delta in change.deltas] == ["end_time", "services"]
    town.apply(moved)
    assert town.windows == {"patching": "12-02T00:00 12-02T03:00"}


def test_a_start_in_the_past_is_no_difference_once_the_window_is_there(town: Town) -> None:
    town.go("12-02T01:00")
    assert town.apply(single(at("12-02T00:00"), at("12-02T02:00"))) == {"patching": "create"}
    assert not town.plan(single(at("12-02T00:10"), at("12-02T02:00"))).changes[1:]


def test_windows_that_the_rule_no_longer_gives_go_and_one_that_is_running_stays(town: Town) -> None:
    town.apply(series())
    town.go("12-06T01:30")
    later = series(said={"at": "04:00", "horizon": "8d"})
    plan = town.plan(later)
    assert operations(plan) == {
        "patching.20261206T0300Z": "create",
        "patching.20261213T0300Z": "update",  # that of 01:00, which moves
        "patching.20261220T0100Z": "delete",
    }
    assert [delta.path for it in plan.changes for delta in it.deltas if it.operation == "update"] == [
        "start_time",
        "end_time",
        "metadata.name",
    ]
    assert plan.notes == (
        "maintenance_window/patching.20261206T0100Z (PW1): "
        "it is running, so it is left until it ends at 2026-12-06T03:00:00Z",
    )
    town.apply(later)
    assert sorted(town.windows) == ["patching.20261206T0100Z", "patching.20261206T0300Z", "patching.20261213T0300Z"]


def test_deletes_of_windows_count_in_the_limits(town: Town) -> None:
    town.apply(series())
    assert not town.plan(absent(), max_deletes=3).refusals
    assert town.plan(absent(), max_deletes=2).refusals
    assert not town.plan(series(said={"at": "04:00"}), max_deletes=0).refusals


def test_a_tombstone_takes_all_that_is_ahead_and_leaves_what_is_running(town: Town) -> None:
    town.apply(series(), series("other"))
    town.go("12-06T02:00")
    plan = town.plan(absent(), series("other"))
    assert operations(plan) == {
        "patching.20261213T0100Z": "delete",
        "patching.20261220T0100Z": "delete",
        "other.20261227T0100Z": "create",
    }
    assert len(plan.notes) == 1
    town.apply(absent(), series("other"))
    town.go("12-06T03:00")
    assert not town.plan(absent(), series("other")).notes


def test_without_its_manifest_a_series_follows_the_prune_mode(town: Town) -> None:
    town.apply(series())
    assert not town.plan().changes
    assert set(operations(town.plan(prune="owned")).values()) == {"delete"}
    town.go("12-06T02:00")
    plan = town.plan(prune="owned")
    assert sorted(operations(plan)) == ["patching.20261213T0100Z", "patching.20261220T0100Z"]
    assert [note.partition("; ")[2] for note in plan.notes] == [
        "it is running, so it is left until it ends at 2026-12-06T03:00:00Z"
    ]


def test_another_name_keeps_the_windows_where_it_is_said(town: Town) -> None:
    town.apply(series())
    assert town.apply(series("weekly", moved_from=("patching",))) == {
        f"weekly.202612{day:02}T0100Z": "update" for day in (6, 13, 20)
    }
    assert town.apply(series("sundays", {"at": "04:00", "horizon": "2w"}, moved_from=("weekly",))) == {
        **{f"sundays.202612{day:02}T0300Z": "update" for day in (6, 13)},
        "weekly.20261220T0100Z": "delete",
    }


def test_a_single_window_becomes_a_series_and_back(town: Town) -> None:
    only = single(at("12-02T00:00"), at("12-02T02:00"))
    town.apply(only)
    assert town.apply(series(said={"horizon": "1w"})) == {"patching": "delete", "patching.20261206T0100Z": "create"}
    assert town.apply(only) == {"patching": "create", "patching.20261206T0100Z": "delete"}


def test_text_and_services_of_a_series_change_on_all_its_windows(town: Town) -> None:
    town.apply(series(description="Patching"))
    town.go("12-06T01:30")
    changed = series(description="More patching", services=["mail"], said={"horizon": "2w"})
    assert set(town.apply(changed).values()) == {"update"}
    assert {it.fields["description"] for it in town.account.objects[SLUG]} == {"More patching"}


def test_a_window_that_a_person_deleted_is_drift_within_a_week_and_else_waits_for_the_next_apply(town: Town) -> None:
    town.apply(series())
    for key in ("patching.20261206T0100Z", "patching.20261220T0100Z"):
        town.lose(key)
    drift = compute_drift(town.plan(series()))
    assert [it.change.address for it in drift.moved] == ["maintenance_window/patching.20261206T0100Z"]
    assert [(it.address, it.at) for it in drift.pending] == [
        ("maintenance_window/patching.20261220T0100Z", "2026-12-20T01:00:00Z")
    ]


def test_a_target_is_the_whole_series(town: Town) -> None:
    plan = town.plan(series(), series("other"), targets=frozenset({"maintenance_window/patching"}))
    assert [key.partition(".")[0] for key in operations(plan)] == ["patching"] * 3


@pytest.mark.parametrize(
    ("manifest", "message"),
    [
        (series(identity="PW1"), "an id belongs to one window, and a series has many"),
        (series("a" * 90), "the name of a series can have at most 85 characters"),
    ],
)
def test_what_no_series_can_have_is_a_problem(town: Town, manifest: Resource, message: str) -> None:
    plan = build_plan([*BASE, manifest], town.account, options())
    assert [(it.address, it.message) for it in plan.problems] == [(manifest.address, message)]


SPECS: list[tuple[dict[str, Any], list[str]]] = [
    ({"start_time": "2026-12-02T00:00Z"}, ["'end_time' is missing"]),
    ({}, ["'start_time' is missing", "'end_time' is missing"]),
    ({"start_time": "2026-12-02T00:00Z", "end_time": "2026-12-02T00:00Z"}, ["the window ends before it starts"]),
    (
        {"start_time": "2026-12-02T00:00", "end_time": "2026-12-03T00:00Z"},
        ["'2026-12-02T00:00' has no offset from UTC"],
    ),
    ({"recurrence": SUNDAYS, "end_time": "2026-12-03T00:00Z"}, ["'recurrence' and 'end_time' exclude each other"]),
]


@pytest.mark.parametrize(("spec", "messages"), SPECS)
def test_a_window_has_two_times_or_a_recurrence(spec: dict[str, Any], messages: list[str]) -> None:
    scope = Scope()
    kind = next(kind for kind in KINDS if kind.slug == SLUG)
    kind.read_desired({"services": ["shop"], **spec}, scope, ("spec",))
    assert [it.message for it in scope.problems] == messages
    assert all(it.hint for it in scope.problems)


def test_the_key_of_a_window_of_a_series_is_the_name_of_no_manifest() -> None:
    text = "apiVersion: pdsync/v1\nkind: MaintenanceWindow\nmetadata: {name: patching.20261206T0100Z}\n"
    times = "{services: [{id: P1}], start_time: 2026-12-06T01:00Z, end_time: 2026-12-06T02:00Z}"
    found = load_texts([("a.yaml", f"{text}spec: {times}\n")])
    assert [it.message for it in found.problems] == [
        "metadata.name: 'patching.20261206T0100Z' has the form of the key that pdsync gives to an object of the manifest 'patching'"
    ]


def test_an_export_leaves_out_series_and_what_is_running(town: Town) -> None:
    town.apply(series(), single(at("12-24T00:00"), at("12-24T02:00"), "eve", description="Christmas Eve"))
    town.apply(series(), single(at("12-24T00:00"), at("12-24T02:00"), "eve", description="Christmas Eve"))
    town.go("12-06T02:00")
    made = build_export(town.account, ExportOptions("test"))
    assert made.counts[SLUG] == 1
    assert [text.partition(": ")[2] for text in made.left_out if text.startswith(SLUG)] == [
        "it belongs to the series 'patching', whose manifest creates it"
    ] * 3
    town.go("12-24T01:00")
    made = build_export(town.account, ExportOptions("test"))
    assert [text.partition(": ")[2] for text in made.left_out] == [
        "it has begun, and ends by itself at 2026-12-24T02:00:00Z"
    ]


def edited(town: Town, key: str, **fields: Any) -> None:
    """A person edits a window."""
    lives = [
        replace(it, fields={**it.fields, **fields}) if it.marker is not None and it.marker.key == key else it
        for it in town.account.objects[SLUG]
    ]
    town.account = replace(town.account, objects={**town.account.objects, SLUG: tuple(lives)})


def test_the_edit_of_one_window_is_not_accepted_for_the_whole_series(town: Town) -> None:
    town.apply(series())
    edited(town, "patching.20261213T0100Z", description="Longer patching")
    request = AcceptRequest("maintenance_window/patching", {}, (*BASE, series()))
    with pytest.raises(AcceptError, match="20261213T0100Z cannot be written into it"):
        compute_accepted(request, town.account, options())
    assert (
        compute_accepted(AcceptRequest("maintenance_window/patching", {}, (*BASE, series())), Town().account, options())
        is None
    )


def test_a_release_of_a_series_is_one_of_all_its_windows(town: Town) -> None:
    town.apply(series(), series("other"))
    plan = build_release(["maintenance_window/patching"], town.account, "test")
    assert operations(plan) == {f"patching.202612{day:02}T0100Z": "release" for day in (6, 13, 20)}
    assert build_release(["maintenance_window/patching.20261206T0100Z"], town.account, "test").changes[0].id


STATES: list[dict[str, Any] | None] = [
    {},
    {"at": "05:00"},
    {"on": ["sun", "wed"], "for": "30h"},
    {"every": "month", "on": ["second tue", "last fri"], "horizon": "60d"},
    {"except": ["2026-12-06", "2027-01-03"], "until": "2027-02-01"},
    None,
]
"""What the manifest says at one time; None: it is a tombstone."""
STEPS = st.lists(
    st.tuples(st.sampled_from(STATES), st.integers(1, 20 * 24 * 60), st.booleans()), min_size=2, max_size=6
)


@settings(max_examples=12, deadline=None, phases=(Phase.explicit, Phase.generate))
@given(steps=STEPS)
def test_whatever_changes_and_however_late_it_is_applied(steps: list[tuple[dict[str, Any] | None, int, bool]]) -> None:
    """After each apply there is a window for each time of the rule, and no other one but what was running. No plan makes a window that is
    over, ends one that is running, or moves its start."""
    town = Town()
    now = START
    for said, minutes, is_lost in steps:
        now += timedelta(minutes=minutes)
        town.go_to(now)
        if is_lost and town.windows:
            town.lose(min(town.windows))
        before = {it.marker.key: it.fields for it in town.account.objects[SLUG] if it.marker is not None}
        running = {key for key, fields in before.items() if fields["start_time"] <= town.account.fetched_at}
        manifest = absent() if said is None else series(said=said)
        plan = town.plan(manifest, max_deletes=1000, max_delete_percent=100)
        made = operations(plan)
        assert all(made.get(key) in (None, "update") for key in running)
        for change in plan.changes:
            assert change.values.get("end_time", "9") > town.account.fetched_at
        town.apply(manifest)
        wanted = set()
        if said is not None:
            rule = manifest.fields["start_time"]
            wanted = {f"patching.{it.stamp}" for it in Series(rule).at(now)}
        assert wanted <= town.windows.keys() <= wanted | running
        after = {it.marker.key: it.fields for it in town.account.objects[SLUG] if it.marker is not None}
        assert all(after[key]["start_time"] == before[key]["start_time"] for key in running)


@dataclass
class Clock:
    """The time in a sandbox."""

    now: datetime = START


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def server(clock: Clock) -> Iterator[SandboxServer]:
    with SandboxServer(now=lambda: clock.now) as server:
        yield server


@pytest.fixture(scope="module")
def client(server: SandboxServer) -> Iterator[RestApiV2Client]:
    with RestApiV2Client(TOKEN, base_url=server.url) as client:
        yield client


def plan_live(client: RestApiV2Client, *windows: Resource, **more: Any) -> Plan:
    wanted, said = [*BASE, *windows], options(**more)
    account = with_ended(client, wanted, fetch_account(client, Extent(wanted, every_kind=True)), said)
    plan = build_plan(wanted, account, said)
    assert not plan.problems, plan.problems
    return plan


def apply_live(client: RestApiV2Client, *windows: Resource, **more: Any) -> dict[str, str]:
    plan = plan_live(client, *windows, **more)
    result = apply_plan(plan, client)
    assert result.exit_code == 0, [outcome for outcome in result.outcomes if outcome.message]
    assert not plan_live(client, *windows, **more).changes
    return operations(plan)


def test_a_winter_of_patching_over_http(client: RestApiV2Client, clock: Clock) -> None:
    """Made, topped up late, made while it should be running, changed while it is running, taken back, ended."""
    assert len(apply_live(client, series())) == 3
    clock.now = at("12-20T02:00")
    assert list(apply_live(client, series())) == [
        "patching.20261227T0100Z",
        "patching.20270103T0100Z",
        "patching.20270110T0100Z",
    ]
    clock.now = at("01-17T01:30")
    assert len(apply_live(client, series())) == 4, "the one of this night is made from now on"
    (running,) = client.list_all("maintenance_windows", params={"filter": "ongoing"})
    assert datetime.fromisoformat(running["start_time"]) == clock.now
    assert datetime.fromisoformat(running["end_time"]) == at("01-17T03:00")
    clock.now += timedelta(minutes=1)  # the client may compute a moment that is a second earlier
    longer = series(said={"for": "3h"}, services=["shop", "mail"])
    assert set(apply_live(client, longer).values()) == {"update"}
    assert set(apply_live(client, absent()).values()) == {"delete"}
    (left,) = client.list_all("maintenance_windows", params={"filter": "open"})
    assert (left["id"], datetime.fromisoformat(left["end_time"])) == (running["id"], at("01-17T04:00"))
    clock.now = at("01-17T05:00")
    assert not plan_live(client, absent(), prune="owned").changes


def test_a_window_that_begins_between_plan_and_apply_is_not_ended_and_not_moved(
    client: RestApiV2Client, clock: Clock
) -> None:
    soon = clock.now + HOUR
    apply_live(client, single(soon, soon + 2 * HOUR, "soon"), single(soon, soon + 2 * HOUR, "other"))
    plan = plan_live(client, absent("soon"), single(soon + HOUR, soon + 3 * HOUR, "other"))
    assert operations(plan) == {"soon": "delete", "other": "update"}
    clock.now = soon + timedelta(minutes=1)
    result = apply_plan(plan, client)
    assert {outcome.status for outcome in result.outcomes} == {Status.CONFLICT}
    assert all("has passed since it was planned" in str(outcome.message) for outcome in result.outcomes)
    for window in client.list_all("maintenance_windows", params={"filter": "open"}):
        assert (datetime.fromisoformat(window["start_time"]), datetime.fromisoformat(window["end_time"])) == (
            soon,
            soon + 2 * HOUR,
        )
    clock.now = soon + 3 * HOUR


def test_a_create_that_comes_late_makes_what_is_left_of_the_window(client: RestApiV2Client, clock: Clock) -> None:
    start = clock.now + HOUR
    plan = plan_live(client, single(start, start + 2 * HOUR, "late"))
    clock.now = start + HOUR
    assert apply_plan(plan, client).exit_code == 0
    assert not plan_live(client, single(start, start + 2 * HOUR, "late")).changes
    clock.now = start + 3 * HOUR


def test_a_window_of_a_person_is_left_alone_until_its_id_says_that_it_is_meant(
    client: RestApiV2Client, clock: Clock
) -> None:
    start, end = clock.now + DAY, clock.now + DAY + HOUR
    shop = client.find("services", "shop")
    assert shop is not None
    body = {"type": SLUG, "description": "By hand", "services": [{"id": shop["id"], "type": "service_reference"}]}
    made = client.rpost(
        "maintenance_windows", json={**body, "start_time": render_instant(start), "end_time": render_instant(end)}
    )
    assert not plan_live(client, prune="owned").changes
    account = fetch_account(client, Extent(everything=True))
    exported = build_export(account, ExportOptions("test"))
    text = next(text for name, text in exported.files.items() if name.endswith("maintenance.yaml"))
    assert f"id: {made['id']}" in text
    adopted = single(start, end, "by-hand", description="By hand", identity=made["id"])
    assert operations(plan_live(client, adopted, adopt=True)) == {"by-hand": "adopt"}
    apply_live(client, adopted, adopt=True)
    assert apply_live(client, replace(adopted, fields={}, lifecycle=absent().lifecycle, id=None)) == {
        "by-hand": "delete"
    }


@pytest.mark.parametrize("by", ["delete", "put"])
@pytest.mark.parametrize("is_series", [True, False])
def test_a_window_that_a_person_ended_is_not_made_again(
    client: RestApiV2Client, clock: Clock, by: str, is_series: bool
) -> None:
    clock.now += timedelta(days=10) - timedelta(hours=clock.now.hour, minutes=clock.now.minute)
    nightly = {"every": "day", "at": "00:30", "for": "4h", "time_zone": "Etc/UTC", "until": f"{clock.now:%Y-%m-%d}"}
    begins = clock.now + HOUR / 2
    manifest = (
        window(recurrence=nightly) if is_series else single(begins, begins + 4 * HOUR, "patching", services=["shop"])
    )
    assert "create" in apply_live(client, manifest).values()
    clock.now += HOUR
    (running,) = client.list_all("maintenance_windows", params={"filter": "ongoing"})
    path = f"maintenance_windows/{running['id']}"
    if by == "delete":
        client.delete(path).raise_for_status()
    else:
        sent = {**running, "end_time": render_instant(clock.now + timedelta(minutes=1))}
        client.rput(path, json=sent)
    clock.now += timedelta(minutes=30)
    for prune in ("off", "owned"):
        plan = plan_live(client, manifest, prune=prune)
        assert not operations(plan)
        (note,) = (it for it in plan.notes if "ended by hand" in it)
        assert "so it is not created again" in note
    # Another manifest of the same services, which no one made in time, is made late.
    other = single(clock.now - HOUR, clock.now + HOUR, "other")
    assert operations(plan_live(client, manifest, other))["other"] == "create"
    # A time after the end of that window is another window.
    later = replace(
        manifest, fields={**manifest.fields, "start_time": render_instant(clock.now - timedelta(minutes=1))}
    )
    if not is_series:
        assert operations(plan_live(client, later)) == {"patching": "create"}


def test_what_has_ended_is_listed_once_and_only_where_a_window_should_be_running(
    server: SandboxServer, client: RestApiV2Client, clock: Clock
) -> None:
    begins = clock.now + 50 * DAY
    both = single(begins, begins + HOUR, "once"), single(begins, begins + HOUR, "twice")

    def listings() -> list[str]:
        forget(server)
        plan_live(client, *both)
        return [path for _, path in asked(server) if "maintenance_windows" in path]

    clock.now = begins - HOUR
    assert len(listings()) == 1
    clock.now = begins + HOUR / 2
    assert len(listings()) == 2
    apply_live(client, *both)
    assert len(listings()) == 1

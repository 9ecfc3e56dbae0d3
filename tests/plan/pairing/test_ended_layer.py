"""A layer that has ended is history where the account had it, and a mistake where it never was."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pdsync.account import Extent, fetch_account
from pdsync.client import RestApiV2Client
from pdsync.model import Resource
from pdsync.model.instant import render_instant
from pdsync.plan import Plan, build_plan
from pdsync.sandbox import SandboxServer
from tests.end_to_end.test_hand_off import apply, plan
from tests.support.world import TOKEN, options, resource, user

NOW = datetime(2026, 3, 28, 12, 0, 20, tzinfo=UTC)
"""The day before the clocks change in Europe."""
HOUR = timedelta(hours=1)
PEOPLE = [user("ana"), user("bo")]


@pytest.fixture
def server() -> Iterator[SandboxServer]:
    began = datetime.now(UTC)
    with SandboxServer(now=lambda: NOW + (datetime.now(UTC) - began)) as server:
        yield server


@pytest.fixture
def client(server: SandboxServer) -> Iterator[RestApiV2Client]:
    with RestApiV2Client(TOKEN, base_url=server.url) as client:
        yield client


def turn(name: str, end: datetime | str | None = None, **more: Any) -> dict[str, Any]:
    shown = {} if end is None else {"end": end if isinstance(end, str) else render_instant(end.replace(second=0))}
    return {"name": name, "users": ["ana"], "rotation_virtual_start": "2025-01-06T09:00", "rotation_turn_length_seconds": "1w", **shown, **more}  # fmt: skip


def days(*layers: dict[str, Any], **more: Any) -> Resource:
    return resource("Schedule", "days", {"time_zone": "Europe/Berlin", "schedule_layers": list(layers)}, **more)


def said(made: Plan) -> list[str]:
    return [problem.message for problem in made.problems]


ENDED = [
    pytest.param("2025-12-31T09:00", "2025-12-31 09:00 CET", id="a year ago"),
    pytest.param("2026-03-28T12:59", "2026-03-28 12:59 CET", id="a minute ago"),
    pytest.param("2026-03-28T13:00", "2026-03-28 13:00 CET", id="this minute"),
    pytest.param("2026-03-28T11:01:00Z", "2026-03-28 12:01 CET", id="an hour ago, with an offset"),
    pytest.param("2026-03-28T13:01", "2026-03-28 13:01 CET", id="within the minute"),
]


@pytest.mark.parametrize(("end", "shown"), ENDED)
@pytest.mark.parametrize("is_new", [True, False])
def test_a_layer_that_the_account_never_had_is_a_problem(
    client: RestApiV2Client, end: str, shown: str, is_new: bool
) -> None:
    if not is_new:
        apply(client, [*PEOPLE, days(turn("Base"))])
    made = plan(client, [*PEOPLE, days(turn("Base"), turn("New team", end))])
    assert said(made) == [
        f"schedule_layers[New team].end: the layer ended at {shown}, and the account never had it: it would be left out"
    ]


@pytest.mark.parametrize("end", ["2026-03-28T13:02", "2026-03-29T03:30", "2027-12-31T09:00"])
def test_a_layer_that_is_still_to_end_is_none(client: RestApiV2Client, end: str) -> None:
    wanted = [*PEOPLE, days(turn("Base"), turn("New team", end))]
    assert said(plan(client, wanted)) == []
    apply(client, wanted)
    assert not plan(client, wanted).changes


def test_a_layer_that_the_account_had_is_history(server: SandboxServer, client: RestApiV2Client) -> None:
    wanted = [*PEOPLE, days(turn("Base"), turn("Summer", NOW + HOUR))]
    apply(client, wanted)
    server.control.advance(7200)
    later = plan(client, wanted)
    assert (said(later), later.changes, later.notes) == ([], (), ())


def test_to_end_a_layer_by_a_moment_that_has_passed_is_no_mistake(client: RestApiV2Client) -> None:
    apply(client, [*PEOPLE, days(turn("Base"), turn("Summer"))])
    wanted = [*PEOPLE, days(turn("Base"), turn("Summer", NOW - HOUR))]
    assert said(plan(client, wanted)) == []
    apply(client, wanted)
    assert not plan(client, wanted).changes


def test_a_layer_that_ran_on_to_its_hand_off_is_history_too(server: SandboxServer, client: RestApiV2Client) -> None:
    apply(client, [*PEOPLE, days(turn("Base"), turn("Top", users=["bo"]), hand_off_aware=True)])
    wanted = [*PEOPLE, days(turn("Base"), turn("Top", NOW - HOUR, users=["bo"]), hand_off_aware=True)]
    (change,) = apply(client, wanted).changes
    assert "Top (until hand-off)" in str(change.values)
    server.control.advance(8 * 86_400)
    assert said(plan(client, wanted)) == []


def test_a_schedule_without_a_layer_that_is_left_is_a_problem(client: RestApiV2Client) -> None:
    alone = plan(client, [*PEOPLE, days(turn("Only", "2025-12-31T09:00"))])
    assert len(said(alone)) == 1
    apply(client, [*PEOPLE, days(turn("Only"))])
    made = plan(client, [*PEOPLE, days(turn("Only", "2025-12-31T09:00"))])
    assert said(made) == ["schedule_layers: every layer has ended, so the schedule has no layers and no one is on call"]


def test_a_schedule_that_was_meant_to_end_blocks_no_other_and_is_named(
    server: SandboxServer, client: RestApiV2Client
) -> None:
    wanted = [*PEOPLE, days(turn("Only", NOW + HOUR))]
    apply(client, wanted)
    server.control.advance(7200)
    made = plan(client, wanted)
    assert (said(made), made.changes) == ([], ())
    assert made.notes == (
        "schedule/days: every layer has ended, in the manifest and in the account, so the schedule has no one on call",
    )


def test_layers_that_are_ignored_are_not_judged(client: RestApiV2Client) -> None:
    apply(client, [*PEOPLE, days(turn("Base"))])
    wanted = [*PEOPLE, days(turn("Base"), turn("Old", "2025-12-31T09:00"), ignore=["schedule_layers"])]
    assert said(plan(client, wanted)) == []


def test_the_time_is_that_of_the_account(client: RestApiV2Client) -> None:
    wanted = [*PEOPLE, days(turn("Base"), turn("Summer", "2026-06-01T09:00"))]
    account = fetch_account(client, Extent(wanted), now=datetime(2026, 6, 2, tzinfo=UTC))
    assert len(build_plan(wanted, account, options()).problems) == 1
    assert build_plan(wanted, fetch_account(client, Extent(wanted)), options()).problems == ()

"""The members of many teams are re-read by one listing of the users, where that says enough."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from pdsync.apply import Watch, apply_plan, bulk_lists
from pdsync.client import RestApiV2Client
from pdsync.model import Resource
from pdsync.plan import Plan, Result, Status
from pdsync.plan.before import EVENT
from pdsync.sandbox import SandboxServer
from tests.support.recorded import asked, forget
from tests.support.world import BY_HAND, TOKEN, converge, plan_for, team, user

MANY = 22
PEOPLE = [user("ana", role="limited_user"), user("bo", role="limited_user")]
MEMBERS = "/members"


def teams(*members: str, **spec: Any) -> list[Resource]:
    listed = [{"user": it, "role": "responder"} for it in members]
    return [team(f"t{number:02}", name=f"Team {number:02}", members=listed, **spec) for number in range(MANY)]


@pytest.fixture(scope="module")
def server() -> Iterator[SandboxServer]:
    with SandboxServer() as made:
        yield made


@pytest.fixture(scope="module")
def team_state(server: SandboxServer) -> Any:
    """An account with the teams that a run of pdsync made."""
    with RestApiV2Client(TOKEN, base_url=server.url, retry_ambiguous_posts=False) as client:
        converge(client, [*PEOPLE, *teams("ana", "bo")])
    return server.control.state()


@pytest.fixture
def hand(server: SandboxServer, team_state: Any) -> Iterator[RestApiV2Client]:
    server.control.restore(team_state)
    with RestApiV2Client(TOKEN, base_url=server.url, retry_ambiguous_posts=False) as made:
        made.headers["User-Agent"] = BY_HAND
        yield made
    server.control.clear_faults()


def run(server: SandboxServer, plan: Plan, events: list[Mapping[str, Any]] | None = None) -> Result:
    forget(server)
    with RestApiV2Client(TOKEN, base_url=server.url, retry_ambiguous_posts=False, sleep=lambda seconds: None) as client:
        heard = events if events is not None else []
        return apply_plan(plan, client, Watch(sleep=lambda seconds: None, journal=heard.append), workers=1)


def member_reads(server: SandboxServer) -> int:
    return sum(method == "GET" and path.endswith(MEMBERS) for method, path in asked(server))


def test_members_that_stay_are_read_at_once(server: SandboxServer, hand: RestApiV2Client) -> None:
    wanted = [*PEOPLE, *teams("ana", "bo", description="new")]
    assert run(server, plan_for(hand, wanted)).exit_code == 0
    # A page of teams, how many users there are, and a page of them.
    assert len(asked(server)) == MANY + 3
    assert not plan_for(hand, wanted).changes


def test_a_member_by_hand_since_the_plan_is_a_conflict(server: SandboxServer, hand: RestApiV2Client) -> None:
    plan = plan_for(hand, [*PEOPLE, *teams("ana", "bo", description="new")])
    edited = hand.find("teams", "Team 07")
    other = hand.rpost("users", json={"type": "user", "name": "Cy", "email": "cy@example.com"})
    assert edited is not None
    hand.put(f"teams/{edited['id']}/users/{other['id']}").raise_for_status()
    left = [it for it in run(server, plan).outcomes if it.status is not Status.APPLIED]
    assert [(it.name, it.status, it.message) for it in left] == [
        ("Team 07", Status.CONFLICT, f"{edited['id']} was changed since it was planned. Run plan again.")
    ]


def test_members_that_go_are_read_in_full_and_kept_in_the_journal(server: SandboxServer, hand: RestApiV2Client) -> None:
    events: list[Mapping[str, Any]] = []
    assert run(server, plan_for(hand, [*PEOPLE, *teams("ana")]), events).exit_code == 0
    assert ("GET", "/users") not in asked(server)
    bodies = [event["body"] for event in events if event["event"] == EVENT]
    assert [sorted(it["role"] for it in body["members"]) for body in bodies] == [["responder"] * 2] * MANY


@pytest.mark.parametrize("why", ["more users than that pays off for", "users that may not be listed"])
def test_members_are_read_team_by_team_where_that_is_better(
    server: SandboxServer, hand: RestApiV2Client, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    plan = plan_for(hand, [*PEOPLE, *teams("ana", "bo", description="new")])
    if why.startswith("more"):
        monkeypatch.setattr(bulk_lists, "_ROWS", 0.1)
    else:
        refused = {"match": {"method": "GET", "path": "/users"}, "action": {"type": "error", "status": 403}}
        server.control.set_faults({"rules": [refused]})
    assert run(server, plan).exit_code == 0
    assert member_reads(server) == MANY
    assert asked(server).count(("GET", "/users")) == 1

"""Collections of more rows than the API gives out, from the sandbox with a lower cap: whole, or an error."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pdsync.account import Extent, fetch_account
from pdsync.client import IncompleteListError, RestApiV2Client
from pdsync.sandbox import SandboxServer
from tests.support.world import TOKEN

CAP = 200


@pytest.fixture(autouse=True)
def low_cap(monkeypatch: pytest.MonkeyPatch) -> None:
    """The cap of 10,000 rows, in the client and in the sandbox."""
    monkeypatch.setattr("pdsync.client.ITERATION_LIMIT", CAP)
    monkeypatch.setattr("pdsync.sandbox.http.pagination.MAX_ROWS", CAP)


@pytest.fixture(scope="module")
def server() -> Iterator[SandboxServer]:
    with SandboxServer(rate_limit_per_minute=10**6) as sandbox:
        yield sandbox


@pytest.fixture
def client(server: SandboxServer) -> Iterator[RestApiV2Client]:
    with RestApiV2Client(TOKEN, base_url=server.url) as client:
        yield client


def fill(server: SandboxServer, services: int, teams: int = 0, in_teams: int = 0) -> None:
    """An account with so many services, of which the first ones by name follow policies of teams, in turn."""
    with RestApiV2Client(TOKEN, base_url=server.url) as client:
        server.control.restore(EMPTY.setdefault("state", server.control.state()))
        me = client.rget("users/me")
        rule = {"escalation_delay_in_minutes": 5, "targets": [{"id": me["id"], "type": "user_reference"}]}
        body = {"type": "escalation_policy", "name": "P", "escalation_rules": [rule]}
        policy = client.rpost("escalation_policies", json=body)
        reference = {"id": policy["id"], "type": "escalation_policy_reference"}
        client.rpost("services", json={"type": "service", "name": "S", "escalation_policy": reference})
        if teams:
            client.rpost("teams", json={"type": "team", "name": "T"})
    state = server.control.state()
    (service,), (pattern,) = state["service"], state["escalation_policy"]
    team = state.get("team", [])
    state["team"] = [{**team[0], "id": f"PT{n:05}", "name": f"T{n}", "number": 8_000 + n} for n in range(teams)]
    state["escalation_policy"] = [pattern] + [
        {
            **pattern,
            "id": f"PP{n:05}",
            "name": f"P{n}",
            "number": 9_000 + n,
            "teams": [{"id": f"PT{n:05}", "type": "team_reference"}],
        }
        for n in range(teams)
    ]
    names = [f"S{n:05}" for n in range(services)]
    random.Random(services).shuffle(names)
    state["service"] = [
        {**service, "id": f"PS{n:05}", "number": 10_000 + n, "name": name}
        | (
            {"escalation_policy": {"id": f"PP{n % teams:05}", "type": "escalation_policy_reference"}}
            if n < in_teams
            else {}
        )
        for n, name in enumerate(names)
    ]
    state.pop("audit_record", None)
    server.control.restore(state)
    server.control.forget()


EMPTY: dict[str, Any] = {}


def read_all(client: RestApiV2Client, teams: int = 0) -> list[str]:
    with ThreadPoolExecutor(3) as executor:
        rows = client.list_all(
            "services", complete=True, executor=executor, team_ids=lambda: [f"PT{n:05}" for n in range(teams)]
        )
    return sorted(row["id"] for row in rows)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(services=st.integers(1, 2 * CAP))
def test_up_to_twice_the_cap_is_read_from_both_ends(
    server: SandboxServer, client: RestApiV2Client, services: int
) -> None:
    fill(server, services)
    assert read_all(client) == [f"PS{n:05}" for n in range(services)]
    parts = [services] if services <= CAP else [CAP, min(services - CAP + 100, CAP)]
    assert len(server.requests()) <= sum(max(1, -(-(rows - 1) // 99)) for rows in parts)


@contextmanager
def without_query(server: SandboxServer) -> Iterator[None]:
    """Names that hold nothing which can be searched for: every request with a query, which comes after both ends, is refused."""
    ends = 2 * -(-(CAP - 1) // 99)
    rule = {"match": {"path": "/services", "nth": ends + 1}, "action": {"type": "error", "status": 400}}
    server.control.set_faults([rule])
    try:
        yield
    finally:
        server.control.clear_faults()


def test_where_names_do_not_find_them_teams_have_to_hold_the_rest(
    server: SandboxServer, client: RestApiV2Client
) -> None:
    everything = [f"PS{n:05}" for n in range(900)]
    fill(server, 900, teams=7, in_teams=900)
    with without_query(server):
        assert read_all(client, teams=7) == everything
    fill(server, 900, teams=7, in_teams=300)
    with without_query(server), pytest.raises(IncompleteListError, match=r"900 objects, of which \d+ can") as caught:
        read_all(client, teams=7)
    assert caught.value.total == 900
    assert caught.value.read is not None
    assert 2 * CAP < caught.value.read < 900


def test_a_team_larger_than_twice_the_cap_is_an_error(server: SandboxServer, client: RestApiV2Client) -> None:
    fill(server, 900, teams=1, in_teams=900)
    with without_query(server), pytest.raises(IncompleteListError, match="by parts of names and of a team"):
        read_all(client, teams=1)


def test_without_teams_to_ask_for_it_is_refused_after_one_request(
    server: SandboxServer, client: RestApiV2Client
) -> None:
    fill(server, 250)
    with pytest.raises(IncompleteListError):
        client.list_all("services", complete=True)
    assert len(server.requests()) == 1


def test_a_service_made_meanwhile_is_not_overlooked(server: SandboxServer, client: RestApiV2Client) -> None:
    """It is noticed by the total of the pages, and the collection is read once more."""
    fill(server, 350)
    policy = client.rget("escalation_policies")[0]
    body = {
        "type": "service",
        "name": "S00000a",
        "escalation_policy": {**policy, "type": "escalation_policy_reference"},
    }
    rule = {
        "match": {"method": "GET", "path": "/services", "nth": 2},
        "action": {
            "type": "edit",
            "when": "after",
            "requests": [{"method": "POST", "path": "/services", "body": {"service": body}}],
        },
    }
    server.control.set_faults([rule])
    try:
        assert len(read_all(client)) == 351
    finally:
        server.control.clear_faults()


def test_an_account_is_read_whole_or_not_at_all(server: SandboxServer, client: RestApiV2Client) -> None:
    fill(server, 700, teams=3, in_teams=700)
    account = fetch_account(client, Extent())
    assert [live.id for live in account.objects["service"]] == [f"PS{n:05}" for n in range(700)]
    fill(server, 700, teams=3)
    with without_query(server), pytest.raises(IncompleteListError):
        fetch_account(client, Extent())


def test_an_account_without_teams_is_told_how_many_can_be_read(server: SandboxServer, client: RestApiV2Client) -> None:
    fill(server, 900, teams=7, in_teams=900)
    server.control.set_account({"account": 1, "without": ["teams"]})
    try:
        with without_query(server), pytest.raises(IncompleteListError, match="900 objects, of which 400 can be read"):
            read_all(client, teams=7)
    finally:
        server.control.set_account({"account": 1})


@pytest.mark.parametrize("more", [True, False])
@pytest.mark.parametrize("total", [CAP + 1, 10**15])
def test_a_total_that_the_pages_do_not_bear_out_costs_a_few_requests(
    server: SandboxServer, client: RestApiV2Client, total: int, more: bool
) -> None:
    """A broken answer must not use up the budget of the minute."""
    fill(server, 3)
    body = {"services": client.rget("services"), "more": more, "total": total, "limit": 100, "offset": 0}
    action = {"type": "content_type", "content_type": "application/json", "body": json.dumps(body)}
    server.control.set_faults([{"match": {"path": "/services"}, "action": action}])
    server.control.forget()
    try:
        with pytest.raises(IncompleteListError):
            read_all(client, teams=500)
    finally:
        server.control.clear_faults()
    assert len(server.requests()) <= 20

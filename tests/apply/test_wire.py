"""The journal is told each write before it is sent and after, and "not yet" is waited for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from pdsync.apply.wire import Wire
from pdsync.client import AmbiguousWriteError, HttpError, RestApiV2Client
from tests.client.transport import Transport, answer
from tests.support.world import TOKEN

TEAM = {"id": "PT", "name": "red"}
Make = Callable[..., tuple[Wire, Transport]]


@pytest.fixture
def told() -> list[Mapping[str, Any]]:
    return []


@pytest.fixture
def slept() -> list[float]:
    return []


@pytest.fixture
def make(told: list[Mapping[str, Any]], slept: list[float]) -> Make:
    def wire(*answers: Any) -> tuple[Wire, Transport]:
        client, transport = RestApiV2Client(TOKEN, retry_ambiguous_posts=False), Transport(answers)
        client.mount("https://", transport)
        return Wire(client, slept.append, told.append), transport

    return wire


def events(told: list[Mapping[str, Any]]) -> list[tuple[Any, Any]]:
    return [(event["event"], event["number"]) for event in told]


def not_found(number: int) -> None:
    return None


def test_a_create_is_told_before_and_after(make: Make, told: list[Mapping[str, Any]]) -> None:
    wire, transport = make(answer(201, {"team": TEAM}))
    assert wire.create("teams", {"name": "red"}, not_found) == (TEAM, False)
    assert transport.bodies == [{"team": {"name": "red"}}]
    assert events(told) == [("request", 1), ("done", 1)]
    assert (told[0]["method"], told[0]["path"], told[1]["id"]) == ("POST", "teams", "PT")


def test_a_create_whose_answer_is_lost_is_told_each_time_it_is_sent(
    make: Make, told: list[Mapping[str, Any]], slept: list[float]
) -> None:
    wire, transport = make(answer(500), answer(201, {"team": TEAM}))
    assert wire.create("teams", {"name": "red"}, not_found) == (TEAM, True)
    assert [request.method for request in transport.requests] == ["POST", "POST"]
    assert events(told) == [("request", 1), ("failed", 1), ("request", 2), ("done", 2)]
    assert slept == [1.0, 3.0]


def test_what_a_look_finds_is_not_made_again(make: Make, told: list[Mapping[str, Any]]) -> None:
    wire, transport = make(answer(503))
    assert wire.create("teams", {"name": "red"}, lambda number: TEAM) == (TEAM, False)
    assert len(transport.requests) == 1
    assert events(told) == [("request", 1), ("failed", 1)]


def test_a_create_that_stays_unknown_is_an_error(make: Make) -> None:
    wire, transport = make(answer(500), answer(500))
    with pytest.raises(AmbiguousWriteError):
        wire.create("teams", {"name": "red"}, not_found)
    assert len(transport.requests) == 2


def test_what_was_just_made_may_not_be_known_yet(make: Make, slept: list[float]) -> None:
    refused = answer(400, {"error": {"message": "no such team"}})
    wire, transport = make(answer(201, {"team": TEAM}), answer(404), answer(200, {"team": TEAM}), refused, answer(204))
    wire.create("teams", {"name": "red"}, not_found)
    assert wire.get("teams/PT") == TEAM
    wire.put("users/PU", {"teams": [{"id": "PT"}]})
    assert len(transport.requests) == 5
    assert len(slept) == 2


def test_what_is_not_there_and_not_new_is_an_error_at_once(make: Make, slept: list[float]) -> None:
    wire, transport = make(answer(404))
    with pytest.raises(HttpError):
        wire.get("teams/PX")
    assert (len(transport.requests), slept) == (1, [])


def test_each_request_of_a_multi_update_is_told(make: Make, told: list[Mapping[str, Any]]) -> None:
    wire, _ = make(answer(200, {"incidents": []}))
    wire.multi_update("incidents", [{"id": "P1", "type": "incident_reference"}], wire.send)
    assert events(told) == [("request", 1), ("done", 1)]
    assert told[0]["method"] == "PUT"

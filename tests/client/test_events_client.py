"""What the client of the Events API sends and makes of the answers."""

import json
import logging
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from pdsync.client import AmbiguousWriteError, EventsApiV2Client, HttpError, HttpServerError, UrlError

from .transport import Transport, VirtualTime, answer

KEY = "0123456789abcdef0123456789abcdef"
TAKEN = {"status": "success", "message": "Event processed", "dedup_key": "abc"}


def make(answers: Any, **options: Any) -> tuple[EventsApiV2Client, Transport]:
    time = VirtualTime()
    client = EventsApiV2Client(KEY, sleep=time.sleep, clock=time.clock, **options)
    transport = Transport(answers)
    client.mount("https://", transport)
    return client, transport


def test_an_event_with_everything() -> None:
    client, transport = make([answer(202, TAKEN)])
    payload = {"component": "db", "severity": "warning", "custom_details": {"a": 1, "b": 1}}
    links, images = [{"href": "https://example.com"}], [{"src": "https://example.com/x.png"}]
    key = client.trigger(
        "It burns",
        "host",
        dedup_key="abc",
        payload=payload,
        custom_details={"b": 2},
        images=images,
        links=links,
    )
    assert key == "abc"
    assert transport.lines == ["POST /v2/enqueue"]
    assert transport.bodies == [
        {
            "routing_key": KEY,
            "event_action": "trigger",
            "dedup_key": "abc",
            "payload": {
                "summary": "It burns",
                "source": "host",
                "severity": "warning",
                "component": "db",
                "custom_details": {"a": 1, "b": 2},
            },
            "images": images,
            "links": links,
        }
    ]
    assert payload == {"component": "db", "severity": "warning", "custom_details": {"a": 1, "b": 1}}
    (request,) = transport.requests
    assert "Authorization" not in request.headers
    assert request.headers["Content-Type"] == "application/json"


def test_the_least_of_an_event() -> None:
    client, transport = make(lambda _: answer(202, TAKEN))
    assert client.trigger("x", "y") == client.acknowledge("abc") == client.resolve("abc") == "abc"
    assert client.send_event("trigger", payload={"summary": "z"}, client="me") == "abc"
    assert [{**body, "routing_key": None} for body in transport.bodies] == [
        {
            "routing_key": None,
            "event_action": "trigger",
            "payload": {"summary": "x", "source": "y", "severity": "critical"},
        },
        {"routing_key": None, "event_action": "acknowledge", "dedup_key": "abc"},
        {"routing_key": None, "event_action": "resolve", "dedup_key": "abc"},
        {"routing_key": None, "event_action": "trigger", "payload": {"summary": "z"}, "client": "me"},
    ]


def test_change_events() -> None:
    now = datetime(2026, 3, 2, 14, 30, tzinfo=timezone(timedelta(hours=2)))
    client, transport = make([answer(202, {"id": "C1"}), answer(202, TAKEN), answer(202)], now=lambda: now)
    assert client.submit("Deployed", "ci", {"commit": "a"}, [{"href": "https://example.com"}]) == "C1"
    assert client.submit("Deployed", timestamp="2026-01-01T00:00:00Z") is None
    assert client.send_change_event({"summary": "x"}, images=[{"src": "https://example.com/x.png"}]) is None
    assert transport.lines == ["POST /v2/change/enqueue"] * 3
    first, second, third = transport.bodies
    assert first["payload"] == {
        "summary": "Deployed",
        "timestamp": "2026-03-02T12:30:00.000Z",
        "source": "ci",
        "custom_details": {"commit": "a"},
    }
    assert first["links"] == [{"href": "https://example.com"}]
    assert second["payload"] == {"summary": "Deployed", "timestamp": "2026-01-01T00:00:00Z"}
    assert third == {
        "routing_key": KEY,
        "payload": {"summary": "x"},
        "images": [{"src": "https://example.com/x.png"}],
    }


@pytest.mark.parametrize(
    "call",
    [
        lambda client: client.send_event("explode", "abc"),
        lambda client: client.acknowledge(None),
        lambda client: client.resolve(7),
        lambda client: client.trigger("x", "y", dedup_key=7),
        lambda client: client.trigger("x", "y", payload="text"),
        lambda client: client.trigger("x", "y", custom_details=[1]),
        lambda client: client.submit("x", custom_details="text"),
        lambda client: client.send_change_event([]),
        lambda client: client.post("v2/enqueue", json=[1]),
        lambda client: client.post("v2/enqueue", data="text"),
    ],
)
def test_nonsense_is_refused_before_anything_is_sent(call: Any) -> None:
    client, transport = make([])
    with pytest.raises(UrlError):
        call(client)
    with pytest.raises(ValueError, match=r"."):  # as its predecessors raised
        call(client)
    assert transport.requests == []


def test_only_post_is_a_method_of_this_api() -> None:
    client, transport = make([])
    for call in (client.get, client.put, client.delete):
        with pytest.raises(Exception, match="is not one of this API"):
            call("v2/enqueue")
    assert transport.requests == []


@pytest.mark.parametrize(("status", "retries"), [(500, 2), (502, 4), (503, 6), (504, 6), (400, 0)])
def test_events_are_retried_more_than_listings(status: int, retries: int) -> None:
    client, transport = make(lambda _: answer(status, {"message": "no"}))
    with pytest.raises(HttpError) as caught:
        client.resolve("abc")
    assert (caught.value.status, len(transport.requests)) == (status, retries + 1)
    guarded, transport = make(lambda _: answer(503), retry_ambiguous_posts=False)
    with pytest.raises(AmbiguousWriteError):
        guarded.trigger("x", "y")
    assert len(transport.requests) == 1


@pytest.mark.parametrize("body", [{}, [], "text", {"dedup_key": None}, None])
def test_an_answer_without_a_key_is_an_error(body: Any) -> None:
    client, _ = make([answer(202, body)])
    with pytest.raises(HttpServerError):
        client.trigger("x", "y")


def test_the_routing_key_is_nowhere_to_be_read(caplog: pytest.LogCaptureFixture) -> None:
    echo = {"status": "invalid event", "message": f"bad {KEY}", "errors": [KEY]}
    client, _ = make([answer(400, echo), answer(202, json.dumps(KEY)), answer(202, KEY)], debug=False)
    client.log.setLevel(logging.DEBUG)
    texts = [repr(client), client.trunc_key, repr(client.auth)]
    for _ in range(3):
        with pytest.raises(HttpError) as caught:
            client.trigger("x", "y")
        texts += [str(caught.value), repr(caught.value)]
    assert KEY not in "".join(texts) + caplog.text
    assert client.trunc_key == "*cdef"


def test_the_timestamp_is_of_now() -> None:
    client, _ = make([])
    moment = datetime.fromisoformat(client.event_timestamp)
    assert abs(datetime.now(UTC) - moment) < timedelta(minutes=1)


def test_a_change_event_with_other_properties() -> None:
    client, transport = make([answer(202, {"id": "C1"})])
    assert client.send_change_event(payload={"summary": "Deployed"}, client="ci", client_url="https://ci") == "C1"
    assert transport.bodies == [
        {"payload": {"summary": "Deployed"}, "client": "ci", "client_url": "https://ci", "routing_key": KEY}
    ]

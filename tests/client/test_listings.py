"""Listings with a way of their own: notes, alert grouping settings, raw analytics."""

from typing import Any

import pytest

from pdsync.client import HttpError, HttpServerError

from .conftest import MakeClient
from .transport import answer


def entries(*types: str) -> list[dict[str, str]]:
    return [{"id": f"R{n}", "type": kind} for n, kind in enumerate(types)]


def test_notes_are_picked_out_of_the_log(make_client: MakeClient) -> None:
    page = {"log_entries": entries("trigger_log_entry", "annotate_log_entry", "annotate_log_entry"), "more": False}
    client, transport = make_client(lambda _: answer(200, page))
    hooked: list[int] = []
    notes = client.iter_incident_notes(params={"team_ids": ["P1"]}, item_hook=lambda _, n, t: hooked.append(n))
    assert [note["id"] for note in notes] == ["R1", "R2"]
    assert hooked == [1, 2, 3]
    assert len(list(client.iter_incident_notes("PINCIDENT", {"team_ids": ["P1"], "since": "2026-01-01"}))) == 2
    assert transport.lines == [
        "GET /log_entries?team_ids%5B%5D=P1&limit=100&offset=0",
        "GET /incidents/PINCIDENT/log_entries?since=2026-01-01&limit=100&offset=0",
    ]


def test_alert_grouping_settings(make_client: MakeClient) -> None:
    pages = [
        answer(200, {"alert_grouping_settings": [{"id": "1"}], "after": "x"}),
        answer(200, {"alert_grouping_settings": [{"id": "2"}], "after": None}),
        answer(200, {"alert_grouping_settings": []}),
    ]
    client, transport = make_client(pages)
    assert [it["id"] for it in client.iter_alert_grouping_settings(["PS1", "PS2"], limit=1)] == ["1", "2"]
    assert list(client.iter_alert_grouping_settings()) == []
    first = "GET /alert_grouping_settings?service_ids%5B%5D=PS1&service_ids%5B%5D=PS2&limit=1"
    assert transport.lines == [first, f"{first}&after=x", "GET /alert_grouping_settings?limit=100"]


def test_raw_analytics_go_on_by_a_field_of_the_body(make_client: MakeClient) -> None:
    filters = {"created_at_start": "2026-01-01T00:00:00Z"}
    pages = [
        answer(200, {"data": [{"id": "A"}], "first": "f", "last": "l1", "limit": 1, "more": True}),
        answer(200, {"data": [{"id": "B"}], "first": "f", "last": "l2", "limit": 1, "more": False}),
    ]
    client, transport = make_client(pages)
    items = client.iter_analytics_raw_incidents(filters, order="asc", limit=1, time_zone="Etc/UTC")
    assert transport.requests == []
    assert [item["id"] for item in items] == ["A", "B"]
    body = {"filters": filters, "order": "asc", "order_by": "created_at", "limit": 1, "time_zone": "Etc/UTC"}
    assert transport.bodies == [body, {**body, "starting_after": "l1"}]
    assert transport.lines == ["POST /analytics/raw/incidents"] * 2
    assert filters == {"created_at_start": "2026-01-01T00:00:00Z"}


@pytest.mark.parametrize(
    ("pages", "error"),
    [
        ([answer(400, {"error": {"message": "bad filter"}})], HttpError),
        ([answer(200, [])], HttpServerError),
        ([answer(200, {"data": {}})], HttpServerError),
        ([answer(200, {"data": [], "more": True, "last": "x"})] * 2, HttpServerError),
        ([answer(200, {"data": [], "more": True})], HttpServerError),
    ],
)
def test_pages_of_analytics_that_lead_nowhere_raise(
    make_client: MakeClient, pages: list[Any], error: type[Exception]
) -> None:
    client, _ = make_client(pages)
    with pytest.raises(error):
        list(client.iter_analytics_raw_incidents({}))

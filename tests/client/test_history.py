"""Reading past the 10,000 rows that a listing gives out."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from requests import PreparedRequest, Response

from pdsync.client import ITERATION_LIMIT, IncompleteListError, UrlError
from pdsync.client.history import Span, iter_spans

from .conftest import MakeClient
from .transport import answer, query_of

START = datetime(2026, 1, 1, tzinfo=UTC)


def history(moments: list[datetime], *, counts: bool = True) -> Callable[[PreparedRequest], Response]:
    """A log with an entry at each moment, the newest first, as the API has it."""
    entries = sorted(
        ({"id": f"R{n}", "created_at": moment} for n, moment in enumerate(moments)),
        key=lambda entry: entry["created_at"],
        reverse=True,
    )

    def serve(request: PreparedRequest) -> Response:
        query = query_of(request)
        since, until = (datetime.fromisoformat(query[name]) for name in ("since", "until"))
        offset, limit = int(query["offset"]), min(int(query["limit"]), 100)
        if offset + limit > ITERATION_LIMIT:
            return answer(400, {"error": {"code": 2001, "message": "offset + limit is too large"}})
        found = [entry for entry in entries if since <= entry["created_at"] <= until]
        rows = [{**entry, "created_at": entry["created_at"].isoformat()} for entry in found[offset : offset + limit]]
        total = len(found) if counts and query.get("total") == "true" else None
        return answer(200, {"log_entries": rows, "more": offset + limit < len(found), "total": total})

    return serve


def test_25_000_rows_are_read_each_once(make_client: MakeClient) -> None:
    moments = [START + timedelta(seconds=n % 9_001) for n in range(25_000)]
    client, transport = make_client(history(moments))
    seen: list[tuple[int, int | str]] = []
    items = client.iter_history(
        "log_entries",
        START,
        START + timedelta(days=1),
        params={"team_ids": ["P1"], "since": "1999-01-01", "offset": 7},
        item_hook=lambda item, number, total: seen.append((number, total)),
    )
    assert transport.requests == []
    identities = [item["id"] for item in items]
    assert (len(identities), set(identities)) == (25_000, {f"R{n}" for n in range(25_000)})
    assert seen == [(n, "?") for n in range(1, 25_001)]
    assert all("team_ids%5B%5D=P1" in line and "1999" not in line for line in transport.lines)
    with pytest.raises(IncompleteListError, match="iter_history"):
        client.list_all("log_entries", {"since": "2026-01-01T00:00:00Z", "until": "2026-01-02T00:00:00Z"})


def test_a_listing_that_is_never_counted_is_read_until_it_is_too_long(make_client: MakeClient) -> None:
    moments = [START + timedelta(seconds=n % 5_000) for n in range(12_000)]
    client, _ = make_client(history(moments, counts=False))
    identities = [it["id"] for it in client.iter_history("log_entries", START, START + timedelta(hours=2))]
    assert (len(identities), len(set(identities))) == (12_000, 12_000)


def test_too_much_in_one_second_is_an_error(make_client: MakeClient) -> None:
    client, _ = make_client(history([START] * 10_001))
    with pytest.raises(IncompleteListError, match="narrow it down with filters") as caught:
        list(client.iter_history("log_entries", START, START + timedelta(seconds=1)))
    assert caught.value.total == 10_001


def test_a_history_that_goes_on_by_a_cursor_has_no_limit(make_client: MakeClient) -> None:
    first = {"records": [{"id": "1"}], "next_cursor": "b", "limit": 1}
    client, transport = make_client([answer(200, first), answer(200, {"records": [{"id": "2"}], "next_cursor": None})])
    items = client.iter_history("audit/records", START, START + timedelta(days=1), page_size=1)
    assert [item["id"] for item in items] == ["1", "2"]
    query = "since=2026-01-01T00%3A00%3A00Z&until=2026-01-02T00%3A00%3A00Z&limit=1"
    assert transport.lines == [f"GET /audit/records?{query}", f"GET /audit/records?{query}&cursor=b"]


@pytest.mark.parametrize(
    ("url", "since", "until"),
    [
        ("users", START, START),
        ("no/such/path", START, START),
        ("log_entries", START.replace(tzinfo=None), START),
        ("log_entries", "2026-01-01", START),
        ("log_entries", START, START - timedelta(seconds=1)),
    ],
)
def test_what_is_no_history_is_refused_by_the_call_itself(
    make_client: MakeClient, url: str, since: Any, until: Any
) -> None:
    client, transport = make_client([])
    with pytest.raises(UrlError):
        client.iter_history(url, since, until)
    assert transport.requests == []


@given(
    seconds=st.lists(st.integers(0, 40), max_size=60),
    length_s=st.integers(0, 40),
    limit=st.integers(1, 12),
    is_counted=st.booleans(),
)
def test_every_item_of_any_history_comes_once_or_an_error_does(
    seconds: list[int], length_s: int, limit: int, is_counted: bool
) -> None:
    items = [{"id": str(n), "at": START + timedelta(seconds=second)} for n, second in enumerate(seconds)]
    whole = Span.of(START, START + timedelta(seconds=length_s))

    def inside(span: Span) -> list[dict[str, Any]]:
        return [item for item in items if span.since <= item["at"] <= span.until]

    def count(span: Span) -> int | None:
        # The limit of the API is scaled down: so many are told to be just above it.
        found = len(inside(span))
        return (found if found <= limit else ITERATION_LIMIT + found) if is_counted else None

    def read(span: Span) -> Iterator[dict[str, Any]]:
        found = inside(span)
        yield from found[:limit]
        if len(found) > limit:
            raise IncompleteListError("too many", read=limit)

    try:
        got = [item["id"] for item in iter_spans(whole, count, read)]
    except IncompleteListError:
        # Only where two neighbouring seconds hold more than the limit, which no span can separate.
        assert any(
            sum(1 for item in inside(whole) if 0 <= (item["at"] - START).total_seconds() - second <= 1) > limit
            for second in range(length_s + 1)
        )
    else:
        assert sorted(got) == sorted(item["id"] for item in inside(whole))
        assert len(set(got)) == len(got)

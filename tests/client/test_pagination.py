from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from requests import PreparedRequest, Response

from pdsync.client import ITERATION_LIMIT, HttpError, HttpServerError, IncompleteListError, UrlError

from .conftest import MakeClient
from .transport import answer, query_of


def collection(size: int, name: str = "users", largest_page: int = 100) -> Callable[[PreparedRequest], Response]:
    """A server with a classically paginated collection of this size."""

    def serve(request: PreparedRequest) -> Response:
        query = query_of(request)
        offset, limit = int(query.get("offset", 0)), min(int(query.get("limit", 25)), largest_page)
        if offset + limit > ITERATION_LIMIT:
            return answer(400, {"error": {"code": 2001, "message": "offset + limit is too large"}})
        rows = [{"id": f"P{n}", "name": f"n{n}"} for n in range(offset, min(offset + limit, size))]
        total = size if query.get("total") == "true" else None
        return answer(
            200, {name: rows, "limit": limit, "offset": offset, "more": offset + limit < size, "total": total}
        )

    return serve


def cursors(pages: dict[str, dict[str, Any]], parameter: str = "cursor") -> Callable[[PreparedRequest], Response]:
    return lambda request: answer(200, pages[query_of(request).get(parameter, "")])


@pytest.mark.parametrize("size", [0, 1, 99, 100, 101, 250])
def test_every_item_once_in_order(make_client: MakeClient, size: int) -> None:
    client, transport = make_client(collection(size))
    assert [item["id"] for item in client.iter_all("users")] == [f"P{n}" for n in range(size)]
    assert len(transport.requests) == max(1, -(-size // 100))


def test_pages_are_asked_for_as_documented(make_client: MakeClient) -> None:
    client, transport = make_client(collection(82, "services"))
    client.list_all("services", params={"query": "foo", "include": ["teams"], "limit": 50})
    assert transport.lines == [
        "GET /services?query=foo&include%5B%5D=teams&limit=50&offset=0",
        "GET /services?query=foo&include%5B%5D=teams&limit=50&offset=50",
    ]


def test_page_size_goes_before_limit_and_default(make_client: MakeClient) -> None:
    client, transport = make_client(collection(10))
    client.default_page_size = 9
    client.list_all("users", params={"limit": 5}, page_size=10)
    client.list_all("users", params={"limit": 5, "offset": 5})
    client.list_all("users", params={"offset": 9})
    assert transport.lines == [
        "GET /users?limit=10&offset=0",
        "GET /users?limit=5&offset=5",
        "GET /users?limit=9&offset=9",
    ]


def test_a_server_that_gives_smaller_pages_loses_no_row(make_client: MakeClient) -> None:
    client, _ = make_client(collection(95, largest_page=30))
    assert len(client.list_all("users", page_size=100)) == 95


def test_nothing_is_requested_before_the_first_step_and_no_more_than_needed(make_client: MakeClient) -> None:
    client, transport = make_client(collection(250))
    items = client.iter_all("users")
    assert transport.requests == []
    next(items)
    assert len(transport.requests) == 1


def test_the_item_hook_gets_item_number_and_total(make_client: MakeClient) -> None:
    seen: list[tuple[str, int, int | str]] = []

    def hook(item: dict[str, Any], number: int, total: int | str) -> None:
        seen.append((item["id"], number, total))

    client, transport = make_client(collection(3))
    client.list_all("users", item_hook=hook, page_size=2)
    client.list_all("users", item_hook=hook, page_size=2, total=True)
    assert seen == [("P0", 1, "?"), ("P1", 2, "?"), ("P2", 3, "?"), ("P0", 1, 3), ("P1", 2, 3), ("P2", 3, 3)]
    assert "total=true" in transport.lines[-1]


def test_a_list_beyond_the_10_000_rows_raises_and_says_how_to_go_on(make_client: MakeClient) -> None:
    client, _ = make_client(collection(10_001))
    read: list[dict[str, Any]] = []
    with pytest.raises(IncompleteListError, match="team_ids") as caught:
        read.extend(client.iter_all("users"))
    assert (len(read), caught.value.read) == (10_000, 10_000)


def test_exactly_10_000_rows_are_a_whole_list_with_any_page_size(make_client: MakeClient) -> None:
    for page_size in (100, 99):
        client, _ = make_client(collection(10_000))
        assert len(client.list_all("users", page_size=page_size)) == 10_000


def test_an_empty_page_that_says_there_is_more_raises(make_client: MakeClient) -> None:
    client, transport = make_client(lambda _: answer(200, {"users": [], "more": True}))
    with pytest.raises(HttpServerError, match="empty page"):
        client.list_all("users")
    assert len(transport.requests) == 1


def test_without_more_a_full_page_is_not_taken_for_the_last(make_client: MakeClient) -> None:
    def serve(request: PreparedRequest) -> Response:
        offset = int(query_of(request)["offset"])
        return answer(200, {"change_events": [{"id": n} for n in range(offset, min(offset + 100, 200))]})

    client, transport = make_client(serve)
    assert len(client.list_all("change_events")) == 200
    assert len(transport.requests) == 3


def test_a_failed_page_ends_the_iteration_with_an_error(make_client: MakeClient) -> None:
    page = {"users": [{"id": "P1"}], "more": True}
    client, _ = make_client([answer(200, page), answer(500, {"error": {"message": "oops"}})])
    with pytest.raises(HttpServerError, match="oops"):
        client.list_all("users")
    client, _ = make_client([answer(403, {"error": {"message": "Access Denied", "code": 2010}})])
    with pytest.raises(HttpError) as caught:
        client.list_all("users")
    assert (caught.value.status, caught.value.code) == (403, 2010)


@pytest.mark.parametrize("body", [{"teams": []}, [], "text", {"users": {}}, "<html>", None])
def test_an_answer_that_is_not_the_list_raises(make_client: MakeClient, body: Any) -> None:
    client, _ = make_client([answer(200, body)])
    with pytest.raises(HttpServerError):
        client.list_all("users")


def test_unpaginated_lists_are_one_request_without_limit(make_client: MakeClient) -> None:
    client, transport = make_client([answer(200, {"contact_methods": [{"id": "P1"}] * 150})])
    assert len(client.list_all("users/PABC123/contact_methods")) == 150
    assert transport.lines == ["GET /users/PABC123/contact_methods"]


def test_an_unpaginated_list_that_says_there_is_more_is_read_on(make_client: MakeClient) -> None:
    client, _ = make_client(collection(60, "contact_methods"))
    assert len(client.list_all("users/PABC123/contact_methods")) == 60


@pytest.mark.parametrize("url", ["abilities/x", "no_such_path", "https://evil.example/users", "analytics/raw/users"])
def test_what_is_no_collection_is_refused_by_the_call_itself(make_client: MakeClient, url: str) -> None:
    client, transport = make_client([])
    with pytest.raises(UrlError):
        client.iter_all(url)
    assert transport.requests == []


@pytest.mark.parametrize("arguments", [{"page_size": -1}, {"params": {"limit": "x"}}, {"params": {"offset": -1}}])
def test_nonsense_numbers_are_refused(make_client: MakeClient, arguments: dict[str, Any]) -> None:
    client, _ = make_client([])
    with pytest.raises(UrlError):
        client.iter_all("users", **arguments)


AUDIT = {
    "": {"records": [{"id": "1"}, {"id": "2"}], "limit": 2, "next_cursor": "b"},
    "b": {"records": [], "limit": 2, "next_cursor": "c"},
    "c": {"records": [{"id": "3"}], "limit": 2, "next_cursor": None},
}


def test_iter_all_on_a_cursor_endpoint_yields_everything(make_client: MakeClient) -> None:
    client, transport = make_client(cursors(AUDIT))
    assert [record["id"] for record in client.iter_all("audit/records", {"actions": ["create"]}, page_size=2)] == [
        "1",
        "2",
        "3",
    ]
    assert transport.lines == [
        "GET /audit/records?actions%5B%5D=create&limit=2",
        "GET /audit/records?actions%5B%5D=create&limit=2&cursor=b",
        "GET /audit/records?actions%5B%5D=create&limit=2&cursor=c",
    ]
    assert len(client.list_all("audit/records")) == 3
    assert set(client.dict_all("audit/records")) == {"1", "2", "3"}
    assert len(client.list_all("audit/records", complete=True)) == 3


def test_iter_cursor_begins_where_it_is_told_and_calls_the_hook(make_client: MakeClient) -> None:
    seen: list[tuple[int, int | str]] = []
    client, _ = make_client(cursors(AUDIT))
    items = client.iter_cursor("audit/records", params={"cursor": "c"}, item_hook=lambda _, n, t: seen.append((n, t)))
    assert [item["id"] for item in items] == ["3"]
    assert seen == [(1, "?")]


def test_iter_cursor_is_for_cursor_endpoints(make_client: MakeClient) -> None:
    client, _ = make_client([])
    with pytest.raises(UrlError, match="iter_all"):
        client.iter_cursor("users")


def test_alert_grouping_settings_go_on_by_after(make_client: MakeClient) -> None:
    pages = {
        "": {"alert_grouping_settings": [{"id": "1"}], "after": "x", "before": None},
        "x": {"alert_grouping_settings": [{"id": "2"}], "before": "y"},
    }
    client, _ = make_client(cursors(pages, "after"))
    assert [item["id"] for item in client.iter_all("alert_grouping_settings")] == ["1", "2"]


@pytest.mark.parametrize(
    "pages",
    [
        {"": {"records": [{"id": "1"}], "next_cursor": "a"}, "a": {"records": [], "next_cursor": "a"}},
        {"": {"records": [], "next_cursor": None, "more": True}},
    ],
)
def test_cursors_that_lead_nowhere_raise_instead_of_looping(
    make_client: MakeClient, pages: dict[str, dict[str, Any]]
) -> None:
    client, transport = make_client(cursors(pages))
    with pytest.raises(HttpServerError, match="cursor"):
        client.list_all("audit/records")
    assert len(transport.requests) == len(pages)


def test_get_total(make_client: MakeClient) -> None:
    client, transport = make_client(collection(42))
    assert client.get_total("users", params={"team_ids[]": ["PGHI789"], "limit": 50}) == 42
    assert transport.lines == ["GET /users?team_ids%5B%5D=PGHI789&limit=1&offset=0&total=true"]
    with pytest.raises(UrlError):
        client.get_total("audit/records")
    client, _ = make_client([answer(200, {"users": [], "more": False})])
    with pytest.raises(HttpServerError, match="no total"):
        client.get_total("users")


def test_find_takes_no_object_without_the_attribute_for_one_that_is_called_none(make_client: MakeClient) -> None:
    rows = [{"id": "P1"}, {"id": "P2", "name": None}, {"id": "P3", "name": "NONE"}]
    client, _ = make_client(lambda _: answer(200, {"teams": rows, "more": False}))
    found = client.find("teams", "None")
    assert found is not None
    assert found["id"] == "P3"


@pytest.mark.parametrize("url", ["users/PABC123", "users/me", "services/P1/integrations/P2", "vendors/P1"])
def test_a_single_object_is_no_collection_and_nothing_is_sent(make_client: MakeClient, url: str) -> None:
    client, transport = make_client([])
    for listing in (client.iter_all, partial(client.list_all, complete=True)):
        with pytest.raises(UrlError, match="not a collection"):
            listing(url)
    assert transport.requests == []


def test_a_collection_may_be_named_by_a_parameter(make_client: MakeClient) -> None:
    client, _ = make_client(lambda _: answer(200, {"relationships": [{"id": "D1"}]}))
    assert client.list_all("service_dependencies/business_services/P1") == [{"id": "D1"}]


@pytest.mark.parametrize("cursor", [7, 0, 2**70, -1], ids=str)
def test_a_numeric_cursor_goes_on(make_client: MakeClient, cursor: int) -> None:
    pages = {
        "": {"records": [{"id": "A"}], "next_cursor": cursor},
        str(cursor): {"records": [{"id": "B"}], "next_cursor": None},
    }
    client, _ = make_client(cursors(pages))
    assert [it["id"] for it in client.iter_all("audit/records")] == ["A", "B"]


@pytest.mark.parametrize("cursor", [1.5, True, False, [], ["x"], {}, {"next": "x"}], ids=str)
def test_a_cursor_that_cannot_be_read_is_an_error_and_no_end(make_client: MakeClient, cursor: Any) -> None:
    client, _ = make_client(cursors({"": {"records": [{"id": "A"}], "next_cursor": cursor}}))
    with pytest.raises(HttpServerError, match="'next_cursor' is a"):
        client.list_all("audit/records")


@pytest.mark.parametrize(
    "member", [{"more": "true"}, {"more": 1}, {"more": []}, {"total": "250"}, {"total": 2.5}], ids=str
)
@pytest.mark.parametrize("complete", [False, True])
def test_paging_members_that_cannot_be_read_are_an_error(
    make_client: MakeClient, member: dict[str, Any], complete: bool
) -> None:
    """A listing whose `more` is text must not end after its first short page."""
    client, _ = make_client(lambda _: answer(200, {"users": [{"id": "P1"}], "more": False, "total": 1, **member}))
    with pytest.raises(HttpServerError, match="is a"):
        client.list_all("users", complete=complete)


@pytest.mark.parametrize("listed", ["Caf\u00e9", "CAFE\u0301"])
@pytest.mark.parametrize("query", ["Caf\u00e9", "Cafe\u0301"])
def test_find_takes_one_name_in_two_encodings_for_one(make_client: MakeClient, listed: str, query: str) -> None:
    rows = [{"id": "P0", "name": "Cafe"}, {"id": "P1", "name": listed}]
    client, _ = make_client(lambda _: answer(200, {"teams": rows, "more": False}))
    assert (client.find("teams", query) or {}).get("id") == "P1"

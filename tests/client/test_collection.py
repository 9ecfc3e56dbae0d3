import threading
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import nullcontext
from typing import Any

import pytest
from requests import PreparedRequest, Response

from pdsync.client import HttpServerError, IncompleteListError

from .conftest import MakeClient
from .test_pagination import collection
from .transport import answer, query_of


@pytest.mark.parametrize("workers", [0, 1, 4])
@pytest.mark.parametrize("size", [0, 1, 100, 101, 999, 1000])
def test_the_whole_collection_in_as_few_requests_as_there_are_pages(
    make_client: MakeClient, size: int, workers: int
) -> None:
    client, transport = make_client(collection(size))
    with ThreadPoolExecutor(workers) if workers else nullcontext() as executor:
        read = client.list_all("users", complete=True, params={"include": ["teams"]}, executor=executor)
    assert [item["id"] for item in read] == [f"P{n}" for n in range(size)]
    assert len(transport.requests) == max(1, -(-(size - 1) // 99)), "pages share one row"
    assert all("total=true" in line and "include%5B%5D=teams" in line for line in transport.lines)


def test_10_000_objects_are_read_and_10_001_are_refused_after_one_request(make_client: MakeClient) -> None:
    client, transport = make_client(collection(10_000))
    assert len(client.list_all("users", complete=True)) == 10_000
    client, transport = make_client(collection(10_001))
    with pytest.raises(IncompleteListError, match="10,001") as caught:
        client.list_all("users", complete=True)
    assert (caught.value.total, len(transport.requests)) == (10_001, 1)


def test_a_server_with_smaller_pages_is_followed(make_client: MakeClient) -> None:
    client, _ = make_client(collection(95, largest_page=30))
    assert len(client.list_all("users", complete=True)) == 95


def moving(readings: list[list[tuple[list[str], int]]]) -> Callable[[PreparedRequest], Response]:
    """Pages of three, of which each begins where the one before ends, as (ids, total) for each complete reading; a new one
    begins with offset 0."""
    queue = iter(readings)
    current: list[list[tuple[list[str], int]]] = []

    def serve(request: PreparedRequest) -> Response:
        offset = int(query_of(request)["offset"])
        if offset == 0:
            current[:] = [next(queue)]
        ids, total = current[0][offset // 2]
        rows = [{"id": identity} for identity in ids]
        return answer(200, {"users": rows, "more": offset + 3 < total, "total": total, "limit": 3, "offset": offset})

    return serve


STABLE = [(["A", "B", "C"], 4), (["C", "D"], 4)]
SHIFTED = [(["A", "B", "C"], 4), (["B", "C"], 4)]  # someone created an object between the pages
GREW = [(["A", "B", "C"], 4), (["C", "D", "E"], 5)]
RECOUNTED = [(["A", "B", "C"], 4), (["C", "D"], 5)]  # as many as the first page says, but not as the second does
SLIPPED = [(["A", "B", "C"], 4), (["D", "E"], 4)]  # A went and E came
TURNED = [(["A", "B", "C"], 4), (["D", "C"], 4)]  # as many as there should be, but C does not come first any more


@pytest.mark.parametrize("first", [SHIFTED, GREW, RECOUNTED, SLIPPED, TURNED])
def test_a_collection_that_moved_is_read_once_more(make_client: MakeClient, first: Any) -> None:
    client, transport = make_client(moving([first, STABLE]))
    assert [item["id"] for item in client.list_all("users", complete=True, page_size=3)] == ["A", "B", "C", "D"]
    assert len(transport.requests) == 4


def test_a_collection_without_a_steady_order_is_taken_if_it_is_the_same_twice(make_client: MakeClient) -> None:
    """Objects of one name may stand in any order, which is not a reason to give up."""
    other = [(["B", "A", "D"], 4), (["C", "D"], 4)]
    client, _ = make_client(moving([TURNED, other]))
    assert sorted(item["id"] for item in client.list_all("users", complete=True, page_size=3)) == ["A", "B", "C", "D"]
    client, _ = make_client(moving([TURNED, [(["A", "B", "C"], 4), (["E", "C"], 4)]]))
    with pytest.raises(IncompleteListError, match="change while they are read"):
        client.list_all("users", complete=True, page_size=3)


def test_what_moves_up_to_a_page_already_read_is_not_overlooked(make_client: MakeClient) -> None:
    """One object goes from the first page and another comes on the last: as many as before."""
    rows = [f"P{n:03}" for n in range(250)]

    def serve(request: PreparedRequest) -> Response:
        offset, limit = (int(query_of(request)[name]) for name in ("offset", "limit"))
        page = rows[offset : offset + limit]
        answered = answer(200, {"users": [{"id": it} for it in page], "more": offset + limit < 250, "total": 250})
        if offset == 0 and rows[0] == "P000":
            rows[:] = [*rows[1:], "P250"]
        return answered

    client, _ = make_client(serve)
    assert [item["id"] for item in client.list_all("users", complete=True)] == rows


def test_a_count_that_stops_at_some_number_is_no_proof_of_the_whole(make_client: MakeClient) -> None:
    """Search indexes count up to 10,000. A last page that says there is more is believed."""

    def serve(request: PreparedRequest) -> Response:
        offset = int(query_of(request)["offset"])
        rows = [{"id": f"P{offset + n}"} for n in range(100)]
        return answer(200, {"users": rows, "more": True, "total": 10_000, "limit": 100, "offset": offset})

    client, _ = make_client(serve)
    with pytest.raises(IncompleteListError, match="give different totals") as caught:
        client.list_all("users", complete=True)
    assert (caught.value.read, caught.value.total) == (10_000, None)


def test_a_collection_that_keeps_moving_raises(make_client: MakeClient) -> None:
    client, _ = make_client(moving([SHIFTED, SHIFTED, STABLE]))
    with pytest.raises(IncompleteListError, match="Try again"):
        client.list_all("users", complete=True, page_size=3)


def test_a_page_that_fails_fails_the_whole(make_client: MakeClient) -> None:
    serve = collection(500)

    def broken(request: PreparedRequest) -> Response:
        return answer(500) if query_of(request)["offset"] == "297" else serve(request)

    client, _ = make_client(broken)
    with ThreadPoolExecutor(2) as executor, pytest.raises(HttpServerError):
        client.list_all("users", complete=True, executor=executor)


def test_without_a_total_more_decides(make_client: MakeClient) -> None:
    def serve(request: PreparedRequest) -> Response:
        offset = int(query_of(request)["offset"])
        rows = [{"id": n} for n in range(offset, min(offset + 100, 230))]
        return answer(200, {"orchestrations": rows, "more": offset + 100 < 230, "total": None})

    client, transport = make_client(serve)
    assert len(client.list_all("event_orchestrations", complete=True)) == 230
    assert len(transport.requests) == 3


def test_objects_without_id_are_told_apart_by_content(make_client: MakeClient) -> None:
    members = [{"user": {"id": f"P{n}"}, "role": "manager"} for n in range(3)]
    client, _ = make_client([answer(200, {"members": members, "more": False, "total": 3})])
    assert client.list_all("teams/PT/members", complete=True) == members


def test_unpaginated_collections_cost_one_request(make_client: MakeClient) -> None:
    client, transport = make_client([answer(200, {"contact_methods": [{"id": "P1"}]})])
    assert client.list_all("users/PABC123/contact_methods", complete=True) == [{"id": "P1"}]
    assert transport.lines == ["GET /users/PABC123/contact_methods"]


def test_reading_within_a_worker_of_the_same_executor_does_not_lock_up(make_client: MakeClient) -> None:
    client, _ = make_client(collection(500))
    with ThreadPoolExecutor(2) as executor:
        readings = [executor.submit(client.list_all, "users", complete=True, executor=executor) for _ in range(6)]
        assert [len(reading.result(timeout=20)) for reading in readings] == [500] * 6


def test_pages_are_read_at_the_same_time(make_client: MakeClient) -> None:
    serve = collection(298)
    both = threading.Barrier(2, timeout=10)

    def together(request: PreparedRequest) -> Response:
        if query_of(request)["offset"] != "0":
            both.wait()  # breaks unless the second and the third page are under way together
        return serve(request)

    client, _ = make_client(together)
    executor: Executor
    with ThreadPoolExecutor(2) as executor:
        assert len(client.list_all("users", complete=True, executor=executor)) == 298

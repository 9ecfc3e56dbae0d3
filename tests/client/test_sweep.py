"""A search through a collection that others change meanwhile: what is there all the time is found, or nothing is said."""

from bisect import insort
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from requests import PreparedRequest, Response

from pdsync.client import HttpServerError, IncompleteListError

from .conftest import MakeClient
from .test_pagination import collection
from .transport import answer, query_of


def everything(item: dict[str, Any]) -> bool:
    return True


def ids(found: list[dict[str, Any]]) -> list[str]:
    return [item["id"] for item in found]


@pytest.mark.parametrize(("size", "requests"), [(0, 1), (1, 1), (100, 1), (101, 2), (195, 2), (196, 3), (2000, 21)])
def test_a_collection_that_stands_still_is_read_page_by_page(make_client: MakeClient, size: int, requests: int) -> None:
    client, transport = make_client(collection(size))
    assert ids(client.list_all("users", complete=True, where=everything)) == [f"P{n}" for n in range(size)]
    assert len(transport.requests) == requests
    assert all("total=true" in line for line in transport.lines)


def test_only_what_is_wanted_is_given(make_client: MakeClient) -> None:
    client, _ = make_client(collection(500))
    assert ids(client.list_all("users", complete=True, where=lambda item: item["name"] == "n444")) == ["P444"]


PLACES = st.floats(0, 0.999)
STEPS = st.lists(
    st.lists(st.tuples(st.sampled_from(["make", "make", "delete"]), PLACES), max_size=12), min_size=0, max_size=12
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(size=st.integers(0, 420), steps=STEPS, totals=st.booleans())
def test_what_is_there_all_the_time_is_found(
    make_client: MakeClient, size: int, steps: list[list[tuple[str, float]]], totals: bool
) -> None:
    rows = [float(n) for n in range(size)]
    lasting = set(rows)
    queue = iter(steps)

    def serve(request: PreparedRequest) -> Response:
        query = query_of(request)
        offset, limit = int(query["offset"]), int(query["limit"])
        page = [{"id": str(row)} for row in rows[offset : offset + limit]]
        body = {"users": page, "more": offset + limit < len(rows), "total": len(rows) if totals else None}
        for what, where in next(queue, ()):
            if what == "make":
                insort(rows, where * size - 0.5)
            elif rows:
                lasting.discard(rows.pop(int(where * len(rows))))
        return answer(200, body)

    client, transport = make_client(serve)
    try:
        found = set(ids(client.list_all("users", complete=True, where=everything)))
    except IncompleteListError:
        return
    assert {str(row) for row in lasting} <= found
    assert len(transport.requests) < 40


def test_a_collection_that_is_added_to_all_the_time_is_read(make_client: MakeClient) -> None:
    """As it is by an apply that makes a service with each of its workers: a count would never come out."""
    rows = [float(n) for n in range(900)]

    def serve(request: PreparedRequest) -> Response:
        offset, limit = (int(query_of(request)[name]) for name in ("offset", "limit"))
        page = [{"id": str(row)} for row in rows[offset : offset + limit]]
        body = {"users": page, "more": offset + limit < len(rows), "total": len(rows)}
        for _ in range(3):
            rows.insert(0, -float(len(rows)))
        return answer(200, body)

    client, _ = make_client(serve)
    assert {str(float(n)) for n in range(900)} <= set(ids(client.list_all("users", complete=True, where=everything)))


def test_pages_in_no_order_at_all_are_no_proof(make_client: MakeClient) -> None:
    """The second page says again what the first one said, so someone is missing."""

    def serve(request: PreparedRequest) -> Response:
        offset = int(query_of(request)["offset"])
        rows = [{"id": str(n)} for n in (range(100) if not offset else range(40, 140))]
        return answer(200, {"users": rows, "more": not offset, "total": 195})

    client, transport = make_client(serve)
    with pytest.raises(IncompleteListError, match="may not be all"):
        client.list_all("users", complete=True, where=everything)
    assert len(transport.requests) == 4


@pytest.mark.parametrize("more", [True, False])
@pytest.mark.parametrize("total", [5_000, 10**15])
def test_broken_answers_cost_a_few_requests(make_client: MakeClient, total: int, more: bool) -> None:
    client, transport = make_client(
        lambda request: answer(200, {"users": [{"id": str(n)} for n in range(100)], "more": more, "total": total})
    )
    with pytest.raises(IncompleteListError):
        client.list_all("users", complete=True, where=everything)
    assert len(transport.requests) <= 4


def test_an_empty_page_with_more_is_an_error(make_client: MakeClient) -> None:
    client, _ = make_client(lambda request: answer(200, {"users": [], "more": True, "total": 5}))
    with pytest.raises(HttpServerError, match="empty page"):
        client.list_all("users", complete=True, where=everything)


@pytest.mark.parametrize(("size", "fails"), [(10_000, False), (10_001, True)])
def test_the_api_gives_out_10_000_rows(make_client: MakeClient, size: int, fails: bool) -> None:
    client, transport = make_client(collection(size))
    if not fails:
        assert len(client.list_all("users", complete=True, where=everything)) == size
        return
    with pytest.raises(IncompleteListError, match="10,001 objects"):
        client.list_all("users", complete=True, where=everything)
    assert len(transport.requests) == 1


def test_listings_of_one_page_are_read_too(make_client: MakeClient) -> None:
    client, _ = make_client([answer(200, {"contact_methods": [{"id": "P1"}, {"id": "P2"}]})])
    assert ids(
        client.list_all("users/PABC123/contact_methods", complete=True, where=lambda item: item["id"] == "P2")
    ) == ["P2"]


@pytest.mark.parametrize(("cap", "size"), [(10, 2000), (6, 300), (3, 40), (2, 30), (1, 12)])
def test_small_pages_are_read_to_the_end(make_client: MakeClient, cap: int, size: int) -> None:
    def serve(request: PreparedRequest) -> Response:
        query = query_of(request)
        offset, limit = int(query["offset"]), min(cap, int(query["limit"]))
        page = [{"id": str(row)} for row in range(size)[offset : offset + limit]]
        return answer(200, {"users": page, "more": offset + limit < size, "total": size})

    client, transport = make_client(serve)
    assert ids(client.list_all("users", complete=True, where=everything)) == [str(row) for row in range(size)]
    assert len(transport.requests) <= 2 * size // cap + 1


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32), namesakes=st.integers(2, 30))
def test_an_order_that_does_not_hold_is_noticed(make_client: MakeClient, seed: int, namesakes: int) -> None:
    """Objects of one name across the end of a page, in another order each time, while others are made: found, or an error."""
    random = Random(seed)
    made: list[str] = []

    def serve(request: PreparedRequest) -> Response:
        query = query_of(request)
        offset, limit = int(query["offset"]), int(query["limit"])
        block = [f"same-{n}" for n in range(namesakes)]
        random.shuffle(block)
        rows = [*(f"a{n}" for n in range(90)), *block, *(f"b{n}" for n in range(150)), *made]
        made.append(f"new-{len(made)}")
        page = [{"id": row} for row in rows[offset : offset + limit]]
        return answer(200, {"users": page, "more": offset + limit < len(rows), "total": len(rows)})

    client, _ = make_client(serve)
    try:
        found = set(ids(client.list_all("users", complete=True, where=everything)))
    except IncompleteListError:
        return
    missed = {f"same-{n}" for n in range(namesakes)} - found
    assert not missed

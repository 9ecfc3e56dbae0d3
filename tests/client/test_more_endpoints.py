"""Endpoints that the built-in table does not have, described by the caller."""

import pytest

from pdsync.client import Endpoint, RestApiV2Client, UrlError, collection_endpoints

from .conftest import TOKEN, MakeClient
from .transport import answer

GADGETS = collection_endpoints("/gadgets", "gadget", "gadgets")


def test_a_collection_of_the_callers_is_read_and_written(make_client: MakeClient) -> None:
    one = {"id": "G1", "name": "x"}
    answers = [
        answer(200, {"gadgets": [one], "more": False, "total": 1}),
        answer(201, {"gadget": one}),
        answer(200, {"gadget": one}),
        answer(200, {"gadget": one}),
        answer(204),
    ]
    client, transport = make_client(answers, more_endpoints=GADGETS)
    assert client.dict_all("gadgets", complete=True) == {"G1": one}
    assert client.rpost("gadgets", json={"name": "x"}) == one
    assert client.rget("gadgets/G1") == one
    assert client.rput("/gadgets/G1", json={"name": "x"}) == one
    client.rdelete("gadgets/G1")
    assert transport.bodies[1] == transport.bodies[3] == {"gadget": {"name": "x"}}
    assert client.entity_wrappers("GET", "gadgets/G1") == ("gadget", "gadget")


def test_what_is_not_described_stays_an_error_and_other_clients_know_nothing_of_it(make_client: MakeClient) -> None:
    client, transport = make_client([], more_endpoints=GADGETS)
    other, _ = make_client([])
    for call in (
        lambda: client.rget("gadgets/G1/parts"),
        lambda: client.iter_all("gadgets/G1"),
        lambda: client.rput("gadgets", json={}),
        lambda: other.rget("gadgets"),
    ):
        with pytest.raises(UrlError):
            call()
    assert transport.requests == []


def test_a_document_under_a_parent_is_described_by_itself(make_client: MakeClient) -> None:
    endpoints = [
        *GADGETS,
        Endpoint("GET", "/gadgets/{id}/settings", None, "settings"),
        Endpoint("PUT", "/gadgets/{id}/settings", "settings", "settings"),
    ]
    client, transport = make_client([answer(200, {"settings": {"a": 1}})] * 2, more_endpoints=endpoints)
    assert client.rget("gadgets/G1/settings") == client.rput("gadgets/G1/settings", json={"a": 1}) == {"a": 1}
    assert transport.bodies == [None, {"settings": {"a": 1}}]


def test_an_endpoint_replaces_that_of_the_table(make_client: MakeClient) -> None:
    endpoint = Endpoint("GET", "/users", None, "users", "cursor")
    pages = [
        answer(200, {"users": [{"id": "P1"}], "next_cursor": "c"}),
        answer(200, {"users": [], "next_cursor": None}),
    ]
    client, transport = make_client(pages, more_endpoints=[endpoint])
    assert client.list_all("users") == [{"id": "P1"}]
    assert transport.lines == ["GET /users?limit=100", "GET /users?limit=100&cursor=c"]


@pytest.mark.parametrize("path", ["gadgets", "/users/{name}"])
def test_paths_that_cannot_be_used_are_refused(path: str) -> None:
    with pytest.raises(UrlError):
        RestApiV2Client(TOKEN, more_endpoints=[Endpoint("GET", path, None, "gadgets")])

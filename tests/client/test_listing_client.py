"""Whole collections by key, and one object of a collection."""

from typing import Any

import pytest

from pdsync.client import DuplicateError, IncompleteListError, UrlError

from .conftest import MakeClient
from .test_pagination import collection
from .transport import answer

TWO = [{"id": "P2", "name": "Same"}, {"id": "P1", "name": "same"}, {"id": "P3", "name": "Other"}]


def listed(rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {"teams": rows, "more": False, "total": len(rows)}


def test_a_dictionary_that_is_complete(make_client: MakeClient) -> None:
    client, transport = make_client(collection(298))
    found = client.dict_all("users", complete=True)
    assert list(found) == [f"P{n}" for n in range(298)]
    assert len(transport.requests) == 3


def test_a_complete_dictionary_loses_nothing_to_a_key_that_comes_twice(make_client: MakeClient) -> None:
    rows = [{"id": "P1", "name": "x"}, {"id": "P2", "name": "y"}, {"id": "P3", "name": "x"}]
    client, _ = make_client(lambda _: answer(200, listed(rows)))
    assert client.dict_all("teams", by="name") == {"x": rows[2], "y": rows[1]}
    with pytest.raises(DuplicateError, match="P1, P3") as caught:
        client.dict_all("teams", by="name", complete=True)
    assert (caught.value.ids, caught.value.found) == (("P1", "P3"), (rows[0], rows[2]))


def test_where_chooses_in_every_reading(make_client: MakeClient) -> None:
    client, _ = make_client(lambda _: answer(200, listed(TWO)))

    def has_no_o(item: dict[str, Any]) -> bool:
        return "O" not in item["name"]

    for complete in (False, True):
        assert client.list_all("teams", complete=complete, where=has_no_o) == TWO[:2]
        assert list(client.dict_all("teams", complete=complete, where=has_no_o)) == ["P2", "P1"]


def test_the_hook_of_a_complete_list_is_told_the_number_and_the_total(make_client: MakeClient) -> None:
    client, _ = make_client(collection(150))
    told: list[tuple[str, int, int | str]] = []
    client.list_all(
        "users", item_hook=lambda item, number, total: told.append((item["id"], number, total)), complete=True
    )
    assert (told[0], told[-1]) == (("P0", 1, 150), ("P149", 150, 150))


def test_the_limit_among_the_parameters_is_the_page_size_of_a_complete_list_too(make_client: MakeClient) -> None:
    client, transport = make_client(collection(5))
    assert len(client.list_all("users", {"limit": 3}, complete=True)) == 5
    assert transport.lines[0] == "GET /users?limit=3&offset=0&total=true"


@pytest.mark.parametrize("name", ["offset", "cursor", "after"])
def test_a_complete_list_does_not_begin_in_the_middle(make_client: MakeClient, name: str) -> None:
    client, transport = make_client([])
    with pytest.raises(UrlError, match=name):
        client.list_all("users", {name: "2"}, complete=True)
    assert transport.requests == []


@pytest.mark.parametrize(
    "arguments",
    [
        {"on_page": print},
        {"team_ids": list},
        {"complete": True, "where": bool, "on_page": print},
        {"complete": True, "where": bool, "team_ids": list},
    ],
)
def test_arguments_that_would_do_nothing_are_refused(make_client: MakeClient, arguments: dict[str, Any]) -> None:
    client, transport = make_client([])
    for read in (client.list_all, client.dict_all):
        with pytest.raises(UrlError):
            read("users", **arguments)
    assert transport.requests == []


def test_find_can_insist_on_one(make_client: MakeClient) -> None:
    client, transport = make_client(lambda _: answer(200, listed(TWO)))
    assert client.find("teams", "same") == TWO[0]
    assert client.find("teams", "other", unique=True) == TWO[2]
    assert client.find("teams", "none", unique=True) is None
    with pytest.raises(DuplicateError, match="P1, P2") as caught:
        client.find("teams", "same", unique=True)
    assert caught.value.ids == ("P1", "P2")
    assert all("query=" in line for line in transport.lines)


def test_find_of_one_reads_to_the_end(make_client: MakeClient) -> None:
    """A second match on the last page counts, and a collection that cannot be read to its end proves nothing."""
    client, transport = make_client(collection(250))
    with pytest.raises(DuplicateError):
        client.find("users", "n", where=lambda item: item["id"] in {"P0", "P249"}, unique=True)
    assert len(transport.requests) == 3
    client, _ = make_client(collection(10_001))
    with pytest.raises(IncompleteListError):
        client.find("users", "n1", unique=True)


def test_where_goes_before_the_attribute_and_the_query_still_narrows(make_client: MakeClient) -> None:
    client, transport = make_client(lambda _: answer(200, listed(TWO)))
    assert client.find("teams", "same", where=lambda item: item["id"] == "P3") == TWO[2]
    assert "query=same" in transport.lines[0]


def test_find_needs_something_to_look_for(make_client: MakeClient) -> None:
    client, transport = make_client([])
    with pytest.raises(UrlError, match="where="):
        client.find("teams", None)
    assert transport.requests == []

"""Pages by offset and by cursor."""

from __future__ import annotations

from typing import Any

import pytest

from pdsync.sandbox.http.pagination import DEFAULT_LIMIT, MAX_LIMIT
from tests.sandbox.account import Account


@pytest.fixture
def teams(account: Account) -> list[Any]:
    return [account.team(name=name) for name in ("delta", "Alpha", "charlie", "Bravo", "echo")]


@pytest.mark.parametrize(
    ("query", "names", "more", "total"),
    [
        ("", "Alpha Bravo charlie delta echo", False, None),
        ("?total=true", "Alpha Bravo charlie delta echo", False, 5),
        ("?limit=2", "Alpha Bravo", True, None),
        ("?limit=2&offset=2", "charlie delta", True, None),
        ("?limit=2&offset=4", "echo", False, None),
        ("?limit=2&offset=99&total=true", "", False, 5),
        ("?sort_by=name:desc&limit=2", "echo delta", True, None),
        ("?sort_by=name:asc&limit=1", "Alpha", True, None),
        ("?query=A&limit=2&total=true", "Alpha Bravo", True, 4),
        ("?query=ALPHA", "Alpha", False, None),
        ("?query=no one&total=true", "", False, 0),
    ],
)
@pytest.mark.usefixtures("teams")
def test_pages(account: Account, query: str, names: str, more: bool, total: int | None) -> None:
    page = account.get(f"/teams{query}")
    assert " ".join(team["name"] for team in page["teams"]) == names
    assert (page["more"], page["total"]) == (more, total)


@pytest.mark.parametrize(
    ("query", "limit", "offset"), [("", 25, 0), ("?limit=100&offset=9900", 100, 9900), ("?limit=5000", 100, 0)]
)
def test_limits_are_clamped_and_echoed(account: Account, query: str, limit: int, offset: int) -> None:
    page = account.get(f"/users{query}")
    assert (page["limit"], page["offset"]) == (limit, offset)


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=x",
        "limit=-1",
        "limit=",
        "offset=-1",
        "offset=1e9",
        "limit=100&offset=9901",
        "sort_by=colour",
        "limit=" + "9" * 5000,
        "offset=%C2%B2",
    ],
)
def test_pages_that_cannot_be(account: Account, query: str) -> None:
    assert account.refused("GET", f"/teams?{query}")["code"] == 2001


def test_users_are_found_by_name_or_email(account: Account) -> None:
    ann = account.user(name="Ann Lee", email="Boss@Example.com")
    for query in ("ann l", "BOSS@"):
        assert [it["id"] for it in account.get("/users", params={"query": query})["users"]] == [ann["id"]]


def test_the_limits_are_those_of_pagerduty(account: Account) -> None:
    assert (
        [account.get(f"/users?{it}")["limit"] for it in ("", "limit=5000")] == [DEFAULT_LIMIT, MAX_LIMIT] == [25, 100]
    )

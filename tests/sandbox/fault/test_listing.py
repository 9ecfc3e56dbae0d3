"""Pages that are wrong in the ways of a busy account."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from tests.sandbox.account import Account


def strike(account: Account, action: dict[str, Any], **match: Any) -> None:
    answer = account.call("PUT", "/_sandbox/faults", {"rules": [{"match": match, "action": action}]})
    assert answer.status_code == 200, answer.text


def create(account: Account, name: str = "Red") -> requests.Response:
    return account.call("POST", "/teams", {"team": {"type": "team", "name": name}})


def test_an_empty_page_that_promises_more(account: Account) -> None:
    create(account)
    strike(account, {"type": "empty_page"}, path="/teams", nth=1)
    first, second = account.get("/teams"), account.get("/teams")
    assert (first["teams"], first["more"]) == ([], True)
    assert [team["name"] for team in second["teams"]] == ["Red"]


@pytest.mark.parametrize(("rows", "expected"), [(1, ["A", "B", "B", "C"]), (-1, ["A", "B", "D", "E"])])
def test_pages_over_a_list_that_changes_underneath(account: Account, rows: int, expected: list[str]) -> None:
    for name in "ABCDE":
        create(account, name)
    strike(account, {"type": "shift_page", "rows": rows}, path="/teams")
    pages = [account.get(f"/teams?limit=2&offset={offset}") for offset in (0, 2)]
    assert [team["name"] for page in pages for team in page["teams"]] == expected
    assert [page["offset"] for page in pages] == [0, 2]

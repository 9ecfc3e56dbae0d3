"""Pages that are wrong in the ways of a busy account."""

from __future__ import annotations

import pytest

from pdsync.sandbox.fault.action import EmptyPage, ShiftPage
from pdsync.sandbox.fault.injector import Strike
from pdsync.sandbox.fault.listing import misreported, shifted
from pdsync.sandbox.http.call import Answer
from pdsync.sandbox.store.store import Store
from tests.sandbox.account import Account
from tests.sandbox.calling import call_of
from tests.sandbox.fault.struck import create, strike


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


def test_a_shifted_page_says_that_it_is_the_one_that_was_asked_for() -> None:
    store = Store()
    asked, strike = call_of(store, args={"offset": ["50"]}), Strike((ShiftPage(3),))
    assert shifted(asked, strike).arg("offset") == "47"
    answer = misreported(asked, strike, Answer(200, {"teams": [1], "offset": 47, "more": False}))
    assert answer.body == {"teams": [1], "offset": 50, "more": False}
    empty = misreported(asked, Strike((EmptyPage(),)), Answer(200, {"teams": [1], "offset": 50, "more": False}))
    assert empty.body == {"teams": [], "offset": 50, "more": True}
    store.close()

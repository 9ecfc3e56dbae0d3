from __future__ import annotations

from pdsync.sandbox.api.status_page import KIND
from tests.sandbox.account import Account
from tests.sandbox.stored import store


def test_status_pages_are_listed_by_type(account: Account) -> None:
    fields = {"published_at": None, "url": "https://status.example.com"}
    store(
        account,
        KIND,
        {"id": "PS1", "name": "Shop", "status_page_type": "public", **fields},
        {"id": "PS2", "name": "Office", "status_page_type": "private", **fields},
    )
    body = account.get("/status_pages?total=true")
    office, shop = body["status_pages"]
    assert shop == {"id": "PS1", "type": "status_page", "name": "Shop", "status_page_type": "public", **fields}
    assert body["total"] == 2
    assert account.get("/status_pages?status_page_type=private")["status_pages"] == [office]
    account.refused("GET", "/status_pages?status_page_type=other")

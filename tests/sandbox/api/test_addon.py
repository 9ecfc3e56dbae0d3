from __future__ import annotations

from typing import Any

import pytest

from pdsync.sandbox.api.addon import ADDONS, KIND
from tests.sandbox.account import Account, ref
from tests.sandbox.stored import store


def test_addons_are_listed_and_read(account: Account) -> None:
    service = account.service()
    page = {"name": "Status", "src": "https://intranet.example.com/status"}
    store(
        account,
        KIND,
        {"id": "PA1", "type": "full_page_addon", **page},
        {"id": "PA2", "type": "incident_show_addon", **page, "name": "Maps", "services": [ref(service)]},
    )
    maps, status = account.get("/addons")["addons"]
    assert status == {
        "id": "PA1",
        "type": "full_page_addon_reference",
        "summary": "Status",
        "self": f"{account.server.url}/addons/PA1",
        "html_url": None,
        **page,
        "services": [],
    }
    assert maps["services"][0]["type"] == "service_reference"
    assert account.get("/addons/PA2")["addon"] == {**maps, "type": "incident_show_addon"}
    assert account.get("/addons/PA2?include[]=services")["addon"]["services"] == [
        account.get(f"/services/{service['id']}")["service"]
    ]
    for query in ("filter=incident_show_addon", f"service_ids[]={service['id']}"):
        assert account.get(f"/addons?{query}")["addons"] == [maps]
    account.refused("GET", "/addons?filter=other")
    account.check_unknown_ids(ADDONS.routes())


def test_an_addon_outlives_its_service(account: Account) -> None:
    service = account.service()
    fields = {"type": "incident_show_addon", "name": "Maps", "src": "https://maps.example.com"}
    store(account, KIND, {"id": "PA1", **fields, "services": [ref(service)]})
    account.delete(f"/services/{service['id']}")
    assert account.get("/addons/PA1")["addon"]["services"] == []


def test_an_addon_is_made_changed_and_deleted(account: Account) -> None:
    fields = {"type": "full_page_addon", "name": "Status", "src": "https://intranet.example.com/status"}
    made = account.post("/addons", "addon", fields)
    assert made["type"] == "full_page_addon_reference"
    path = f"/addons/{made['id']}"
    changed = account.put(path, "addon", {**fields, "type": "incident_show_addon", "name": "Board"})
    assert changed == {**made, "type": "full_page_addon", "name": "Board", "summary": "Board"}
    account.delete(path)
    account.refused("GET", path, status=404)


@pytest.mark.parametrize("fields", [{"type": "page"}, {"name": "x" * 101}, {"src": "http://x.example.com"}])
def test_an_addon_that_is_wrong_is_refused(account: Account, fields: dict[str, Any]) -> None:
    body = {"type": "full_page_addon", "name": "Status", "src": "https://x.example.com", **fields}
    account.refused("POST", "/addons", {"addon": body})

"""Incidents of other services that have to do with one."""

from __future__ import annotations

from typing import Any

from pdsync.sandbox.api.related_incident import related_incident_routes
from tests.sandbox.account import Account
from tests.sandbox.api.test_business_impact import Shop


def related(account: Account, incident: Any, query: str = "") -> Any:
    return account.get(f"/incidents/{incident['id']}/related_incidents{query}")["related_incidents"]


def test_connected_services_and_equal_titles_relate_incidents(account: Account) -> None:
    shop = Shop(account)
    cache, apart = account.service(), account.service()
    shop.rests_on(shop.stock, cache)
    disk = account.service()
    shop.rests_on(shop.db, disk)
    fire = account.incident(shop.db, title="Timeout of db7")
    account.incident(shop.db, title="Timeout of db8")  # of the same service
    account.incident(apart, title="Nothing to do with it")
    same, beside, below = (
        account.incident(service, title=title)
        for service, title in ((apart, "Timeout of db9"), (cache, "Cold"), (disk, "Full"))
    )
    found = related(account, fire)
    assert [it["incident"]["id"] for it in found] == [below["id"], beside["id"], same["id"]]
    technical, business = "technical_service_reference", "business_service_reference"
    ends = [
        [[(row["id"], row["type"]) for row in rows] for rows in it["relationships"][0]["metadata"].values()]
        for it in found[:2]
    ]
    assert ends == [
        [[(shop.db["id"], technical)], [(disk["id"], technical)]],
        [[(shop.stock["id"], business)], [(shop.db["id"], technical), (cache["id"], technical)]],
    ]
    [reason] = found[2]["relationships"]
    assert (reason["type"], reason["metadata"]["grouping_classification"]) == (
        "machine_learning_inferred",
        "similar_contents",
    )
    assert set(found[0]["incident"]) == {"id", "created_at", "self", "title"}
    whole = related(account, fire, "?additional_details[]=incident")[0]["incident"]
    assert (whole["id"], whole["status"]) == (below["id"], "triggered")
    account.put(f"/incidents/{below['id']}", "incident", {"type": "incident", "status": "resolved"})
    assert len(related(account, fire)) == 2
    assert [it["incident"]["id"] for it in related(account, below)][-1:] == [fire["id"]]


def test_unknown_ids_are_not_found(account: Account) -> None:
    account.check_unknown_ids(related_incident_routes())

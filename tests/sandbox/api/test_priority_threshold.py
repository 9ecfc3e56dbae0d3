"""How high a priority must be to impact business services."""

from __future__ import annotations

from tests.sandbox.account import Account
from tests.sandbox.api.test_business_impact import P1, P2, P3, Shop

PATH = "/business_services/priority_thresholds"


def test_a_threshold_keeps_lower_priorities_out(account: Account) -> None:
    shop = Shop(account)
    incidents = [shop.fire(it) for it in (P1, P2, P3)]
    assert account.get(PATH) == {"global_threshold": None}
    order = next(it["order"] for it in account.get("/priorities")["priorities"] if it["id"] == P2)
    threshold = {"global_threshold": {"id": P2, "order": order}}
    answer = account.call("PUT", PATH, threshold)
    assert (answer.status_code, answer.json()) == (200, threshold)
    assert account.get(PATH) == threshold
    assert [bool(shop.impacted(it)) for it in incidents] == [True, True, False]
    shop.mark(incidents[2], shop.legal, "impacted")  # by hand it needs none
    assert shop.impacted(incidents[2]) == ["Legal"]
    account.delete(PATH)
    account.delete(PATH)
    assert [bool(shop.impacted(it)) for it in incidents] == [True, True, True]


def test_what_is_not_a_priority_is_refused(account: Account) -> None:
    for wrong in ({}, {"id": "P0", "order": 1}, {"id": P1}, {"id": P1, "order": "1"}, {"id": [], "order": 1}, None):
        account.refused("PUT", PATH, {"global_threshold": wrong})
    assert account.get(PATH) == {"global_threshold": None}

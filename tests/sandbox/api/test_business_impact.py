"""Which business services an incident impacts."""

from __future__ import annotations

from typing import Any

import pytest

from pdsync.sandbox.api.business_impact import business_impact_routes
from tests.sandbox.account import Account, ref

P1, P2, P3 = "PSLWBL8", "P53ZZH5", "PGE9YCZ"


class Shop:
    """The technical service db supports the business service stock, which supports shop; legal is apart."""

    def __init__(self, account: Account) -> None:
        self.account, self.db = account, account.service()
        self.stock, self.shop, self.legal = (self._business(name) for name in ("Stock", "Shop", "Legal"))
        self.rests_on(self.stock, self.db)
        self.rests_on(self.shop, self.stock)

    def _business(self, name: str) -> Any:
        answer = self.account.call("POST", "/business_services", {"business_service": {"name": name}})
        return answer.json()["business_service"]

    def rests_on(self, dependent: Any, supporting: Any) -> None:
        pair = {"supporting_service": ref(supporting), "dependent_service": ref(dependent)}
        answer = self.account.call("POST", "/service_dependencies/associate", {"relationships": [pair]})
        assert answer.status_code == 200, answer.text

    def fire(self, priority: str | None = P2) -> str:
        more = {"priority": {"id": priority, "type": "priority_reference"}} if priority else {}
        return str(self.account.incident(self.db, **more)["id"])

    def mark(self, incident: str, business: Any, relation: str) -> None:
        path = f"/incidents/{incident}/business_services/{business['id']}/impacts"
        answer = self.account.call("PUT", path, {"relation": relation})
        assert (answer.status_code, answer.json()) == (200, {"relation": relation}), answer.text

    def impacted(self, incident: str) -> list[str]:
        rows = self.account.get(f"/incidents/{incident}/business_services/impacts")["services"]
        return [it["name"] for it in rows]

    def all(self, query: str = "", path: str = "/business_services/impacts") -> list[tuple[str, bool]]:
        rows = self.account.get(f"{path}{query}")["services"]
        return [(it["name"], it["status"] == "impacted") for it in rows]


@pytest.fixture
def shop(account: Account) -> Shop:
    return Shop(account)


def test_an_incident_with_a_priority_impacts_what_depends_on_its_service(shop: Shop) -> None:
    assert shop.impacted(shop.fire(None)) == []
    fire = shop.fire()
    assert shop.impacted(fire) == ["Stock", "Shop"]
    assert shop.all() == [("Shop", True), ("Legal", False)]  # the top ones
    assert shop.all(f"?ids[]={shop.stock['id']}&ids[]={shop.legal['id']}&ids[]=P0") == [
        ("Stock", True),
        ("Legal", False),
    ]
    assert shop.all(path=f"/business_services/{shop.shop['id']}/supporting_services/impacts") == [("Stock", True)]
    page = shop.account.get(f"/incidents/{fire}/business_services/impacts?limit=1")
    assert [it["name"] for it in page["services"]] == ["Stock"]
    page = shop.account.get(f"/incidents/{fire}/business_services/impacts?limit=1&cursor={page['next_cursor']}")
    assert ([it["name"] for it in page["services"]], page["next_cursor"]) == (["Shop"], None)
    shop.account.put(f"/incidents/{fire}", "incident", {"type": "incident", "status": "resolved"})
    assert shop.impacted(fire) == []
    assert shop.all() == [("Legal", False), ("Shop", False)]


def test_a_mark_by_hand_spreads_and_spares(shop: Shop) -> None:
    plain, fire = shop.fire(None), shop.fire()
    shop.mark(plain, shop.stock, "impacted")
    assert shop.impacted(plain) == ["Stock", "Shop"]
    shop.mark(plain, shop.stock, "not_impacted")
    assert shop.impacted(plain) == []
    shop.mark(fire, shop.stock, "not_impacted")
    assert shop.impacted(fire) == []
    shop.mark(fire, shop.legal, "impacted")
    assert shop.impacted(fire) == ["Legal"]
    path = f"/incidents/{fire}/business_services/{shop.legal['id']}/impacts"
    shop.account.refused("PUT", path, {"relation": "perhaps"})
    shop.account.refused("PUT", path, {})
    shop.account.delete(f"/business_services/{shop.legal['id']}")
    assert shop.impacted(fire) == []


def test_the_highest_priority_comes_first(shop: Shop) -> None:
    low, none, high = shop.fire(P3), shop.fire(None), shop.fire(P1)
    shop.mark(none, shop.legal, "impacted")
    fields = "additional_fields[]=services.highest_impacting_priority&additional_fields[]=total_impacted_count"
    answer = shop.account.get(f"/business_services/impacts?{fields}")
    found = [(it["name"], it["additional_fields"]["highest_impacting_priority"]) for it in answer["services"]]
    assert found == [("Shop", {"id": P1, "order": 67108864}), ("Legal", None)]
    assert answer["additional_fields"] == {"total_impacted_count": 2}
    impactors = shop.account.get("/business_services/impactors")["impactors"]
    assert impactors == [{"id": id, "type": "incident"} for id in (high, low, none)]
    only = shop.account.get(f"/business_services/impactors?ids[]={shop.legal['id']}")["impactors"]
    assert [it["id"] for it in only] == [none]


def test_unknown_ids_are_not_found(account: Account) -> None:
    account.check_unknown_ids(business_impact_routes())

from __future__ import annotations

from pdsync.sandbox.api.business_service import BUSINESS_SERVICES
from tests.sandbox.account import Account


def test_business_services(account: Account) -> None:
    team = account.team()
    body = {"name": "Checkout", "point_of_contact": "Ann", "team": {"id": team["id"]}}
    answer = account.call("POST", "/business_services", {"business_service": body})
    assert answer.status_code == 200
    made = answer.json()["business_service"]
    assert made["team"] == {"id": team["id"], "type": "team_reference", "self": team["self"]}
    assert account.get("/business_services")["business_services"] == [made]
    path = f"/business_services/{made['id']}"
    assert account.put(path, "business_service", {"name": "Shop", "team": None})["team"] is None
    account.refused("PUT", path, {"business_service": {"team": {"id": "P0"}}})
    account.delete(path)
    account.refused("GET", path, status=404)


def test_subscribers_are_wrapped_one_way_and_the_other(account: Account) -> None:
    user, team = account.user(), account.team()
    body = {"business_service": {"name": "Checkout"}}
    id = account.call("POST", "/business_services", body).json()["business_service"]["id"]
    path = f"/business_services/{id}"
    given = [{"subscriber_id": it["id"], "subscriber_type": it["type"]} for it in (user, team)]
    no_one = {"subscriber_id": "P0", "subscriber_type": "user"}
    for expected in (["success", "success", "unauthorized"], ["duplicate", "duplicate", "unauthorized"]):
        answer = account.call("POST", f"{path}/subscribers", {"subscribers": [*given, no_one]})
        assert [it["result"] for it in answer.json()["subscriptions"]] == expected
    assert account.get(f"{path}/subscribers")["subscribers"] == given
    counts = account.call("POST", f"{path}/unsubscribe", {"subscribers": [given[0], no_one]}).json()
    assert counts == {"deleted_count": 1, "unauthorized_count": 0, "non_existent_count": 1}
    assert account.get(f"{path}/subscribers")["subscribers"] == given[1:]
    account.refused("POST", f"{path}/subscribers", {"subscribers": [{"subscriber_id": "P0"}]})


def test_unknown_ids_are_not_found(account: Account) -> None:
    account.check_unknown_ids(BUSINESS_SERVICES.routes())

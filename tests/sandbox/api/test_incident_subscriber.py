"""Who is sent the status updates of an incident."""

from __future__ import annotations

from pdsync.sandbox.api.incident_subscriber import incident_subscriber_routes
from tests.sandbox.account import Account
from tests.sandbox.api.test_business_impact import Shop


def test_subscribers_come_and_go_and_say_whether_they_have_it_through_a_business_service(account: Account) -> None:
    shop = Shop(account)
    user, team = account.user(), account.team()
    fire = shop.fire()
    path = f"/incidents/{fire}/status_updates"
    rows = [{"subscriber_id": it["id"], "subscriber_type": it["type"]} for it in (user, team)]
    unknown = {"subscriber_id": "P0", "subscriber_type": "user"}
    answer = account.call("POST", f"{path}/subscribers", {"subscribers": [rows[0], *rows, unknown]}).json()
    found = answer["subscriptions"]
    assert [it["result"] for it in found] == ["success", "duplicate", "success", "unauthorized"]
    assert {(it["subscribable_id"], it["subscribable_type"]) for it in found} == {(fire, "incident")}
    account.call("POST", f"/business_services/{shop.shop['id']}/subscribers", {"subscribers": [rows[1]]})
    via = [{"id": shop.shop["id"], "type": "business_service"}]
    assert account.get(f"{path}/subscribers")["subscribers"] == [
        {**rows[0], "has_indirect_subscription": False, "subscribed_via": None},
        {**rows[1], "has_indirect_subscription": True, "subscribed_via": via},
    ]
    page = account.get(f"{path}/subscribers?limit=1&total=true")
    assert (len(page["subscribers"]), page["more"], page["total"]) == (1, True, 2)
    gone = account.call("POST", f"{path}/unsubscribe", {"subscribers": [rows[0], unknown]}).json()
    assert gone == {"deleted_count": 1, "unauthorized_count": 0, "non_existent_count": 1}
    assert [it["subscriber_id"] for it in account.get(f"{path}/subscribers")["subscribers"]] == [team["id"]]
    assert [
        it["subscriber_id"] for it in account.get(f"/business_services/{shop.shop['id']}/subscribers")["subscribers"]
    ]


def test_who_is_deleted_is_no_subscriber_any_more(account: Account) -> None:
    shop = Shop(account)
    lists = [
        f"/incidents/{shop.fire()}/status_updates/subscribers",
        f"/business_services/{shop.shop['id']}/subscribers",
    ]
    stays, user, team = account.user(), account.user(), account.team()
    rows = [{"subscriber_id": it["id"], "subscriber_type": it["type"]} for it in (stays, user, team)]
    for path in lists:
        account.call("POST", path, {"subscribers": rows})
    account.call("DELETE", f"/users/{user['id']}")
    account.call("DELETE", f"/teams/{team['id']}")
    for path in lists:
        assert [it["subscriber_id"] for it in account.get(path)["subscribers"]] == [stays["id"]]


def test_what_is_no_subscriber_is_refused(account: Account) -> None:
    path = f"/incidents/{account.incident()['id']}/status_updates/subscribers"
    for wrong in ({}, {"subscriber_id": 7, "subscriber_type": "user"}, {"subscriber_id": "P0", "subscriber_type": "x"}):
        account.refused("POST", path, {"subscribers": [wrong]})
    account.check_unknown_ids(incident_subscriber_routes())

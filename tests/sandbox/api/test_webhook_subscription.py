from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from pdsync.sandbox.api.webhook_subscription import WEBHOOK_SUBSCRIPTIONS
from tests.sandbox.account import Account, ref

_PATH = "/webhook_subscriptions"


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    with Account() as it:
        yield it


def body(target: Any = None, **fields: Any) -> dict[str, Any]:
    delivery = {"type": "http_delivery_method", "url": "https://hooks.example.com/x"}
    return {
        "type": "webhook_subscription",
        "delivery_method": delivery,
        "events": ["incident.triggered"],
        "filter": target or {"type": "account_reference"},
        **fields,
    }


def made(account: Account, **fields: Any) -> Any:
    answer = account.call("POST", _PATH, {"webhook_subscription": body(**fields)})
    assert answer.status_code == 200, answer.text
    return answer.json()["webhook_subscription"]


def test_the_secret_is_told_once_and_headers_never(account: Account) -> None:
    delivery = {**body()["delivery_method"], "custom_headers": [{"name": "X-Key", "value": "hidden"}]}
    one = made(account, events=["incident.resolved", "incident.acknowledged"], delivery_method=delivery)
    secret = one["delivery_method"]["secret"]
    assert len(secret) == 64
    path = f"{_PATH}/{one['id']}"
    shown = account.get(path)["webhook_subscription"]
    assert shown == {**one, "delivery_method": {**one["delivery_method"], "secret": None}}
    assert shown["events"] == ["incident.acknowledged", "incident.resolved"]
    assert shown["filter"] == {"id": None, "type": "account_reference"}
    assert (shown["active"], shown["description"]) == (True, "")
    assert shown["delivery_method"]["custom_headers"] == [{"name": "X-Key", "value": "-- redacted --"}]

    elsewhere = {**shown["delivery_method"], "url": "https://other.example.com"}
    changed = account.put(path, "webhook_subscription", {**shown, "active": False, "delivery_method": elsewhere})
    assert changed == {**shown, "active": False}
    account.delete(path)
    account.refused("GET", path, status=404)


def test_lists_are_filtered_by_target_and_a_target_takes_its_subscriptions_along(account: Account) -> None:
    service, team = account.service(), account.team()
    of_service, of_team = made(account, target=ref(service)), made(account, target=ref(team))
    of_account = made(account)

    def listed(query: str) -> list[str]:
        return [it["id"] for it in account.get(f"{_PATH}?{query}")["webhook_subscriptions"]]

    assert listed("") == [of_service["id"], of_team["id"], of_account["id"]]
    assert listed(f"filter_type=service&filter_id={service['id']}") == [of_service["id"]]
    assert listed(f"filter_type=team&filter_id={team['id']}") == [of_team["id"]]
    assert listed("filter_type=account") == [of_account["id"]]
    account.refused("GET", f"{_PATH}?filter_type=service")
    account.refused("GET", f"{_PATH}?filter_type=user")
    account.delete(f"/teams/{team['id']}")
    account.delete(f"/services/{service['id']}")
    assert listed("") == [of_account["id"]]
    account.delete(f"{_PATH}/{of_account['id']}")


@pytest.mark.parametrize(
    "fields",
    [
        {"type": "webhook"},
        {"events": []},
        {"events": ["incident.triggered", 7]},
        {"filter": {"type": "service_reference", "id": "PUNKNOWN"}},
        {"filter": {"type": "user_reference", "id": "PUNKNOWN"}},
        {"delivery_method": {"type": "http_delivery_method", "url": "ftp://x.example.com"}},
        {"delivery_method": {"type": "http_delivery_method"}},
        {"delivery_method": {**body()["delivery_method"], "custom_headers": [{"name": "X-Key"}]}},
        {"active": "yes"},
    ],
)
def test_what_is_wrong_is_refused(account: Account, fields: dict[str, Any]) -> None:
    account.refused("POST", _PATH, {"webhook_subscription": body(**fields)})


def test_a_target_has_ten_at_most(account: Account) -> None:
    service = account.service()
    for _ in range(10):
        made(account, target=ref(service))
    account.refused("POST", _PATH, {"webhook_subscription": body(target=ref(service))})
    made(account)


def test_unknown_ids_are_not_found(account: Account) -> None:
    account.check_unknown_ids(WEBHOOK_SUBSCRIPTIONS.routes())

"""OAuth clients of webhooks, and what a webhook does besides being changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from pdsync.sandbox.api.oauth_client import OAUTH_CLIENTS
from tests.sandbox.account import Account

_PATH = "/webhook_subscriptions/oauth_clients"


@pytest.fixture
def account() -> Iterator[Account]:
    with Account() as it:
        yield it


def body(**fields: Any) -> dict[str, Any]:
    said = {
        "name": "Receiver",
        "client_id": "a",
        "client_secret": "hidden-for-good",
        "grant_type": "client_credentials",
    }
    return {**said, "token_url": "https://auth.example.com/token", **fields}


def hook(**fields: Any) -> dict[str, Any]:
    delivery = {"type": "http_delivery_method", "url": "https://hooks.example.com/x"}
    about = {"filter": {"type": "account_reference"}, "events": ["incident.triggered"]}
    return {"type": "webhook_subscription", "delivery_method": delivery, **about, **fields}


def made_hook(account: Account, **fields: Any) -> Any:
    answer = account.call("POST", "/webhook_subscriptions", {"webhook_subscription": hook(**fields)})
    return answer.json()["webhook_subscription"]


def test_a_client_never_shows_its_secret(account: Account) -> None:
    made = account.post(_PATH, "oauth_client", body())
    assert (made["name"], made["status"], made["type"]) == ("Receiver", "active", "oauth_client")
    changed = account.put(f"{_PATH}/{made['id']}", "oauth_client", {"name": "Other", "client_secret": "hidden-too"})
    assert changed == {**made, "name": "Other"}
    assert account.get(_PATH)["oauth_clients"] == [changed]
    assert "hidden" not in str(account.server.control.state())
    account.check_unknown_ids(OAUTH_CLIENTS.routes())


@pytest.mark.parametrize("name", ["name", "client_id", "client_secret", "token_url", "grant_type"])
def test_what_a_client_must_have(account: Account, name: str) -> None:
    account.refused("POST", _PATH, {"oauth_client": {it: said for it, said in body().items() if it != name}})
    account.refused("POST", _PATH, {"oauth_client": body(**{name: 7})})


def test_an_account_has_at_most_ten(account: Account) -> None:
    for _ in range(10):
        account.post(_PATH, "oauth_client", body())
    account.refused("POST", _PATH, {"oauth_client": body()})


def test_a_webhook_uses_one_until_either_lets_go(account: Account) -> None:
    client = account.post(_PATH, "oauth_client", body())
    made = made_hook(account, oauth_client_id=client["id"])
    assert made["oauth_client"] == {"id": client["id"], "type": "oauth_client_reference", "summary": "Receiver"}
    path = f"/webhook_subscriptions/{made['id']}"
    account.refused("PUT", path, {"webhook_subscription": {"oauth_client_id": "PNONE"}})
    assert "oauth_client" not in account.put(path, "webhook_subscription", {"oauth_client_id": None})
    assert "oauth_client" in account.put(path, "webhook_subscription", {"oauth_client_id": client["id"]})
    account.delete(f"{_PATH}/{client['id']}")
    assert "oauth_client" not in account.get(path)["webhook_subscription"]


def test_deliveries_that_were_stopped_are_started_again(account: Account) -> None:
    made = made_hook(account)
    state = account.server.control.state()
    state["webhook_subscription"][0]["delivery_method"]["temporarily_disabled"] = True
    account.server.control.restore(state)
    path = f"/webhook_subscriptions/{made['id']}"
    assert account.get(path)["webhook_subscription"]["delivery_method"]["temporarily_disabled"] is True
    answer = account.call("POST", f"{path}/enable")
    assert (answer.status_code, answer.json()["webhook_subscription"]["delivery_method"]["temporarily_disabled"]) == (
        200,
        False,
    )
    assert account.call("POST", f"{path}/ping").status_code == 202
    account.refused("POST", "/webhook_subscriptions/PNONE/ping", status=404)


def test_a_dump_has_no_secret(account: Account) -> None:
    headers = [{"name": "Authorization", "value": "hidden-for-good"}]
    made = made_hook(account, delivery_method={**hook()["delivery_method"], "custom_headers": headers})
    text = str(account.server.control.state())
    assert made["delivery_method"]["secret"] not in text
    assert "hidden-for-good" not in text

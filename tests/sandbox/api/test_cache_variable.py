from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from pdsync.sandbox.api.cache_variable import cache_variable_routes
from tests.sandbox.account import Account

RECENT = {"type": "recent_value", "source": "event.source", "regex": ".*"}
COUNT = {"type": "trigger_event_count", "ttl_seconds": 60}
EXTERNAL = {"type": "external_data", "data_type": "boolean", "ttl_seconds": 60}


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    with Account() as it:
        yield it


@pytest.fixture(scope="module", params=["event_orchestration", "service"])
def owner(account: Account, request: pytest.FixtureRequest) -> tuple[str, str]:
    """Where the variables of an owner are, and the owner."""
    if request.param == "service":
        id = account.service()["id"]
        return f"/event_orchestrations/services/{id}", f"/services/{id}"
    id = account.post("/event_orchestrations", "orchestration", {"name": account.name("Events")})["id"]
    return f"/event_orchestrations/{id}", f"/event_orchestrations/{id}"


def made(account: Account, path: str, configuration: dict[str, Any], **fields: Any) -> Any:
    body = {"name": account.name("variable").replace(" ", "_"), "configuration": configuration, **fields}
    answer = account.call("POST", f"{path}/cache_variables", {"cache_variable": body})
    assert answer.status_code == 200, answer.text
    return answer.json()["cache_variable"]


@pytest.mark.parametrize("slash", ["", "/"])
def test_a_list_is_there_with_and_without_a_slash(account: Account, owner: tuple[str, str], slash: str) -> None:
    path = f"{owner[0]}/cache_variables"
    body = {"name": account.name("x"), "configuration": COUNT}
    answer = account.call("POST", path + slash, {"cache_variable": body}, allow_redirects=False)
    assert answer.status_code == 200
    one = answer.json()["cache_variable"]
    assert one["conditions"] == []
    listed = account.call("GET", path + slash, allow_redirects=False).json()
    assert one in listed["cache_variables"]
    assert listed["total"] == len(listed["cache_variables"])
    account.delete(f"{path}/{one['id']}")


def test_a_variable_is_made_changed_and_deleted(account: Account, owner: tuple[str, str]) -> None:
    conditions = [{"expression": "event.source exists"}]
    one = made(account, owner[0], RECENT, conditions=conditions)
    path = f"{owner[0]}/cache_variables/{one['id']}"
    assert (one["configuration"], one["conditions"], one["disabled"]) == (RECENT, conditions, False)
    assert account.get(path)["cache_variable"] == one
    body = {"name": one["name"], "disabled": True, "conditions": [], "configuration": COUNT}
    changed = account.put(path, "cache_variable", body)
    assert {name: changed[name] for name in body} == body
    assert account.get(path)["cache_variable"] == changed
    account.delete(path)
    account.refused("GET", path, status=404)


@pytest.mark.parametrize(
    "fields",
    [
        {"name": None},
        {"configuration": {"type": "unknown"}},
        {"configuration": {"type": "recent_value", "source": "event.source"}},
        {"configuration": {**COUNT, "ttl_seconds": 0}},
        {"configuration": {"type": "external_data", "ttl_seconds": 60}},
        {"configuration": EXTERNAL, "conditions": [{"expression": "event.source exists"}]},
        {"conditions": [{"expression": "trigger_count over 1 minute > 3"}]},
        {"conditions": [{"expression": ""}]},
        {"conditions": "event.source exists"},
    ],
)
def test_what_is_wrong_is_refused(account: Account, owner: tuple[str, str], fields: dict[str, Any]) -> None:
    body = {"name": "wrong", "configuration": COUNT, **fields}
    account.refused("POST", f"{owner[0]}/cache_variables", {"cache_variable": body})


def test_external_data_lives_for_its_time(account: Account, owner: tuple[str, str]) -> None:
    one = made(account, owner[0], EXTERNAL)
    path = f"{owner[0]}/cache_variables/{one['id']}/data"
    assert one["data_endpoint"] == account.server.url + path
    account.refused("GET", path, status=404)
    account.refused("PUT", path, {"cache_variable_data": "yes"})
    put = account.call("PUT", path, {"cache_variable_data": True})
    assert (put.status_code, put.json()["cache_variable_data"]) == (200, True)
    assert account.get(path) == put.json()
    assert "data" not in account.get(path.removesuffix("/data"))["cache_variable"]
    account.clock.forward(seconds=60)
    account.refused("GET", path, status=404)
    account.call("PUT", path, {"cache_variable_data": False})
    account.delete(path)
    account.refused("GET", path, status=404)
    counted = made(account, owner[0], COUNT)
    account.refused("PUT", f"{owner[0]}/cache_variables/{counted['id']}/data", {"cache_variable_data": True})


def test_it_goes_with_its_owner(account: Account, owner: tuple[str, str]) -> None:
    one = made(account, owner[0], COUNT)
    account.delete(owner[1])
    account.refused("GET", f"{owner[0]}/cache_variables/{one['id']}", status=404)
    assert account.server.control.breaks() == []


def test_unknown_ids_are_not_found(account: Account) -> None:
    account.check_unknown_ids(cache_variable_routes())

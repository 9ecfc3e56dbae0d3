from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox.account import Account
from tests.sandbox.api.test_incident_field import body, choice, options, shown

_PATH = "/services/custom_fields"


@pytest.fixture
def account() -> Iterator[Account]:
    with Account() as it:
        yield it


def values(account: Account, service: Any) -> dict[str, Any]:
    rows = account.get(f"/services/{service['id']}/custom_fields/values")["custom_fields"]
    return {it["name"]: it["value"] for it in rows}


def put(account: Account, service: Any, **given: Any) -> Any:
    rows = [{"name": name, "value": value} for name, value in given.items()]
    return account.call("PUT", f"/services/{service['id']}/custom_fields/values", {"custom_fields": rows})


def refused(account: Account, service: Any, **given: Any) -> None:
    rows = [{"name": name, "value": value} for name, value in given.items()]
    account.refused("PUT", f"/services/{service['id']}/custom_fields/values", {"custom_fields": rows})


def test_a_list_shows_options_only_where_they_are_asked_for(account: Account) -> None:
    account.post(_PATH, "field", choice("tier", "one", "two"))
    assert "field_options" not in account.get(_PATH)["fields"][0]
    assert shown(account.get(f"{_PATH}?include[]=field_options")["fields"][0]) == ["one", "two"]


def test_a_put_without_options_keeps_them_and_an_empty_list_deletes_them(account: Account) -> None:
    one = account.post(_PATH, "field", choice("tier", "x" * 200))
    path = f"{_PATH}/{one['id']}"
    assert shown(account.put(path, "field", {"display_name": "New"})) == ["x" * 200]
    assert shown(account.put(path, "field", {"field_options": []})) == []
    account.refused("PUT", path, {"field": {"field_options": options("x" * 201)}})
    account.refused("PUT", path, {"field": {"name": "other"}})
    assert "default_value" not in one


def test_values_are_written_together_or_not_at_all(account: Account) -> None:
    account.post(_PATH, "field", choice("tier", "one", "two"))
    account.post(_PATH, "field", body("regions", field_type="multi_value"))
    account.post(_PATH, "field", body("size", data_type="integer"))
    service, other = account.service(), account.service()
    assert put(account, service, tier="one", regions=["eu", "us"], size=7).status_code == 200
    refused(account, service, size=8, tier="three")
    refused(account, service, size=8, nothing="x")
    refused(account, service, size="8")
    refused(account, service, regions=["x"] * 2)
    refused(account, service, regions=[str(number) for number in range(11)])
    assert values(account, service) == {"tier": "one", "regions": ["eu", "us"], "size": 7}
    put(account, service, tier=None, size=9)
    assert values(account, service) == {"tier": None, "regions": ["eu", "us"], "size": 9}
    assert values(account, other) == {"tier": None, "regions": None, "size": None}
    account.delete(f"/services/{service['id']}")
    assert account.server.control.breaks() == []


def test_values_follow_their_options(account: Account) -> None:
    field = account.post(_PATH, "field", choice("tier", "one", "two"))
    first, second = account.service(), account.service()
    put(account, first, tier="one")
    put(account, second, tier="two")
    one, _ = field["field_options"]
    renamed = {"id": one["id"], "data": {"data_type": "string", "value": "gold"}}
    account.put(f"{_PATH}/{field['id']}", "field", {"field_options": [renamed]})
    assert [values(account, it)["tier"] for it in (first, second)] == ["gold", None]
    account.delete(f"{_PATH}/{field['id']}")
    assert (values(account, first), account.server.control.breaks()) == ({}, [])


def test_a_young_field_is_not_known_yet(account: Account) -> None:
    service = account.service()
    account.server.control.set_account({"account": 1, "lag": {"custom_fields": {"reads": 2, "seen_by": "all"}}})
    account.post(_PATH, "field", body("tier"))
    refused(account, service, tier="one")
    assert values(account, service) == {}
    assert put(account, service, tier="one").status_code == 200
    assert values(account, service) == {"tier": "one"}

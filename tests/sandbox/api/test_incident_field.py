from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from pdsync.sandbox.api.incident_field import MOST_OF_OTHERS
from tests.sandbox.account import Account

_TYPES = "/incidents/types"
_BASE = f"{_TYPES}/incident_default/custom_fields"
_INCLUDED = "?include[]=field_options"


@pytest.fixture
def account() -> Iterator[Account]:
    with Account() as it:
        yield it


def made(account: Account, name: str, path: str = _BASE, **fields: Any) -> Any:
    return account.post(path, "field", body(name, **fields))


def body(name: str, **fields: Any) -> dict[str, Any]:
    return {
        "name": name,
        "display_name": f"The {name}",
        "data_type": "string",
        "field_type": "single_value",
        **fields,
    }


def choice(name: str, *values: str, **fields: Any) -> dict[str, Any]:
    return body(name, field_type="single_value_fixed", field_options=options(*values), **fields)


def options(*values: str) -> list[dict[str, Any]]:
    return [{"data": {"data_type": "string", "value": it}} for it in values]


def shown(field: Any) -> list[str]:
    return [it["data"]["value"] for it in field["field_options"]]


def new_type(account: Account, name: str, parent: str = "incident_default") -> str:
    made = {"name": name, "display_name": name.title(), "parent_type": parent}
    return str(account.post(_TYPES, "incident_type", made)["id"])


def test_a_type_shows_the_fields_that_it_inherits_and_whose_they_are(account: Account) -> None:
    child = new_type(account, "child")
    grandchild = new_type(account, "grandchild", "child")
    base = made(account, "of_base")
    own = made(account, "of_child", f"{_TYPES}/child/custom_fields")
    rows = account.get(f"{_TYPES}/{grandchild}/custom_fields")["fields"]
    assert [(it["name"], it["incident_type"]) for it in rows] == [
        ("of_base", base["incident_type"]),
        ("of_child", child),
    ]
    assert [it["name"] for it in account.get(_BASE)["fields"]] == ["of_base"]
    assert [it["name"] for it in account.get("/incidents/custom_fields")["fields"]] == ["of_base"]
    path = f"{_TYPES}/{grandchild}/custom_fields/{own['id']}"
    assert account.get(path)["field"]["id"] == own["id"]
    account.refused("PUT", path, {"field": {"display_name": "Mine"}})
    account.refused("DELETE", path)
    account.refused("GET", f"{_BASE}/{own['id']}", status=404)


def test_options_are_shown_where_they_are_asked_for(account: Account) -> None:
    one = account.post(_BASE, "field", choice("level", "low", "high"))
    assert shown(one) == ["low", "high"]
    for path in (_BASE, "/incidents/custom_fields"):
        assert "field_options" not in account.get(path)["fields"][0]
        assert shown(account.get(f"{path}{_INCLUDED}")["fields"][0]) == ["low", "high"]
        assert "field_options" not in account.get(f"{path}/{one['id']}")["field"]


def test_a_put_updates_adds_and_deletes_options(account: Account) -> None:
    one = account.post(_BASE, "field", choice("level", "low", "mid", "high", default_value="low"))
    low, mid, _ = one["field_options"]
    path = f"{_BASE}/{one['id']}"
    renamed = {"id": mid["id"], "data": {"data_type": "string", "value": "middle"}}
    changed = account.put(path, "field", {"field_options": [low, renamed, *options("top")]})
    assert shown(changed) == ["low", "middle", "top"]
    assert [it["id"] for it in changed["field_options"]][:2] == [low["id"], mid["id"]]
    assert shown(account.put(path, "field", {"display_name": "New"})) == ["low", "middle", "top"]
    account.refused("PUT", path, {"field": {"field_options": [renamed]}})  # the default goes
    account.refused("PUT", path, {"field": {"field_options": [low, low]}})
    account.refused("PUT", path, {"field": {"field_options": [{**low, "id": "PNOTHING"}]}})


def test_an_option_has_a_path_of_its_own(account: Account) -> None:
    one = account.post(_BASE, "field", choice("level", "low", "high", default_value="low"))
    path = f"{_BASE}/{one['id']}/field_options"
    new = account.post(path, "field_option", options("mid")[0])
    assert account.get(f"{path}/{new['id']}")["field_option"] == new
    low = one["field_options"][0]["id"]
    account.put(f"{path}/{low}", "field_option", options("lowest")[0])
    assert account.get(f"{_BASE}/{one['id']}")["field"]["default_value"] == "lowest"
    assert [it["data"]["value"] for it in account.get(path)["field_options"]] == ["lowest", "high", "mid"]
    account.refused("DELETE", f"{path}/{low}")  # the default
    account.refused("POST", path, {"field_option": options("mid")[0]})
    account.delete(f"{path}/{new['id']}")
    account.refused("GET", f"{path}/{new['id']}", status=404)
    account.refused("POST", f"{_BASE}/{made(account, 'plain')['id']}/field_options", {"field_option": options("x")[0]})


@pytest.mark.parametrize(
    "wrong",
    [
        body("Big"),
        body("x" * 51),
        body("free", display_name="The taken"),
        body("taken", display_name="Free"),
        body("free", data_type="date"),
        body("free", field_type="several"),
        body("free", data_type="integer", field_type="multi_value"),
        body("free", data_type="integer", default_value="7"),
        body("free", data_type="boolean", default_value="true"),
        body("free", data_type="datetime", default_value="today"),
        body("free", data_type="url", default_value="here"),
        body("free", field_options=options("x")),
        body("free", field_type="multi_value", default_value=["x"] * 2),
        body("free", field_type="single_value_fixed"),
        choice("free", "x", default_value="y"),
        choice("free", "x", "x"),
        choice("free", "x" * 101),
    ],
)
def test_what_a_new_field_may_not_be(wrong: dict[str, Any], account: Account) -> None:
    made(account, "taken")
    account.refused("POST", _BASE, {"field": wrong})


@pytest.mark.parametrize(
    "fields",
    [
        {"data_type": "integer", "default_value": 7},
        {"data_type": "float", "default_value": 7.5},
        {"data_type": "boolean", "default_value": False},
        {"data_type": "datetime", "default_value": "2026-01-31T08:00:00Z"},
        {"data_type": "url", "default_value": "https://www.example.com"},
        {"field_type": "multi_value", "default_value": ["x", "y"]},
    ],
)
def test_a_default_has_the_type_of_its_field(fields: dict[str, Any], account: Account) -> None:
    assert made(account, "fine", **fields)["default_value"] == fields["default_value"]


def test_an_account_may_take_defaults_as_texts(account: Account) -> None:
    account.server.control.set_account({"account": 1, "readings": {"custom_field_default": "text"}})
    assert made(account, "number", data_type="integer", default_value="7")["default_value"] == 7
    account.refused("POST", _BASE, {"field": body("other", data_type="integer", default_value=7)})
    account.refused("POST", _BASE, {"field": body("other", data_type="integer", default_value="x")})


def test_members_that_cannot_be_changed(account: Account) -> None:
    one = made(account, "fixed")
    for name, value in (("name", "other"), ("data_type", "integer"), ("field_type", "multi_value")):
        account.refused("PUT", f"{_BASE}/{one['id']}", {"field": {name: value}})
    assert account.put(f"{_BASE}/{one['id']}", "field", {"name": "fixed", "enabled": False})["enabled"] is False


def test_fields_of_a_type_have_a_limit_that_counts_disabled_ones(account: Account) -> None:
    new_type(account, "child")
    path = f"{_TYPES}/child/custom_fields"
    for number in range(MOST_OF_OTHERS):
        made(account, f"f{number}", path, enabled=False)
    account.refused("POST", path, {"field": body("more")})


def test_the_older_path_makes_a_field_before_its_options(account: Account) -> None:
    one = account.post("/incidents/custom_fields", "field", body("env", field_type="single_value_fixed"))
    path = f"/incidents/custom_fields/{one['id']}"
    account.post(f"{path}/field_options", "field_option", options("dev")[0])
    assert shown(account.get(f"{path}{_INCLUDED}")["field"]) == ["dev"]
    account.delete(path)
    account.refused("GET", path, status=404)

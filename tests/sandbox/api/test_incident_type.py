from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from pdsync.sandbox.api.incident_type import MOST_LEVELS, MOST_TYPES
from tests.sandbox.account import Account

_PATH = "/incidents/types"


@pytest.fixture
def account() -> Iterator[Account]:
    with Account() as it:
        yield it


def made(account: Account, name: str, **fields: Any) -> Any:
    body = {"name": name, "display_name": f"The {name}", "parent_type": "incident_default", **fields}
    return account.post(_PATH, "incident_type", body)


def names(account: Account, filter: str) -> list[str]:
    return [it["name"] for it in account.get(f"{_PATH}{filter}")["incident_types"]]


def test_a_type_is_found_by_id_and_by_name_and_never_deleted(account: Account) -> None:
    one = made(account, "security", description="Text")
    for place in (one["id"], "security"):
        assert account.get(f"{_PATH}/{place}")["incident_type"] == one
    assert one["parent"] == {
        "id": account.get(f"{_PATH}/incident_default")["incident_type"]["id"],
        "type": "incident_type_reference",
    }
    account.refused("DELETE", f"{_PATH}/{one['id']}", status=405)
    account.refused("GET", f"{_PATH}/nothing", status=404)


def test_a_disabled_type_is_listed_where_it_is_asked_for_and_keeps_its_name(account: Account) -> None:
    one, other = made(account, "old"), made(account, "new")
    account.put(f"{_PATH}/{one['id']}", "incident_type", {"enabled": False})
    assert names(account, "") == names(account, "?filter=enabled") == ["incident_default", other["name"]]
    assert names(account, "?filter=disabled") == ["incident_default", "old"]
    assert names(account, "?filter=all") == ["incident_default", "old", "new"]
    account.refused("GET", f"{_PATH}?filter=some")
    taken = {"name": "old", "display_name": "Other", "parent_type": "incident_default"}
    account.refused("POST", _PATH, {"incident_type": taken})


@pytest.mark.parametrize(
    "changed",
    [
        {"name": "my_default"},
        {"name": "x" * 51},
        {"display_name": "PagerDuty type"},
        {"display_name": "Default type"},
        {"description": "x" * 1001},
        {"parent_type": "nothing"},
        {"name": "incident_default"},
    ],
)
def test_what_a_new_type_may_not_be(changed: dict[str, Any], account: Account) -> None:
    body = {"name": "fine", "display_name": "Fine", "parent_type": "incident_default"}
    account.refused("POST", _PATH, {"incident_type": {**body, **changed}})
    assert made(account, "fine")["enabled"] is True


def test_name_and_parent_cannot_be_changed(account: Account) -> None:
    one, other = made(account, "one"), made(account, "other")
    path = f"{_PATH}/{one['id']}"
    account.refused("PUT", path, {"incident_type": {"name": "another"}})
    account.refused("PUT", path, {"incident_type": {"parent_type": other["id"]}})
    account.refused("PUT", f"{_PATH}/incident_default", {"incident_type": {"display_name": "Mine"}})
    same = account.put(path, "incident_type", {"name": "one", "display_name": "New", "parent_type": "incident_default"})
    assert (same["display_name"], same["name"]) == ("New", "one")


def test_types_have_three_levels_and_a_limit(account: Account) -> None:
    parent = "incident_default"
    for level in range(1, MOST_LEVELS):
        parent = made(account, f"level_{level}", parent_type=parent)["name"]
    body = {"name": "deep", "display_name": "Deep", "parent_type": parent}
    account.refused("POST", _PATH, {"incident_type": body})
    for number in range(MOST_TYPES - MOST_LEVELS + 1):
        made(account, f"t{number}")
    account.refused("POST", _PATH, {"incident_type": {**body, "parent_type": "incident_default"}})


def test_a_state_keeps_types_with_their_fields(account: Account) -> None:
    above = made(account, "above")
    made(account, "below", parent_type=above["id"])
    field = {"name": "it", "display_name": "It", "data_type": "string", "field_type": "single_value"}
    account.post(f"{_PATH}/above/custom_fields", "field", field)
    shown = account.get(f"{_PATH}?filter=all"), account.get(f"{_PATH}/below/custom_fields")
    account.server.control.restore(account.server.control.state())
    assert (account.get(f"{_PATH}?filter=all"), account.get(f"{_PATH}/below/custom_fields")) == shown

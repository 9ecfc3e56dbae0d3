from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from pdsync.sandbox.api.event_orchestration import EVENT_ORCHESTRATIONS
from tests.sandbox.account import OWNER_EMAIL, TOKEN, Account

_PATH = "/event_orchestrations"


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    with Account() as it:
        yield it


def made(account: Account, **fields: Any) -> Any:
    return account.post(_PATH, "orchestration", {"name": account.name("Events"), **fields})


def test_a_new_one_has_a_key_and_empty_rules(account: Account) -> None:
    owner, team = account.get("/users/me")["user"], account.team()
    one = made(account, team={"id": team["id"]}, description="Text")
    path = f"{_PATH}/{one['id']}"
    assert "type" not in one
    assert one["team"] == {"id": team["id"], "type": "team_reference", "self": team["self"]}
    assert (
        one["created_by"] == one["updated_by"] == {"id": owner["id"], "type": "user_reference", "self": owner["self"]}
    )
    assert one["routes"] == 0
    [integration] = one["integrations"]
    assert integration["label"] == f"{one['name']} Default Integration"
    assert len(integration["parameters"]["routing_key"]) == 32
    assert account.get(path)["orchestration"] == one
    for type in ("router", "global", "unrouted"):
        rules = account.get(f"{path}/{type}")["orchestration_path"]
        assert rules["sets"] == [{"id": "start", "rules": []}]
        assert rules["parent"]["id"] == one["id"]

    account.delete(path)
    for rest in ("", "/router", "/global", "/unrouted"):
        account.refused("GET", path + rest, status=404)
    assert "orchestration_path" not in account.get("/_sandbox/state")


def test_a_change_makes_a_new_version_and_null_clears_the_team(account: Account) -> None:
    one = made(account, team={"id": account.team()["id"]})
    path = f"{_PATH}/{one['id']}"
    for nothing in (None, {"id": None}):
        changed = account.put(path, "orchestration", {"team": nothing, "description": "New"})
        assert changed["team"] == {"id": None}
        assert changed["description"] == "New"
        assert changed["name"] == one["name"]
        assert changed["version"] != one["version"]
        assert changed["integrations"] == one["integrations"]
    account.delete(path)


def test_a_team_that_goes_leaves_it(account: Account) -> None:
    team = account.team()
    one = made(account, team={"id": team["id"]})
    account.delete(f"/teams/{team['id']}")
    assert account.get(f"{_PATH}/{one['id']}")["orchestration"]["team"] == {"id": None}
    account.delete(f"{_PATH}/{one['id']}")


def test_an_author_who_is_deleted_is_still_named(account: Account) -> None:
    user = account.user()
    headers = {"From": user["email"]}
    answer = account.call("POST", _PATH, {"orchestration": {"name": "By hand"}}, token=TOKEN, headers=headers)
    path = f"{_PATH}/{answer.json()['orchestration']['id']}"
    account.delete(f"/users/{user['id']}")
    assert account.get(path)["orchestration"]["created_by"]["id"] == user["id"]
    assert account.get(f"{path}/router")["orchestration_path"]["created_by"]["id"] == user["id"]
    state = account.get("/_sandbox/state")
    assert account.call("PUT", "/_sandbox/state", state).status_code == 204
    account.delete(path)


def test_a_key_of_the_account_does_not_say_who_asks(account: Account) -> None:
    body = {"orchestration": {"name": "By key"}}
    one = account.call("POST", _PATH, body, token=TOKEN).json()["orchestration"]
    assert "created_by" not in one
    changed = account.call("PUT", f"{_PATH}/{one['id']}", body, token=TOKEN, headers={"From": OWNER_EMAIL}).json()
    assert "updated_by" in changed["orchestration"]
    account.delete(f"{_PATH}/{one['id']}")


def test_the_list_is_sorted_and_lacks_integrations(account: Account) -> None:
    service = account.service()
    names = ("C", "A", "B")
    ids = {name: made(account, name=name)["id"] for name in names}
    routed = {"sets": [{"id": "start", "rules": [{"actions": {"route_to": service["id"]}}]}]}
    account.call("PUT", f"{_PATH}/{ids['B']}/router", {"orchestration_path": routed})

    def listed(query: str) -> str:
        return "".join(it["name"] for it in account.get(f"{_PATH}?{query}")["orchestrations"])

    assert listed("") == listed("sort_by=name:asc") == "ABC"
    assert listed("sort_by=name:desc") == "CBA"
    assert listed("sort_by=created_at:asc") == "CAB"
    assert listed("sort_by=routes:desc")[0] == listed("sort_by=routes:asc")[-1] == "B"
    account.refused("GET", f"{_PATH}?sort_by=id")
    assert all("integrations" not in it for it in account.get(_PATH)["orchestrations"])
    for id in ids.values():
        account.delete(f"{_PATH}/{id}")


@pytest.mark.parametrize("fields", [{}, {"name": ""}, {"name": "x", "team": {"id": "PUNKNOWN"}}, {"name": 7}])
def test_what_is_wrong_is_refused(account: Account, fields: dict[str, Any]) -> None:
    account.refused("POST", _PATH, {"orchestration": fields})


def test_unknown_ids_are_not_found(account: Account) -> None:
    account.check_unknown_ids(EVENT_ORCHESTRATIONS.routes())

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from pdsync.sandbox.api.automation_runner import AUTOMATION_RUNNERS
from tests.sandbox.account import Account, ref

_PATH, _ACTIONS = "/automation_actions/runners", "/automation_actions/actions"


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    with Account() as it:
        yield it


def body(**fields: Any) -> dict[str, Any]:
    runbook = {"runner_type": "runbook", "runbook_base_uri": "acme", "runbook_api_key": "not-told"}
    return {"name": "Runner", "description": "Text", **runbook, **fields}


def test_a_runbook_runner_never_tells_its_key(account: Account) -> None:
    team = account.team()
    one = account.post(_PATH, "runner", body(teams=[ref(team)], id="", type="", creation_time=""))
    assert (one["type"], one["status"], one["summary"]) == ("runner", "Configured", "Runner")
    assert one["teams"] == [{"id": team["id"], "type": "team_reference"}]
    path = f"{_PATH}/{one['id']}"
    assert account.get(path)["runner"] == one
    assert "not-told" not in str(account.get("/_sandbox/state"))

    changed = account.put(path, "runner", {"name": "Other", "runner_type": "sidecar", "teams": []})
    assert changed == {**one, "name": "Other", "summary": "Other"}
    account.delete(f"/teams/{team['id']}")
    assert account.get(path)["runner"]["teams"] == []
    account.delete(path)
    account.refused("GET", path, status=404)


def test_a_sidecar_is_told_its_secret_once_and_has_not_called_home(account: Account) -> None:
    one = account.post(_PATH, "runner", {"runner_type": "sidecar", "name": "Side", "description": "Text"})
    assert len(one.pop("secret")) == 26
    assert one["status"] == "NotConfigured"
    assert account.get(f"{_PATH}/{one['id']}")["runner"] == one
    account.delete(f"{_PATH}/{one['id']}")


def test_runners_are_listed_by_name_with_cursors(account: Account) -> None:
    ids = {name: account.post(_PATH, "runner", body(name=name))["id"] for name in ("b", "C", "a")}
    first = account.get(f"{_PATH}?limit=2")
    assert [it["name"] for it in first["runners"]] == ["a", "b"]
    second = account.get(f"{_PATH}?limit=2&cursor={first['next_cursor']}")
    assert ([it["name"] for it in second["runners"]], second["next_cursor"]) == (["C"], None)
    assert [it["name"] for it in account.get(f"{_PATH}?name=c")["runners"]] == ["C"]
    account.delete(f"{_PATH}/{ids['b']}")
    account.refused("GET", f"{_PATH}?cursor={first['next_cursor']}")
    for name in "aC":
        account.delete(f"{_PATH}/{ids[name]}")


def test_a_runner_with_actions_stays(account: Account) -> None:
    runner = account.post(_PATH, "runner", body())
    fields = {"description": "x", "action_type": "script", "action_data_reference": {"script": "x"}}
    made = [account.post(_ACTIONS, "action", {"name": f"A{n}", "runner": runner["id"], **fields}) for n in range(4)]
    path = f"{_PATH}/{runner['id']}"
    found = account.get(f"{path}?include[]=associated_actions")["runner"]["associated_actions"]
    assert ([it["id"] for it in found["actions"]], found["more"]) == ([it["id"] for it in made[:3]], True)
    account.refused("DELETE", path)
    for action in made:
        account.delete(f"{_ACTIONS}/{action['id']}")
    account.delete(path)


@pytest.mark.parametrize(
    "fields",
    [
        {"runner_type": "other"},
        {"name": ""},
        {"description": None},
        {"runbook_base_uri": None},
        {"runbook_api_key": "x" * 65},
        {"runbook_api_key": None},
        {"teams": [{"id": "PUNKNOWN", "type": "team_reference"}]},
    ],
)
def test_what_is_wrong_is_refused(account: Account, fields: dict[str, Any]) -> None:
    account.refused("POST", _PATH, {"runner": body(**fields)})


def test_unknown_ids_are_not_found(account: Account) -> None:
    account.check_unknown_ids(AUTOMATION_RUNNERS.routes())

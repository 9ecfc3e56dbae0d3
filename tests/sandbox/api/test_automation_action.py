from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from pdsync.sandbox.api.automation_action import AUTOMATION_ACTIONS
from tests.sandbox.account import Account, ref

_PATH = "/automation_actions/actions"


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    with Account() as it:
        yield it


@pytest.fixture(scope="module")
def runner(account: Account) -> str:
    body = {"name": "Runner", "description": "Text", "runner_type": "sidecar"}
    return str(account.post("/automation_actions/runners", "runner", body)["id"])


def body(**fields: Any) -> dict[str, Any]:
    script = {
        "action_type": "script",
        "action_data_reference": {"script": " echo 1\n", "invocation_command": "/bin/sh"},
    }
    return {"name": "Restart", "description": "Text", **script, **fields}


def job(**fields: Any) -> dict[str, Any]:
    return body(action_type="process_automation", action_data_reference={"process_automation_job_id": "x"}, **fields)


def test_an_action_is_made_changed_and_deleted(account: Account, runner: str) -> None:
    team, service = account.team(), account.service()
    one = account.post(_PATH, "action", body(runner=runner, teams=[ref(team)], services=[ref(service)]))
    assert (one["type"], one["runner"], one["runner_type"]) == ("action", runner, "sidecar")
    assert one["action_data_reference"] == body()["action_data_reference"]
    assert [it["id"] for it in one["teams"] + one["services"]] == [team["id"], service["id"]]
    flags = ("only_invocable_on_unresolved_incidents", "allow_invocation_manually", "map_to_all_services")
    assert [one[flag] for flag in flags] == [False, True, False]
    path = f"{_PATH}/{one['id']}"
    assert account.get(path)["action"] == one

    account.clock.forward(minutes=1)
    sent = {**one, "name": "Other", "services": [], "teams": [], "map_to_all_services": True}
    changed = account.put(path, "action", sent)
    later = {"modify_time": changed["modify_time"], "map_to_all_services": True}
    assert changed == {**one, "name": "Other", "summary": "Other", **later}
    assert changed["modify_time"] > one["modify_time"]
    account.delete(f"/services/{service['id']}")
    account.delete(f"/teams/{team['id']}")
    shown = account.get(path)["action"]
    assert shown["services"] == shown["teams"] == []
    account.delete(path)
    account.refused("GET", path, status=404)


def test_lists_have_filters_and_no_teams(account: Account, runner: str) -> None:
    team, service = account.team(), account.service()
    alone = account.post(_PATH, "action", job(name="Alone"))
    linked = {"action_classification": "diagnostic", "runner": runner}
    one = account.post(_PATH, "action", body(name="Linked", teams=[ref(team)], services=[ref(service)], **linked))

    def listed(query: str) -> list[str]:
        return [it["name"] for it in account.get(f"{_PATH}?{query}")["actions"]]

    assert listed("") == ["Alone", "Linked"]
    for query in (
        f"runner_id={runner}",
        "runner_id=any",
        "classification=diagnostic",
        f"team_id={team['id']}",
        f"service_id={service['id']}",
        "action_type=script",
        "name=LINK",
    ):
        assert listed(query) == ["Linked"], query
    assert all("teams" not in it for it in account.get(_PATH)["actions"])
    assert "runner" not in alone
    for action in (alone, one):
        account.delete(f"{_PATH}/{action['id']}")


def test_a_job_keeps_its_runner(account: Account, runner: str) -> None:
    one = account.post(_PATH, "action", job(runner=runner))
    path = f"{_PATH}/{one['id']}"
    other = account.post(
        "/automation_actions/runners", "runner", {"name": "x", "description": "x", "runner_type": "sidecar"}
    )
    account.refused("PUT", path, {"action": {"runner": other["id"]}})
    assert account.put(path, "action", {"runner": runner, "name": "Same"})["name"] == "Same"
    account.delete(path)


@pytest.mark.parametrize(
    "fields",
    [
        {"action_type": "other"},
        {"action_data_reference": None},
        {"action_data_reference": {"invocation_command": "/bin/sh"}},
        {"runner": "PUNKNOWN"},
        {"runner": 7},
        {"action_classification": "other"},
        {"map_to_all_services": "yes"},
        {"services": [{"id": "PUNKNOWN", "type": "service_reference"}]},
        {"description": 7},
    ],
)
def test_what_is_wrong_is_refused(account: Account, fields: dict[str, Any]) -> None:
    account.refused("POST", _PATH, {"action": body(**fields)})


def test_unknown_ids_are_not_found(account: Account) -> None:
    account.check_unknown_ids(AUTOMATION_ACTIONS.routes())

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from pdsync.sandbox.api.schedule_v3 import SCHEDULES_V3
from tests.sandbox.account import Account, layer, ref

_PATH = "/v3/schedules"


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    with Account() as it:
        yield it


def made(account: Account, **fields: Any) -> Any:
    return account.post(_PATH, "schedule", {"name": account.name("Shifts"), "time_zone": "Europe/Paris", **fields})


def test_a_schedule_is_made_changed_and_deleted(account: Account) -> None:
    team = account.team()
    one = made(account, teams=[ref(team)], rotations=[], description="Text")
    path = f"{_PATH}/{one['id']}"
    assert (one["type"], one["summary"], one["description"]) == ("schedule_v3", one["name"], "Text")
    assert [it["id"] for it in one["teams"]] == [team["id"]]
    assert one["rotations"] == one["escalation_policies"] == []
    assert account.get(path)["schedule"] == one
    account.refused("DELETE", f"/teams/{team['id']}")

    changed = account.put(path, "schedule", {"name": "Other", "teams": [], "rotations": []})
    assert changed == {**one, "name": "Other", "summary": "Other"}
    account.delete(path)
    account.refused("GET", path, status=404)
    account.delete(f"/teams/{team['id']}")


def test_lists_have_references_of_version_3_alone(account: Account) -> None:
    team = account.team()
    old = account.schedule(layer(account.user()))
    one, other = made(account, name="Shifts A", teams=[ref(team)]), made(account, name="Shifts B")
    body = account.get(_PATH)
    first, second = body["schedules"]
    assert body["limit"] == 100
    assert first["type"] == "schedule_v3_reference"
    assert "name" not in first
    assert (first["id"], second["id"]) == (one["id"], other["id"])
    assert account.get(f"{_PATH}?query=b&limit=1000")["schedules"] == [second]
    assert account.get(f"{_PATH}?limit=5000")["limit"] == 1000
    assert account.get(f"{_PATH}?team_ids[]={team['id']}")["schedules"] == [first]
    account.refused("GET", f"{_PATH}/{old['id']}")
    account.refused("GET", f"/schedules/{one['id']}")
    for it in (one, other):
        account.delete(f"{_PATH}/{it['id']}")


def test_a_policy_that_uses_it_holds_it(account: Account) -> None:
    one = made(account)
    policy = account.policy(one, account.user())
    path = f"{_PATH}/{one['id']}"
    assert [it["id"] for it in account.get(path)["schedule"]["escalation_policies"]] == [policy["id"]]
    account.refused("DELETE", path)
    account.delete(f"/escalation_policies/{policy['id']}")
    account.delete(path)


@pytest.mark.parametrize(
    "fields",
    [
        {"name": None},
        {"time_zone": "Mars/Base"},
        {"rotations": [{}]},
        {"escalation_policies": [{"id": "P1"}]},
        {"teams": [{"id": "PUNKNOWN", "type": "team_reference"}]},
    ],
)
def test_what_is_wrong_is_refused(account: Account, fields: dict[str, Any]) -> None:
    """Errors are by field, unlike those of other paths."""
    error = account.refused("POST", _PATH, {"schedule": {"name": "x", "time_zone": "UTC", **fields}})
    [(field, texts)] = error["errors"].items()
    assert field == f"schedule.{next(iter(fields))}"
    assert len(texts) == 1


def test_unknown_ids_are_not_found(account: Account) -> None:
    account.check_unknown_ids(SCHEDULES_V3.routes())

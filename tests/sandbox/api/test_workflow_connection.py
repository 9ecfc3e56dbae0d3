from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from pdsync.sandbox.api.workflow_connection import workflow_connection_routes
from pdsync.sandbox.api.workflow_integration import workflow_integration_routes
from pdsync.sandbox.store.seal import seal
from tests.sandbox.account import Account

_WEB = "/workflows/integrations/http-api/connections"
_TRACKER = "/workflows/integrations/sample-tracker/connections"
_ALL = "/workflows/integrations/connections"


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    with Account() as it:
        yield it


def made(account: Account, path: str, **fields: Any) -> Any:
    answer = account.call("POST", path, {"name": "Tickets", "secrets": {"Password": "hidden"}, **fields})
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_the_catalogue_is_listed_by_cursor(account: Account) -> None:
    first = account.get("/workflows/integrations?limit=1")
    assert [it["id"] for it in first["integrations"]] == ["http-api"]
    second = account.get(f"/workflows/integrations?limit=1&cursor={first['next_cursor']}")
    assert ([it["id"] for it in second["integrations"]], second["next_cursor"]) == (["sample-tracker"], None)
    everything = account.get("/workflows/integrations?include_deprecated=true")["integrations"]
    assert [it["is_deprecated"] for it in everything] == [False, False, True]
    assert account.get("/workflows/integrations/sample-tracker") == everything[1]
    assert everything[1]["secrets_schema"]["required"] == ["Password"]
    account.check_unknown_ids(workflow_integration_routes())


def test_a_connection_is_made_changed_and_deleted(account: Account) -> None:
    team = account.team()
    owners = [{"team_id": team["id"], "type": "team_reference"}]
    one = made(account, _TRACKER, configuration={"Project": "OPS"}, teams=owners, is_default=True)
    assert (one["secrets"], one["teams"], one["is_default"]) == (None, owners, True)
    assert one["integration_id"] == "sample-tracker"
    path = f"{_TRACKER}/{one['id']}"
    assert account.get(path) == one
    changed = account.call("PATCH", path, {"connection": {"name": "Ops", "secrets": {"Password": "other"}}}).json()
    assert changed == {**one, "name": "Ops", "summary": "Ops"}
    account.refused("PATCH", path, {"name": "Ops"})
    state = str(account.server.control.state())
    assert seal("other") in state
    assert "'other'" not in state
    second = made(account, _TRACKER, is_default=True)
    assert account.get(path)["is_default"] is False
    account.delete(f"/teams/{team['id']}")
    assert account.get(path)["teams"] == []
    for it in (one, second):
        account.delete(f"{_TRACKER}/{it['id']}")
        account.refused("GET", f"{_TRACKER}/{it['id']}", status=404)


def test_connections_are_listed_by_integration_and_altogether(account: Account) -> None:
    tickets = made(account, _TRACKER)
    web = made(account, _WEB, name="Web", secrets={"Authentication Headers": "x-api-key: hidden"})
    assert web["configuration"] == {"Redacted Authentication Headers": "x-api-key: ****"}

    def listed(path: str) -> list[str]:
        return [it["id"] for it in account.get(path)["connections"]]

    assert (listed(_ALL), listed(_WEB)) == ([tickets["id"], web["id"]], [web["id"]])
    account.refused("GET", f"{_WEB}/{tickets['id']}", status=404)
    account.delete(f"{_TRACKER}/{tickets['id']}")
    account.delete(f"{_WEB}/{web['id']}")


@pytest.mark.parametrize(
    "fields",
    [
        {"name": ""},
        {"secrets": {}},
        {"secrets": {"Password": "x", "Other": "y"}},
        {"configuration": {"Nothing": "x"}},
        {"teams": [{"team_id": "PNOSUCH", "type": "team_reference"}]},
        {"is_default": "yes"},
    ],
)
def test_what_is_wrong_is_refused(account: Account, fields: dict[str, Any]) -> None:
    answer = account.call("POST", _TRACKER, {"name": "Tickets", "secrets": {"Password": "hidden"}, **fields})
    assert answer.status_code == 400
    account.refused("POST", _TRACKER, {"name": "Tickets"})


def test_unknown_ids_are_not_found(account: Account) -> None:
    paths = [it for it in workflow_connection_routes() if it.method != "PATCH"]
    account.check_unknown_ids(paths)
    assert account.call("PATCH", f"{_WEB}/PUNKNOWN", {}).status_code == 404

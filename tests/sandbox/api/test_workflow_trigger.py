from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from pdsync.sandbox.api.workflow_trigger import workflow_trigger_routes
from tests.sandbox.account import Account, ref

_PATH = "/incident_workflows/triggers"
_P1 = "incident.priority matches 'P1'"


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    with Account() as it:
        yield it


def workflow(account: Account, **fields: Any) -> Any:
    return account.post("/incident_workflows", "incident_workflow", {"name": account.name("Workflow"), **fields})


def made(account: Account, of: Any, **fields: Any) -> Any:
    body = {"trigger_type": "manual", "workflow": {"id": of["id"]}, **fields}
    return account.post(_PATH, "trigger", body)


def conditional(account: Account, of: Any, **fields: Any) -> Any:
    return made(account, of, trigger_type="conditional", **{"condition": _P1, **fields})


def listed(account: Account, query: str) -> list[str]:
    return [it["id"] for it in account.get(f"{_PATH}?{query}")["triggers"]]


def test_a_trigger_names_its_workflow(account: Account) -> None:
    flow = workflow(account, description="Text", is_enabled=False)
    one = conditional(account, flow, is_subscribed_to_all_services=True)
    assert account.get(f"{_PATH}/{one['id']}")["trigger"] == one
    assert (one["type"], one["trigger_type_name"]) == ("workflow_trigger", "Conditional Trigger")
    assert (one["workflow"]["id"], one["workflow_id"]) == (flow["id"], flow["id"])
    assert (one["workflow_name"], one["workflow"]["description"]) == (flow["name"], "Text")
    assert (one["services"], one["is_subscribed_to_all_services"], one["is_disabled"]) == ([], True, True)
    assert (one["condition"], one["permissions"]) == (_P1, {"restricted": False})
    account.put(f"/incident_workflows/{flow['id']}", "incident_workflow", {"name": "Other", "is_enabled": True})
    shown = account.get(f"{_PATH}/{one['id']}")["trigger"]
    assert (shown["workflow_name"], shown["is_disabled"]) == ("Other", False)


def test_a_body_without_wrapper_is_taken(account: Account) -> None:
    """As the Terraform provider sends it."""
    flow, service = workflow(account), account.service()
    answer = account.call("POST", _PATH, {"trigger_type": "manual", "workflow": {"id": flow["id"]}})
    assert answer.status_code == 201
    path = f"{_PATH}/{answer.json()['trigger']['id']}"
    changed = account.call("PUT", path, {"services": [{"id": service["id"]}], "permissions": {"restricted": False}})
    assert [it["id"] for it in changed.json()["trigger"]["services"]] == [service["id"]]


def test_services_come_in_an_order_of_the_server(account: Account) -> None:
    services = [{"id": account.service()["id"]} for _ in range(4)]
    flow = workflow(account)
    orders = []
    for _ in range(6):
        one = made(account, flow, services=services)
        path = f"{_PATH}/{one['id']}"
        ids = [it["id"] for it in one["services"]]
        assert [it["id"] for it in account.get(path)["trigger"]["services"]] == ids
        changed = account.put(path, "trigger", {"services": services[::-1]})
        assert changed == one
        assert {it["type"] for it in one["services"]} == {"service"}
        orders.append(ids)
    assert all(sorted(it) == sorted(given["id"] for given in services) for it in orders)
    assert len({tuple(it) for it in orders}) > 1


def test_services_are_added_and_taken_out_one_at_a_time(account: Account) -> None:
    first, second = account.service(), account.service()
    path = f"{_PATH}/{made(account, workflow(account), services=[ref(first)])['id']}"
    for _ in range(2):
        answer = account.call("POST", f"{path}/services", {"service": {"id": second["id"]}})
        assert answer.status_code == 201
        assert {it["id"] for it in answer.json()["trigger"]["services"]} == {first["id"], second["id"]}
    answer = account.call("DELETE", f"{path}/services/{first['id']}")
    assert answer.status_code == 201
    assert [it["id"] for it in answer.json()["trigger"]["services"]] == [second["id"]]
    account.refused("DELETE", f"{path}/services/{first['id']}", status=404)
    account.delete(f"/services/{second['id']}")
    assert account.get(path)["trigger"]["services"] == []
    account.put(path, "trigger", {"is_subscribed_to_all_services": True})
    account.refused("POST", f"{path}/services", {"service": {"id": first["id"]}})


def test_a_trigger_for_all_services_has_no_list(account: Account) -> None:
    path = f"{_PATH}/{made(account, workflow(account), services=[ref(account.service())])['id']}"
    assert account.put(path, "trigger", {"is_subscribed_to_all_services": True})["services"] == []
    assert account.put(path, "trigger", {"is_subscribed_to_all_services": False})["services"] == []


def test_a_list_is_filtered_and_sorted() -> None:
    with Account() as account:
        service, other = account.service(), account.service()
        first, second = workflow(account, name="Beta"), workflow(account, name="Alpha", is_enabled=False)
        named = made(account, first, services=[ref(service)])["id"]
        everywhere = conditional(account, second, is_subscribed_to_all_services=True)["id"]
        typed = made(account, second, trigger_type="incident_type", incident_types=["major"])
        assert typed["incident_types"] == ["major"]
        every = [named, everywhere, typed["id"]]
        assert listed(account, "") == every
        assert listed(account, f"workflow_id={first['id']}") == [named]
        assert listed(account, f"service_id={service['id']}") == [named, everywhere]
        assert listed(account, f"service_id={other['id']}") == [everywhere]
        assert listed(account, f"incident_id={account.incident(service)['id']}") == [named, everywhere]
        assert listed(account, "trigger_type=conditional") == [everywhere]
        assert listed(account, "workflow_name_contains=ALPH") == every[1:]
        assert listed(account, "is_disabled=false") == [named]
        assert listed(account, "sort_by=workflow_name") == [*every[1:], named]
        assert listed(account, "sort_by=workflow_name desc") == every
        account.refused("GET", f"{_PATH}?sort_by=name")
        account.refused("GET", f"{_PATH}?service_id={service['id']}&incident_id=PX")


@pytest.mark.parametrize("order", ["", "&sort_by=workflow_name desc"])
def test_a_list_is_paged_by_cursor(order: str) -> None:
    with Account() as account:
        ids = [made(account, workflow(account))["id"] for _ in range(5)]
        found, query = [], f"limit=2{order}"
        while query:
            page = account.get(f"{_PATH}?{query}")
            found += [it["id"] for it in page["triggers"]]
            assert page["more"] is (page["next_cursor"] is not None)
            query = f"limit=2{order}&cursor={page['next_cursor']}" if page["next_cursor"] else ""
        assert found == (ids[::-1] if order else ids)


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"trigger_type": "event"}, "Trigger type must be one of: manual, conditional, incident_type"),
        ({"workflow": {"id": "PUNKNOWN"}}, "Workflow Not Found"),
        ({"condition": _P1}, "Condition is only allowed for conditional triggers"),
        ({"trigger_type": "conditional"}, "Condition can't be blank"),
        ({"incident_types": ["x"]}, "Incident types are only allowed for triggers of the type incident_type"),
        ({"trigger_type": "incident_type", "incident_types": [7]}, "Incident types must be an array of strings"),
        ({"services": [{"id": "PUNKNOWN"}]}, "Service Not Found"),
        ({"permissions": {"restricted": True}}, "Team Not Found"),
        ({"permissions": {"team_id": "P1"}}, "Team id is only allowed for restricted triggers"),
        (
            {"trigger_type": "conditional", "condition": "", "permissions": {"restricted": True, "team_id": "P1"}},
            "Permissions are only allowed for manual triggers",
        ),
    ],
)
def test_what_is_wrong_is_refused(account: Account, fields: dict[str, Any], text: str) -> None:
    body = {"trigger_type": "manual", "workflow": {"id": workflow(account)["id"]}, **fields}
    assert account.refused("POST", _PATH, {"trigger": body})["errors"] == [text]


def test_a_put_has_neither_workflow_nor_type(account: Account) -> None:
    flow = workflow(account)
    path = f"{_PATH}/{made(account, flow)['id']}"
    error = account.refused("PUT", path, {"trigger": {"trigger_type": "manual", "workflow": {"id": flow["id"]}}})
    assert error["errors"] == ["Trigger type cannot be changed", "Workflow cannot be changed"]


def test_a_restricted_trigger_keeps_to_its_team(account: Account) -> None:
    team = account.team()
    path = f"{_PATH}/{made(account, workflow(account), permissions={'restricted': True, 'team_id': team['id']})['id']}"
    assert account.get(path)["trigger"]["permissions"] == {"restricted": True, "team_id": team["id"]}
    account.delete(f"/teams/{team['id']}")
    assert account.get(path)["trigger"]["permissions"] == {"restricted": True}
    assert account.put(path, "trigger", {"permissions": {"restricted": False}})["permissions"] == {"restricted": False}


def test_an_empty_condition_is_taken(account: Account) -> None:
    assert conditional(account, workflow(account), condition="")["condition"] == ""


def test_a_deleted_trigger_is_gone(account: Account) -> None:
    path = f"{_PATH}/{made(account, workflow(account))['id']}"
    account.delete(path)
    account.refused("GET", path, status=404)


def test_unknown_ids_are_not_found(account: Account) -> None:
    account.check_unknown_ids(workflow_trigger_routes())

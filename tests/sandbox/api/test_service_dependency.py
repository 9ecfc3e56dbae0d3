from __future__ import annotations

from typing import Any

import pytest

from pdsync.sandbox.api.service_dependency import service_dependency_routes
from tests.sandbox.account import Account
from tests.sandbox.profile.setting import add_to_profile


def business(account: Account) -> Any:
    return account.call("POST", "/business_services", {"business_service": {"name": "Shop"}}).json()["business_service"]


def pair(supporting: Any, dependent: Any) -> dict[str, Any]:
    return {
        "supporting_service": {"id": supporting["id"], "type": supporting["type"]},
        "dependent_service": {"id": dependent["id"], "type": dependent["type"]},
    }


def associate(account: Account, *pairs: dict[str, Any], end: bool = False) -> Any:
    path = "/service_dependencies/" + ("disassociate" if end else "associate")
    answer = account.call("POST", path, {"relationships": list(pairs)})
    assert answer.status_code == 200, answer.text
    return answer.json()["relationships"]


def test_types_differ_going_in_and_coming_out(account: Account) -> None:
    technical, shop = account.service(), business(account)
    [made] = associate(account, pair(technical, shop))
    assert made == {
        "id": made["id"],
        "type": "service_dependency",
        "supporting_service": {"id": technical["id"], "type": "technical_service_reference"},
        "dependent_service": {"id": shop["id"], "type": "business_service_reference"},
    }
    for path in (f"technical_services/{technical['id']}", f"business_services/{shop['id']}"):
        assert account.get(f"/service_dependencies/{path}")["relationships"] == [made]
    again = {**pair(technical, shop), "supporting_service": made["supporting_service"]}
    assert associate(account, again) == [made]
    assert associate(account, again, end=True) == [made]
    assert associate(account, again, end=True) == []
    assert account.get(f"/service_dependencies/business_services/{shop['id']}")["relationships"] == []


def test_circles_are_refused_and_nothing_is_done_by_halves(account: Account) -> None:
    one, two, three = (account.service() for _ in range(3))
    associate(account, pair(one, two), pair(two, three))
    before = account.get("/_sandbox/state")
    for bad in (pair(three, one), pair(one, one)):
        account.refused("POST", "/service_dependencies/associate", {"relationships": [pair(one, three), bad]})
    assert account.get("/_sandbox/state") == before


def test_where_services_may_depend_on_themselves_and_deleted_ones_are_listed_everything_can_be_read(
    account: Account,
) -> None:
    readings = {
        "dependency_on_itself": "taken",
        "dependency_circle": "taken",
        "dependencies_of_deleted_service": "listed",
    }
    add_to_profile(account, readings=readings)
    one, two, gone, shop = account.service(), account.service(), account.service(), business(account)
    incident = account.incident(one, priority={"id": "PSLWBL8", "type": "priority_reference"})
    associate(account, pair(one, one), pair(one, two), pair(two, one), pair(two, gone), pair(gone, shop))
    account.delete(f"/services/{gone['id']}")
    assert len(account.get(f"/service_dependencies/business_services/{shop['id']}")["relationships"]) == 1
    for path in (
        "/business_services/impacts",
        f"/business_services/{shop['id']}/supporting_services/impacts",
        f"/incidents/{incident['id']}/related_incidents",
        f"/incidents/{incident['id']}/related_change_events",
        f"/services/{one['id']}/change_events",
    ):
        account.get(path)
    state = account.get("/_sandbox/state")
    assert account.call("PUT", "/_sandbox/state", state).status_code < 300
    assert account.get("/_sandbox/state") == state
    state["service_dependency"][0]["supporting_service"] = None
    errors = account.refused("PUT", "/_sandbox/state", state)["errors"]
    assert any("cannot be shown" in it for it in errors)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"relationships": []}, 400),
        ({"relationships": [7]}, 400),
        ({"relationships": [{"supporting_service": {"id": "P1", "type": "team"}}]}, 400),
        ({"relationships": [pair({"id": "P1", "type": "service"}, {"id": "P2", "type": "service"})]}, 404),
    ],
)
def test_requests_that_are_refused(account: Account, body: Any, status: int) -> None:
    for path in ("associate", "disassociate"):
        account.refused("POST", f"/service_dependencies/{path}", body, status)


def test_dependencies_end_with_their_services(account: Account) -> None:
    one, two, shop = account.service(), account.service(), business(account)
    associate(account, pair(one, two), pair(two, shop))
    account.delete(f"/services/{two['id']}")
    assert account.get(f"/service_dependencies/technical_services/{one['id']}")["relationships"] == []
    associate(account, pair(one, shop))
    account.delete(f"/business_services/{shop['id']}")
    assert account.server.control.breaks() == []


def test_unknown_ids_are_not_found(account: Account) -> None:
    account.check_unknown_ids(service_dependency_routes())

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from pdsync.sandbox.api.orchestration_path import orchestration_path_routes
from tests.sandbox.account import Account


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    with Account() as it:
        yield it


@pytest.fixture(scope="module")
def orchestration(account: Account) -> str:
    return str(account.post("/event_orchestrations", "orchestration", {"name": "Events"})["id"])


def document(*rules: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"orchestration_path": {"sets": [{"id": "start", "rules": list(rules)}], **fields}}


@pytest.mark.parametrize("type", ["router", "global", "unrouted"])
def test_a_document_is_replaced_as_a_whole(account: Account, orchestration: str, type: str) -> None:
    path = f"/event_orchestrations/{orchestration}/{type}"
    rule = {"label": "First", "conditions": [{"expression": "event.source exists"}], "actions": {}}
    empty = account.get(path)["orchestration_path"]
    answer = account.call("PUT", path, document(rule, {"conditions": None}))
    assert answer.status_code == 200, answer.text
    changed = answer.json()["orchestration_path"]
    assert answer.json()["warnings"] == []
    first, second = changed["sets"][0]["rules"]
    assert first == {"id": first["id"], "disabled": False, **rule}
    assert second["conditions"] == []
    assert changed["version"] != empty["version"]
    assert account.get(path)["orchestration_path"] == changed
    assert (changed["type"], changed["self"]) == (type, account.server.url + path)

    kept = account.call("PUT", path, document(second, first)).json()["orchestration_path"]["sets"][0]["rules"]
    assert kept == [second, first]
    gone = account.call("PUT", path, document()).json()["orchestration_path"]
    assert gone["sets"] == empty["sets"]
    assert gone["catch_all"] == empty["catch_all"]


def test_a_router_leads_to_services_and_warns_of_what_is_none(account: Account, orchestration: str) -> None:
    path, service = f"/event_orchestrations/{orchestration}/router", account.service()
    rules = [{"actions": {"route_to": id}} for id in (service["id"], "PUNKNOWN")]
    last = {"catch_all": {"actions": {"route_to": service["id"]}}}
    answer = account.call("PUT", path, document(*rules, **last)).json()
    shown = answer["orchestration_path"]
    [warning] = answer["warnings"]
    assert warning["rule_id"] == shown["sets"][0]["rules"][1]["id"]
    assert warning["warning_type"] == "invalid_routing"
    assert shown["catch_all"] == last["catch_all"]
    assert account.get(f"/event_orchestrations/{orchestration}")["orchestration"]["routes"] == 2
    assert "warnings" not in account.get(path)
    account.refused("PUT", path, {"orchestration_path": {"sets": [{"id": "start"}, {"id": "two"}]}})


def test_a_service_has_rules_of_its_own_until_it_goes(account: Account) -> None:
    service = account.service()
    path = f"/event_orchestrations/services/{service['id']}"
    empty = account.get(path)["orchestration_path"]
    assert (empty["type"], empty["catch_all"]) == ("service", {"actions": {}})
    assert empty["parent"] == {"id": service["id"], "type": "service_reference", "self": service["self"]}
    account.call("PUT", path, document({"actions": {"annotate": "Seen"}}))
    [rule] = account.get(path)["orchestration_path"]["sets"][0]["rules"]
    assert rule["actions"] == {"annotate": "Seen"}

    assert account.get(f"{path}/active") == {"active": True}
    assert account.call("PUT", f"{path}/active", {"active": False}).json() == {"active": False}
    assert account.get(f"{path}/active") == {"active": False}
    account.refused("PUT", f"{path}/active", {"active": "yes"})
    account.delete(f"/services/{service['id']}")
    account.refused("GET", path, status=404)
    assert "orchestration_active" not in account.get("/_sandbox/state")


def test_unknown_ids_are_not_found(account: Account) -> None:
    account.check_unknown_ids(orchestration_path_routes())


def test_an_account_without_event_rules_answers_active_with_410(account: Account) -> None:
    path = f"/event_orchestrations/services/{account.service()['id']}"
    account.server.control.set_account({"account": 1, "readings": {"active_of_service": "gone"}})
    try:
        account.refused("GET", f"{path}/active", status=410)
        account.refused("PUT", f"{path}/active", {"active": True}, status=410)
        assert account.call("PUT", path, document({"actions": {"annotate": "Seen"}})).status_code == 200
    finally:
        account.server.control.set_account({"account": 1})


def test_rules_of_a_deleted_service_may_be_forbidden(account: Account) -> None:
    service = account.service()
    path = f"/event_orchestrations/services/{service['id']}"
    account.delete(f"/services/{service['id']}")
    account.server.control.set_account({"account": 1, "readings": {"rules_of_deleted_service": "forbidden"}})
    try:
        for method, body in (("GET", None), ("PUT", document())):
            account.refused(method, path, body, status=403)
        account.refused("GET", f"{path}/active", status=403)
    finally:
        account.server.control.set_account({"account": 1})

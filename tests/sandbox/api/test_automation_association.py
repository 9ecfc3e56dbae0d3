from __future__ import annotations

from collections.abc import Iterator

import pytest

from pdsync.sandbox.api.automation_association import automation_association_routes
from tests.sandbox.account import Account, ref

_ACTIONS, _RUNNERS = "/automation_actions/actions", "/automation_actions/runners"
_SCRIPT = {"action_type": "script", "action_data_reference": {"script": "true"}}


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    with Account() as it:
        yield it


def make(account: Account, path: str) -> str:
    body = {"name": "One", "description": "Text"}
    if path == _ACTIONS:
        return f"{path}/{account.post(path, 'action', {**body, **_SCRIPT})['id']}"
    return f"{path}/{account.post(path, 'runner', {**body, 'runner_type': 'sidecar'})['id']}"


@pytest.mark.parametrize(("path", "other"), [(_ACTIONS, "service"), (_ACTIONS, "team"), (_RUNNERS, "team")])
def test_an_association_is_made_read_and_removed(account: Account, path: str, other: str) -> None:
    target = account.service() if other == "service" else account.team()
    one = make(account, path)
    many, shown = f"{one}/{other}s", {"id": target["id"], "type": f"{other}_reference"}
    account.refused("GET", f"{many}/{target['id']}", status=404)
    assert account.post(many, other, ref(target)) == shown
    assert account.post(many, other, ref(target)) == shown  # a repetition changes nothing
    assert account.get(many) == {f"{other}s": [shown]}
    assert account.get(f"{many}/{target['id']}") == {other: shown}
    (whole,) = account.get(one).values()
    assert whole[f"{other}s"] == [shown]
    account.delete(f"{many}/{target['id']}")
    account.refused("DELETE", f"{many}/{target['id']}", status=404)
    assert account.get(many) == {f"{other}s": []}
    account.delete(one)


def test_what_is_not_there_cannot_be_associated(account: Account) -> None:
    one = make(account, _ACTIONS)
    account.refused("POST", f"{one}/services", {"service": {"id": "PUNKNOWN", "type": "service_reference"}})
    account.refused("POST", f"{one}/teams", {"team": ref(account.service())})
    account.refused("POST", f"{one}/teams", {})


def test_unknown_ids_are_not_found(account: Account) -> None:
    account.check_unknown_ids(automation_association_routes())


def test_other_readings() -> None:
    readings = {
        "repeated_association": "refused",
        "action_without_services": "left_out",
        "services_of_action_for_all": "all",
        "partial_action": "reset",
        "runner_of_action_null": "kept",
    }
    with Account(account={"account": 1, "readings": readings}) as account:
        service = account.service()
        one = make(account, _ACTIONS)
        assert "services" not in account.get(one)["action"]
        account.post(f"{one}/services", "service", ref(service))
        account.refused("POST", f"{one}/services", {"service": ref(service)})
        other = account.service()
        shown = account.put(one, "action", {"map_to_all_services": True, "action_classification": "diagnostic"})
        assert {it["id"] for it in shown["services"]} == {service["id"], other["id"]}
        runner = make(account, _RUNNERS).rpartition("/")[2]
        assert account.put(one, "action", {"runner": runner})["action_classification"] is None

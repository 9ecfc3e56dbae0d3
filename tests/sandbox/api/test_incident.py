"""Incidents over the REST API: lists, changes, notes, log, and what they hold in place."""

from __future__ import annotations

from typing import Any

import pytest

from pdsync.sandbox.api.incident import incident_routes
from tests.sandbox.account import OWNER_EMAIL, TOKEN, Account, ref


def test_multi_update_takes_back_what_a_list_gave(account: Account) -> None:
    ids = [account.incident()["id"] for _ in range(3)]
    listed = account.get("/incidents?statuses[]=triggered")["incidents"]
    assignees = [it["assignments"] for it in listed]
    for incident in listed:
        incident["status"] = "acknowledged"
    answer = account.call("PUT", "/incidents", {"incidents": listed})
    assert answer.status_code == 200, answer.text
    changed = answer.json()["incidents"]
    assert [(it["id"], it["status"]) for it in changed] == [(id, "acknowledged") for id in ids]
    assert [it["assignments"] for it in changed] == assignees
    assert all(it["assigned_via"] == "escalation_policy" for it in changed)


def test_multi_update_is_all_or_nothing(account: Account) -> None:
    one = {"id": account.incident()["id"], "type": "incident_reference", "status": "resolved"}
    before = account.get("/_sandbox/state")
    account.refused("PUT", "/incidents", {"incidents": [one, {**one, "id": "P000000"}]})
    account.refused("PUT", "/incidents", {"incidents": []})
    account.refused("PUT", "/incidents", {"incidents": 251 * [one]}, 413)
    assert account.get("/_sandbox/state") == before


@pytest.mark.parametrize(("sender", "status"), [(OWNER_EMAIL, 200), ("no one@example.com", 400), (None, 400)])
def test_account_keys_must_say_for_whom_they_act(account: Account, sender: str | None, status: int) -> None:
    id = account.incident()["id"]
    headers = {} if sender is None else {"From": sender}
    body = {"incidents": [{"id": id, "type": "incident", "status": "resolved"}]}
    assert account.call("PUT", "/incidents", body, token=TOKEN, headers=headers).status_code == status


def test_changes_of_one(account: Account) -> None:
    first, second, third = account.user(), account.user(), account.user()
    rules = [{"escalation_delay_in_minutes": 5, "targets": [ref(it)]} for it in (first, second)]
    service = account.service(escalation_policy=ref(account.policy(escalation_rules=rules)))
    path = f"/incidents/{account.incident(service)['id']}"

    def put(**fields: Any) -> tuple[list[str], Any]:
        incident = account.put(path, "incident", {"type": "incident", **fields})
        return [it["assignee"]["id"] for it in incident["assignments"]], incident

    assert put()[0] == [first["id"]]
    assert put(escalation_level=2)[0] == [second["id"]]
    assert put(assignments=[{"assignee": ref(third)}])[0] == [third["id"]]
    assert put(escalation_policy=ref(account.policy(first)))[0] == [first["id"]]
    assert put(title="Other")[1]["summary"] == "[#1] Other"
    assert put(priority="P2")[1]["priority"]["id"] == "P53ZZH5"
    assert put(urgency="low")[1]["urgency"] == "low"
    for bad in ({"escalation_level": 9}, {"priority": "P9"}, {"status": "open"}, {"title": ""}):
        account.refused("PUT", path, {"incident": bad})


def test_refused_incidents(account: Account) -> None:
    service = account.service()
    good = {"type": "incident", "title": "x", "service": ref(service), "incident_key": "k"}
    assert account.post("/incidents", "incident", good)["incident_key"] == "k"
    no_one = account.service(escalation_policy=ref(account.policy(account.schedule())))
    for change in (
        {},
        {"incident_key": "k2", "title": ""},
        {"incident_key": "k2", "service": {"id": "P0", "type": "service_reference"}},
        {"incident_key": "k2", "service": ref(no_one)},
        {
            "incident_key": "k2",
            "escalation_policy": service["escalation_policy"],
            "assignments": [{"assignee": ref(account.user())}],
        },
    ):
        account.refused("POST", "/incidents", {"incident": {**good, **change}})


def test_unknown_ids_are_not_found(account: Account) -> None:
    account.check_unknown_ids(incident_routes())

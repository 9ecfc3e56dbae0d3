from __future__ import annotations

from typing import Any

from pdsync.sandbox.api.audit import audit_routes
from tests.sandbox.account import OWNER_EMAIL, TOKEN, Account


def _walk(account: Account, path: str) -> list[list[Any]]:
    pages, cursor = [], ""
    while True:
        page = account.get(path + cursor)
        pages.append(page["records"])
        if page["next_cursor"] is None:
            return pages
        cursor = f"&cursor={page['next_cursor']}"


def test_records_tell_who_did_what(account: Account) -> None:
    team = account.team()
    account.put(f"/teams/{team['id']}", "team", {"name": "Renamed"})
    account.call("DELETE", f"/teams/{team['id']}", token=TOKEN, headers={"From": OWNER_EMAIL})
    account.refused("DELETE", f"/teams/{team['id']}", status=404)
    records = account.get("/audit/records")["records"]
    assert [it["action"] for it in records] == ["delete", "update", "create"]
    assert {it["root_resource"]["id"] for it in records} == {team["id"]}
    assert [it["actors"][0]["type"] for it in records] == ["api_key_reference", "user_reference", "user_reference"]
    assert records[0]["method"] == {"type": "api_token", "truncated_token": TOKEN[-4:]}
    assert records[0]["execution_time"] == "2026-03-02T12:00:07.000Z"


def test_children_count_as_updates_of_their_owner(account: Account) -> None:
    user = account.user()
    phone = {"type": "phone_contact_method", "label": "Work", "address": "5551234"}
    account.post(f"/users/{user['id']}/contact_methods", "contact_method", phone)
    own = account.get(f"/users/{user['id']}/audit/records")["records"]
    assert [(it["action"], it["root_resource"]["summary"]) for it in own] == [
        ("update", user["name"]),
        ("create", user["name"]),
    ]


def test_pages_by_cursor_stand_still_while_rows_are_added(account: Account) -> None:
    ids = [account.team()["id"] for _ in range(5)]
    first = account.get("/audit/records?limit=2")
    account.team()
    second = account.get(f"/audit/records?limit=2&cursor={first['next_cursor']}")
    seen = [it["root_resource"]["id"] for it in first["records"] + second["records"]]
    assert seen == ids[:0:-1]
    assert [len(it) for it in _walk(account, "/audit/records?limit=4")] == [4, 2]
    assert [len(it) for it in _walk(account, "/audit/records?limit=6")] == [6]


def test_filters(account: Account) -> None:
    team = account.team()
    account.user()
    account.put(f"/teams/{team['id']}", "team", {"name": "Renamed"})
    account.clock.forward(seconds=1)
    for query, count in [
        ("root_resource_types[]=teams", 2),
        ("actions[]=create", 2),
        ("actor_type=app_reference", 0),
        ("since=2026-03-02T12:00:08Z", 0),
    ]:
        assert len(account.get(f"/audit/records?{query}")["records"]) == count, query
    account.clock.forward(days=2)
    assert account.get("/audit/records")["records"] == []
    for query in ("cursor=x", "actions[]=x", "limit=0", "since=2025-01-01", "root_resource_types[]=x", "actor_id=P1"):
        account.refused("GET", f"/audit/records?{query}")


def test_unknown_ids_are_not_found(account: Account) -> None:
    account.check_unknown_ids(audit_routes())

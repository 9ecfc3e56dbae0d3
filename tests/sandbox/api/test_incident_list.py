"""Which incidents a query asks for."""

from __future__ import annotations

from tests.sandbox.account import Account, ref


def _ids(account: Account, query: str) -> list[str]:
    return [it["id"] for it in account.get("/incidents" + query)["incidents"]]


def test_filters(account: Account) -> None:
    team, user = account.team(), account.user()
    service = account.service(escalation_policy=ref(account.policy(user, teams=[ref(team)])))
    own = account.incident(service, urgency="low")
    other = account.incident()
    account.put(f"/incidents/{other['id']}", "incident", {"type": "incident", "status": "acknowledged"})
    for query, found in [
        (f"?team_ids[]={team['id']}", [own]),
        (f"?service_ids[]={service['id']}", [own]),
        (f"?user_ids[]={user['id']}&statuses[]=triggered&statuses[]=acknowledged", [own]),
        ("?urgencies[]=high", [other]),
        ("?statuses[]=acknowledged", [other]),
        (f"?incident_key={own['incident_key']}", [own]),
        ("?sort_by=incident_number:desc", [other, own]),
        ("?sort_by=urgency,created_at:desc", [own, other]),
        ("?limit=1&offset=1", [other]),
    ]:
        assert _ids(account, query) == [it["id"] for it in found], query
    assert account.get("/incidents?limit=1&total=true")["total"] == 2
    for query in ("statuses[]=open", "sort_by=title", "since=yesterday", "date_range=some", "time_zone=Moon"):
        assert account.call("GET", f"/incidents?{query}").status_code == 400, query


def test_a_list_is_of_the_last_month_unless_asked_for_more(account: Account) -> None:
    old = account.incident()["id"]
    account.clock.forward(days=40)
    new = account.incident()["id"]
    account.clock.forward(seconds=1)
    for query, found in [
        ("", [new]),
        ("?date_range=all", [old, new]),
        ("?since=2026-03-01", [old, new]),
        ("?since=2026-03-01&until=2026-04-01", [old]),
    ]:
        assert _ids(account, query) == found, query
    account.refused("GET", "/incidents?since=2025-01-01")

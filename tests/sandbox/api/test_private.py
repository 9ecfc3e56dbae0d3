from __future__ import annotations

from typing import Any

from tests.sandbox.account import Account, ref
from tests.sandbox.profile.setting import add_to_profile


def ids(account: Account, path: str) -> set[str]:
    wrapper = path.partition("?")[0].strip("/")
    return {it["id"] for it in account.get(path)[wrapper]}


def world_of(account: Account, team: Any) -> dict[str, Any]:
    policy = account.policy(teams=[ref(team)])
    service = account.service(escalation_policy=ref(policy))
    return {
        "teams": team,
        "schedules": account.schedule(teams=[ref(team)]),
        "escalation_policies": policy,
        "services": service,
        "incidents": account.incident(service),
    }


def test_what_belongs_to_a_private_team_is_not_there_and_comes_back_whole(account: Account) -> None:
    secret, public = account.team(name="Secret"), account.team(name="Public")
    hidden, seen = world_of(account, secret), world_of(account, public)
    before = account.server.control.state()
    add_to_profile(account, private_teams=["Secret"])
    for path, thing in hidden.items():
        assert ids(account, f"/{path}") & {thing["id"], seen[path]["id"]} == {seen[path]["id"]}
        for method in ("GET", "PUT"):
            body = {path.removesuffix("s"): {}} if method == "PUT" else None
            account.refused(method, f"/{path}/{thing['id']}", body, status=404)
    account.refused("DELETE", f"/services/{hidden['services']['id']}", status=404)
    account.refused("PUT", f"/teams/{secret['id']}/users/{account.user()['id']}", status=404)
    assert hidden["escalation_policies"]["id"] not in {
        it["escalation_policy"]["id"] for it in account.get("/oncalls?limit=100")["oncalls"]
    }
    assert "Name has already been taken" in str(account.refused("POST", "/teams", {"team": {"name": "secret"}}))
    assert account.server.control.edit("GET", "/teams?query=Secret")["teams"][0]["id"] == secret["id"]
    account.delete("/_sandbox/account")
    assert ids(account, "/teams") == {secret["id"], public["id"]}
    for kind in ("team", "service", "incident"):
        assert account.server.control.state()[kind] == before[kind]


def test_lists_of_what_happens_to_services_leave_out_the_hidden_ones(account: Account) -> None:
    secret, public = account.team(name="Secret"), account.team(name="Public")
    hidden, seen = world_of(account, secret), world_of(account, public)
    for world in (hidden, seen):
        key = account.integration(world["services"], type="events_api_v2_inbound_integration")["integration_key"]
        account.call("POST", "/v2/change/enqueue", {"routing_key": key, "payload": {"summary": "Deployed"}})
        incident = {"type": "incident", "priority": {"id": "PSLWBL8", "type": "priority_reference"}, "title": "Fire"}
        account.put(f"/incidents/{world['incidents']['id']}", "incident", incident)
    pairs = [
        {"supporting_service": ref(it["services"]), "dependent_service": ref(_shop(account))} for it in (hidden, seen)
    ]
    for pair in pairs:
        account.call("POST", "/service_dependencies/associate", {"relationships": [pair]})
    beside = f"/incidents/{seen['incidents']['id']}/related_incidents"
    paths = {
        "/change_events": "change_events",
        "/business_services/impactors": "impactors",
        "/notifications?since=2026-03-01&until=2026-04-01": "notifications",
        beside: "related_incidents",
    }
    before = {path: len(account.get(path)[wrapper]) for path, wrapper in paths.items()}
    [event] = account.get(f"/services/{hidden['services']['id']}/change_events")["change_events"]
    add_to_profile(account, private_teams=["Secret"])
    after = {path: len(account.get(path)[wrapper]) for path, wrapper in paths.items()}
    assert list(before.values()) == [2, 2, 2, 1]
    assert list(after.values()) == [1, 1, 1, 0]
    account.refused("GET", f"/change_events/{event['id']}", status=404)


def _shop(account: Account) -> Any:
    return account.call("POST", "/business_services", {"business_service": {"name": "Shop"}}).json()["business_service"]


def test_what_belongs_to_no_team_or_to_a_visible_one_too_is_seen(account: Account) -> None:
    secret, public = account.team(name="Secret"), account.team(name="Public")
    both, neither = account.schedule(teams=[ref(secret), ref(public)]), account.schedule()
    add_to_profile(account, private_teams=["Secret"])
    assert ids(account, "/schedules") == {both["id"], neither["id"]}

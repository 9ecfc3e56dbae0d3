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


def test_what_belongs_to_no_team_or_to_a_visible_one_too_is_seen(account: Account) -> None:
    secret, public = account.team(name="Secret"), account.team(name="Public")
    both, neither = account.schedule(teams=[ref(secret), ref(public)]), account.schedule()
    add_to_profile(account, private_teams=["Secret"])
    assert ids(account, "/schedules") == {both["id"], neither["id"]}

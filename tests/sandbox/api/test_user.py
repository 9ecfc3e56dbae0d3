"""Users with their contact methods and notification rules."""

from __future__ import annotations

from typing import Any

import pytest

from pdsync.sandbox.api.user import USERS
from tests.sandbox.account import OWNER_EMAIL, READ_ONLY_TOKEN, TOKEN, USER_TOKEN, Account, layer, ref


def test_what_the_server_makes_of_a_new_user(account: Account) -> None:
    user = account.user(name="  Ann \t  Lee ", email=" Ann.LEE@Example.COM ", role="user")
    assert (user["name"], user["email"], user["summary"]) == ("Ann Lee", "ann.lee@example.com", "Ann Lee")
    assert (user["role"], user["time_zone"], user["invitation_sent"]) == ("user", "Etc/UTC", True)
    assert user["color"]
    assert len(user["id"]) == 14
    full = account.get(f"/users/{user['id']}?include[]=contact_methods&include[]=notification_rules")["user"]
    [method] = full["contact_methods"]
    assert (method["type"], method["label"], method["address"]) == (
        "email_contact_method",
        "Default",
        "ann.lee@example.com",
    )
    assert sorted((it["urgency"], it["start_delay_in_minutes"]) for it in full["notification_rules"]) == [
        ("high", 0),
        ("low", 0),
    ]
    assert {it["contact_method"]["id"] for it in full["notification_rules"]} == {method["id"]}
    assert [it["type"] for it in user["contact_methods"]] == ["email_contact_method_reference"]


@pytest.mark.parametrize(
    ("field", "sent", "answered"),
    [
        ("name", "New  Name", "New Name"),
        ("email", "NEW@example.com", "new@example.com"),
        ("role", "admin", "admin"),
        ("job_title", "SRE", "SRE"),
        ("job_title", None, None),
        ("time_zone", "Europe/Berlin", "Europe/Berlin"),
        ("time_zone", None, "Etc/UTC"),
        ("color", "teal", "teal"),
        ("description", "Bio", "Bio"),
        ("description", None, None),
    ],
)
def test_a_put_changes_the_field_and_nothing_else(account: Account, field: str, sent: Any, answered: Any) -> None:
    user = account.user(job_title="Dev", description="Text", time_zone="Asia/Tokyo")
    changed = account.put(f"/users/{user['id']}", "user", {field: sent})
    assert changed == {**user, field: answered, "summary": changed["name"]}
    assert account.get(f"/users/{user['id']}")["user"] == changed


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"name": None}, "Name can't be blank"),
        ({"name": " "}, "Name can't be blank"),
        ({"name": "x" * 101}, "Name is too long (maximum is 100 characters)"),
        ({"name": 7}, "Name must be a string"),
        ({"email": "OWNER@example.com"}, "Email has already been taken"),
        ({"email": "two words@example.com"}, "Email is invalid"),
        ({"email": "a@b"}, "Email is too short (minimum is 6 characters)"),
        ({"time_zone": "US/Mountain"}, "Time zone is not a valid time zone"),
        ({"time_zone": ["UTC"]}, "Time zone is not a valid time zone"),
        ({"color": ""}, "Color can't be blank"),
    ],
)
def test_users_that_are_refused(account: Account, fields: dict[str, Any], error: str) -> None:
    body = {"type": "user", "name": "Ann", "email": "ann@example.com", **fields}
    assert account.refused("POST", "/users", {"user": body})["errors"] == [error]
    user = account.user()
    assert account.refused("PUT", f"/users/{user['id']}", {"user": fields})["errors"] == [error]


def test_a_user_keeps_an_email_of_his_own(account: Account) -> None:
    user = account.user()
    assert account.put(f"/users/{user['id']}", "user", {"email": user["email"].upper()}) == user


def test_the_owner_stays_the_owner(account: Account) -> None:
    [owner] = account.get("/users")["users"]
    path = f"/users/{owner['id']}"
    assert account.refused("PUT", path, {"user": {"role": "admin"}})["errors"] == [
        "Role of the account owner cannot be changed"
    ]
    assert account.refused("DELETE", path)["errors"] == ["The account owner cannot be deleted"]
    assert account.put(path, "user", {"role": "owner", "job_title": "CEO"})["job_title"] == "CEO"
    user = account.user()
    assert (
        "Role must be one of"
        in account.refused("PUT", f"/users/{user['id']}", {"user": {"role": "owner"}})["errors"][0]
    )


def test_a_user_who_is_needed_cannot_be_deleted(account: Account) -> None:
    user, other = account.user(), account.user()
    schedule = account.schedule(layer(user, other))
    policy = account.policy(user, other)
    path = f"/users/{user['id']}"
    errors = account.refused("DELETE", path)["errors"]
    assert [schedule["name"] in errors[0], policy["name"] in errors[1], len(errors)] == [True, True, 2]
    rule = {"escalation_delay_in_minutes": 30, "targets": [ref(other)]}
    account.put(f"/escalation_policies/{policy['id']}", "escalation_policy", {"escalation_rules": [rule]})
    account.refused("DELETE", path)
    [held] = schedule["schedule_layers"]
    account.put(
        f"/schedules/{schedule['id']}",
        "schedule",
        {"schedule_layers": [{"id": held["id"], "end": "2026-03-02T12:01:00Z"}]},
    )
    account.refused("DELETE", path)  # the layer has not ended yet
    account.clock.forward(minutes=1)
    account.delete(path)
    assert account.call("GET", path).status_code == 404
    # the ended layer goes on naming him
    [ended] = account.get(f"/schedules/{schedule['id']}")["schedule"]["schedule_layers"]
    assert [it["user"]["summary"] for it in ended["users"]] == [user["name"], other["name"]]
    assert ended["users"][0]["user"]["self"] is None


def test_a_deleted_user_leaves_teams_and_takes_his_children(account: Account) -> None:
    team, user = account.team(), account.user()
    account.call("PUT", f"/teams/{team['id']}/users/{user['id']}")
    account.delete(f"/users/{user['id']}")
    assert account.get(f"/teams/{team['id']}/members")["members"] == []
    state = account.get("/_sandbox/state")
    assert {record["action"] for record in state.pop("audit_record")} >= {"create", "delete"}
    assert user["id"] not in str(state)
    assert account.post("/users", "user", {"type": "user", "name": "Again", "email": user["email"]})


def test_users_of_teams(account: Account) -> None:
    teams, users = [account.team(), account.team()], [account.user(), account.user(), account.user()]
    for team, user in zip(teams, users, strict=False):
        account.call("PUT", f"/teams/{team['id']}/users/{user['id']}")
    found = account.get(f"/users?team_ids[]={teams[0]['id']}&team_ids[]={teams[1]['id']}")["users"]
    assert [it["id"] for it in found] == [it["id"] for it in users[:2]]
    [one] = account.get(f"/users?team_ids[]={teams[1]['id']}&include[]=teams")["users"]
    assert one["teams"] == [teams[1]]


def test_calendar_addresses_are_for_oneself_and_for_who_may_write(account: Account) -> None:
    user = account.user()
    path = f"/users/{user['id']}"
    me = account.get("/users/me")["user"]
    assert me["http_cal_url"].removeprefix("https") == me["web_cal_url"].removeprefix("webcal")
    asked = {"include[]": "calendar_urls"}
    shown = account.call("GET", path, params=asked).json()["user"]
    assert shown["http_cal_url"] != me["http_cal_url"]
    for answer in (
        account.call("GET", path),
        account.call("GET", path, params=asked, token=READ_ONLY_TOKEN),
        account.call("GET", f"/users/{me['id']}", token=READ_ONLY_TOKEN),
    ):
        assert "http_cal_url" not in answer.json()["user"]
    assert all("http_cal_url" not in it for it in account.call("GET", "/users", params=asked).json()["users"])


def test_subdomains_are_shown_where_asked_for(account: Account) -> None:
    path = f"/users/{account.user()['id']}"
    assert "subdomains" not in account.get(path)["user"]
    assert account.get(f"{path}?include[]=subdomains")["user"]["subdomains"] == ["pdsync-sandbox"]


def test_me_needs_a_user_token(account: Account) -> None:
    assert account.call("GET", "/users/me", token=TOKEN).status_code == 400
    assert account.get("/users/me", token=USER_TOKEN)["user"]["email"] == OWNER_EMAIL


def test_unknown_ids_are_not_found(account: Account) -> None:
    account.check_unknown_ids(USERS.routes())

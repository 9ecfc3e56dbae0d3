"""Users with their contact methods and notification rules."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.account import READ_ONLY_TOKEN, Account, layer, ref


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


def _method(**fields: Any) -> dict[str, Any]:
    return {"type": "phone_contact_method", "label": "Work", "address": "5551234", **fields}


@pytest.mark.parametrize(
    ("sent", "answered"),
    [
        (_method(), {"country_code": 1, "enabled": True, "blacklisted": False, "address": "5551234"}),
        (_method(type="sms_contact_method", country_code=49), {"country_code": 49}),
        (_method(type="whatsapp_contact_method", country_code=None), {"country_code": 1}),
        (_method(enabled=False, blacklisted=True), {"enabled": True, "blacklisted": False}),
        (_method(type="email_contact_method", address="x@y.zz"), {"send_short_email": False, "address": "x@y.zz"}),
        (_method(type="email_contact_method", address="x@y.zz", send_short_email=True), {"send_short_email": True}),
    ],
)
def test_contact_methods(account: Account, sent: dict[str, Any], answered: dict[str, Any]) -> None:
    path = f"/users/{account.user()['id']}/contact_methods"
    made = account.post(path, "contact_method", sent)
    assert {key: made[key] for key in answered} == answered
    assert (made["type"], made["summary"], made["label"]) == (sent["type"], "Work", "Work")
    assert account.get(f"{path}/{made['id']}")["contact_method"] == made
    assert account.get(path)["contact_methods"][1:] == [made]
    changed = account.put(f"{path}/{made['id']}", "contact_method", {"label": "Home"})
    assert changed == {**made, "label": "Home", "summary": "Home"}


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"type": "push_notification_contact_method"}, "cannot be created through the API"),
        ({"type": "fax"}, "Type must be one of"),
        ({"label": ""}, "Label can't be blank"),
        ({"address": "+1 555"}, "Address must have at most 40 digits"),
        ({"address": "1" * 41, "country_code": 7}, "Address must have at most 40 digits"),
        ({"address": "15551234"}, "Address must not begin with 1"),
        ({"address": "0301234", "country_code": 49}, "Address must not begin with 0"),
        ({"country_code": 2000}, "Country code must be less than or equal to 1999"),
        ({"country_code": True}, "Country code must be an integer"),
        ({"type": "email_contact_method", "address": "nobody"}, "Address is invalid"),
        ({"type": "email_contact_method", "address": "a@b.cc", "send_short_email": "no"}, "must be true or false"),
    ],
)
def test_contact_methods_that_are_refused(account: Account, fields: dict[str, Any], error: str) -> None:
    path = f"/users/{account.user()['id']}/contact_methods"
    assert error in account.refused("POST", path, {"contact_method": _method(**fields)})["errors"][0]


def test_duplicates_among_children_are_refused(account: Account) -> None:
    user = account.user()
    path = f"/users/{user['id']}"
    [default] = account.get(f"{path}/contact_methods")["contact_methods"]
    again = {"type": default["type"], "label": "Other", "address": default["address"].upper()}
    assert account.refused("POST", f"{path}/contact_methods", {"contact_method": again})["errors"] == [
        "User Contact method must be unique"
    ]
    rule = {"start_delay_in_minutes": 0, "urgency": "high", "contact_method": ref(default)}
    assert account.refused("POST", f"{path}/notification_rules", {"notification_rule": rule})["errors"] == [
        "Channel Start delay must be unique for a given contact method"
    ]
    later = account.post(f"{path}/notification_rules", "notification_rule", {**rule, "start_delay_in_minutes": 5})
    account.refused("PUT", f"{path}/notification_rules/{later['id']}", {"notification_rule": rule})
    account.post(f"/users/{account.user()['id']}/contact_methods", "contact_method", _method())
    account.post(f"{path}/contact_methods", "contact_method", _method())  # unique per user only


def test_notification_rules(account: Account) -> None:
    user = account.user()
    path = f"/users/{user['id']}/notification_rules"
    phone = account.post(f"/users/{user['id']}/contact_methods", "contact_method", _method())
    body = {
        "type": "assignment_notification_rule",
        "start_delay_in_minutes": 5,
        "urgency": "low",
        "contact_method": ref(phone),
    }
    rule = account.post(path, "notification_rule", body)
    assert rule["contact_method"]["summary"] == "Work"
    assert rule["summary"] == f"5 minutes: channel {phone['id']}"
    counts = {
        urgency: len(account.get(path + urgency)["notification_rules"])
        for urgency in ("", "?urgency=low", "?urgency=all")
    }
    assert counts == {"": 1, "?urgency=low": 2, "?urgency=all": 3}
    full = account.get(f"{path}/{rule['id']}?include[]=contact_methods")["notification_rule"]
    assert full["contact_method"] == phone
    assert account.put(f"{path}/{rule['id']}", "notification_rule", {"urgency": "high"})["urgency"] == "high"
    # a contact method takes its rules with it
    account.delete(f"/users/{user['id']}/contact_methods/{phone['id']}")
    assert account.call("GET", f"{path}/{rule['id']}").status_code == 404
    assert len(account.get(path + "?urgency=all")["notification_rules"]) == 2


def test_notification_rules_that_are_refused(account: Account) -> None:
    user, other = account.user(), account.user()
    path = f"/users/{user['id']}/notification_rules"
    foreign = other["contact_methods"][0]
    body = {"start_delay_in_minutes": -1, "urgency": "medium", "contact_method": {"id": foreign["id"]}}
    assert account.refused("POST", path, {"notification_rule": body})["errors"] == [
        "Start delay in minutes must be greater than or equal to 0",
        "Urgency must be one of: high, low",
        "Contact method Not Found",
    ]
    assert account.refused("GET", f"{path}?urgency=nonsense")["errors"]


def test_children_belong_to_their_user(account: Account) -> None:
    user, other = account.user(), account.user()
    for kind in ("contact_methods", "notification_rules"):
        id = other[kind][0]["id"]
        for method in ("GET", "DELETE"):
            account.refused(method, f"/users/{user['id']}/{kind}/{id}", status=404)
        account.refused("PUT", f"/users/{user['id']}/{kind}/{id}", {kind[:-1]: {}}, status=404)


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

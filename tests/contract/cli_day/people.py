"""People and teams."""

from __future__ import annotations

import json

from tests.support.pagerduty_cli import TOKEN, PagerDutyCli


def login(pd: PagerDutyCli) -> None:
    said = pd(f"auth add --alias work --token {TOKEN}").stdout
    assert said == "You are logged in to pdsync-sandbox as owner@example.com (alias: work)\n"
    assert "work" in pd("auth list").stdout
    assert "owner@example.com" in pd("auth get").stdout


def users(pd: PagerDutyCli) -> None:
    iris = pd('user create -n "Iris Lane" -e iris@example.com -z Europe/Berlin -w made-up -p').id
    told = pd('user create -n "Jon Lane" -e jon@example.com -r limited_user -t Engineer -w made-up')
    jon = pd.row("user", name="Jon Lane")
    assert told.stdout == f"Your new user is at https://pdsync-sandbox.pagerduty.com/users/{jon['id']}\n"
    assert (jon["email"], jon["role"], jon["job_title"]) == ("jon@example.com", "limited_user", "Engineer")
    assert (pd.row("user", id=iris)["time_zone"], jon["time_zone"]) == ("Europe/Berlin", "UTC")
    taken = pd("user create -n Other -e jon@example.com -w made-up", status=1)
    assert "Email has already been taken" in taken.stderr
    listed = pd("user list --csv --columns=Name,Email").rows
    assert listed[1:] == [["Iris Lane", "iris@example.com"], ["Jon Lane", "jon@example.com"]]
    assert pd("user list -e iris -p").id == iris
    pd("user set -E iris@example.com -k job_title -v Lead")
    assert pd.row("user", id=iris)["job_title"] == "Lead"
    refused = pd("user set -E iris@example.com -k role -v queen")
    assert "Role must be one of" in refused.stderr
    assert pd.row("user", id=iris)["role"] == "user"


def contact_methods(pd: PagerDutyCli) -> None:
    """The client sends the country's code as a text."""
    iris = pd.row("user", name="Iris Lane")["id"]
    for type, address in (("phone", "2025550123"), ("sms", "+12025550124"), ("email", "iris.private@example.com")):
        pd(f"user contact add -e iris@example.com -l Private -T {type} -a {address}")
    private = {it["type"]: it for it in pd.rows("contact_method", parent=iris, label="Private")}
    assert {type: it["address"] for type, it in private.items()} == {
        "phone_contact_method": "2025550123",
        "sms_contact_method": "2025550124",
        "email_contact_method": "iris.private@example.com",
    }
    phone = private["phone_contact_method"]
    assert phone["country_code"] == 1
    pd(f"user contact set -i {iris} -c {phone['id']} -l Work -a 2025550199")
    listed = pd("user contact list -e iris@example.com --csv").rows
    assert [phone["id"], "Work", "Phone", "+1 202 555 0199"] in listed
    assert len(listed) == 4


def teams(pd: PagerDutyCli) -> None:
    team = pd('team create -n Payments --description "Takes money" -p').id
    pd("team create -n Cards -A Payments")
    assert pd.row("team", name="Cards")["parent"]["id"] == team
    assert [row[1] for row in pd("team list --csv").rows] == ["Cards", "Payments"]
    assert pd("team list -n Pay -p").id == team
    pd("team user add -n Payments -U iris@example.com -r manager")
    pd(f"team user add -i {team} -U jon@example.com -r responder")
    members = pd(f"team user list -i {team} --csv").rows
    assert [row[2:] for row in members] == [["Iris Lane", "manager"], ["Jon Lane", "responder"]]
    pd("team user remove -n Payments -U jon@example.com")
    assert [it["user"]["id"] for it in pd.get(f"/teams/{team}/members")["members"]] == [
        pd.row("user", name="Iris Lane")["id"]
    ]


def notification_rules(pd: PagerDutyCli) -> None:
    """The client has no command for them: it sends what one writes oneself."""
    iris = pd.row("user", name="Iris Lane")["id"]
    phone = pd.row("contact_method", parent=iris, label="Work")["id"]
    method = {"id": phone, "type": "phone_contact_method"}
    rule = {
        "type": "assignment_notification_rule",
        "start_delay_in_minutes": 5,
        "contact_method": method,
        "urgency": "high",
    }
    made = pd.send("post", f"users/{iris}/notification_rules", {"notification_rule": rule})["notification_rule"]
    assert made["contact_method"]["type"] == "phone_contact_method"
    listed = json.loads(pd(f"rest fetch -e users/{iris}/notification_rules").stdout)
    assert made["id"] in {it["id"] for it in listed}
    pd(f"rest delete -e users/{iris}/notification_rules/{made['id']}")
    assert pd.rows("notification_rule", id=made["id"]) == []

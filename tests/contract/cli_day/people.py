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
    ann = pd('user create -n "Ann Cli" -e ann@example.com -z Europe/Berlin -w made-up -p').id
    told = pd('user create -n "Ben Cli" -e ben@example.com -r limited_user -t Engineer -w made-up')
    ben = pd.row("user", name="Ben Cli")
    assert told.stdout == f"Your new user is at https://pdsync-sandbox.pagerduty.com/users/{ben['id']}\n"
    assert (ben["email"], ben["role"], ben["job_title"]) == ("ben@example.com", "limited_user", "Engineer")
    assert (pd.row("user", id=ann)["time_zone"], ben["time_zone"]) == ("Europe/Berlin", "UTC")
    taken = pd("user create -n Other -e ben@example.com -w made-up", status=1)
    assert "Email has already been taken" in taken.stderr
    listed = pd("user list --csv --columns=Name,Email").rows
    assert listed[1:] == [["Ann Cli", "ann@example.com"], ["Ben Cli", "ben@example.com"]]
    assert pd("user list -e ann -p").id == ann
    pd("user set -E ann@example.com -k job_title -v Lead")
    assert pd.row("user", id=ann)["job_title"] == "Lead"
    refused = pd("user set -E ann@example.com -k role -v queen")
    assert "Role must be one of" in refused.stderr
    assert pd.row("user", id=ann)["role"] == "user"


def contact_methods(pd: PagerDutyCli) -> None:
    """The client sends the country's code as a text."""
    ann = pd.row("user", name="Ann Cli")["id"]
    for type, address in (("phone", "2025550123"), ("sms", "+12025550124"), ("email", "ann.private@example.com")):
        pd(f"user contact add -e ann@example.com -l Private -T {type} -a {address}")
    private = {it["type"]: it for it in pd.rows("contact_method", parent=ann, label="Private")}
    assert {type: it["address"] for type, it in private.items()} == {
        "phone_contact_method": "2025550123",
        "sms_contact_method": "2025550124",
        "email_contact_method": "ann.private@example.com",
    }
    phone = private["phone_contact_method"]
    assert phone["country_code"] == 1
    pd(f"user contact set -i {ann} -c {phone['id']} -l Work -a 2025550199")
    listed = pd("user contact list -e ann@example.com --csv").rows
    assert [phone["id"], "Work", "Phone", "+1 202 555 0199"] in listed
    assert len(listed) == 4


def teams(pd: PagerDutyCli) -> None:
    team = pd('team create -n Payments --description "Takes money" -p').id
    pd("team create -n Cards -A Payments")
    assert pd.row("team", name="Cards")["parent"]["id"] == team
    assert [row[1] for row in pd("team list --csv").rows] == ["Cards", "Payments"]
    assert pd("team list -n Pay -p").id == team
    pd("team user add -n Payments -U ann@example.com -r manager")
    pd(f"team user add -i {team} -U ben@example.com -r responder")
    members = pd(f"team user list -i {team} --csv").rows
    assert [row[2:] for row in members] == [["Ann Cli", "manager"], ["Ben Cli", "responder"]]
    pd("team user remove -n Payments -U ben@example.com")
    assert [it["user"]["id"] for it in pd.get(f"/teams/{team}/members")["members"]] == [
        pd.row("user", name="Ann Cli")["id"]
    ]


def notification_rules(pd: PagerDutyCli) -> None:
    """The client has no command for them: it sends what one writes oneself."""
    ann = pd.row("user", name="Ann Cli")["id"]
    phone = pd.row("contact_method", parent=ann, label="Work")["id"]
    method = {"id": phone, "type": "phone_contact_method"}
    rule = {
        "type": "assignment_notification_rule",
        "start_delay_in_minutes": 5,
        "contact_method": method,
        "urgency": "high",
    }
    made = pd.send("post", f"users/{ann}/notification_rules", {"notification_rule": rule})["notification_rule"]
    assert made["contact_method"]["type"] == "phone_contact_method"
    listed = json.loads(pd(f"rest fetch -e users/{ann}/notification_rules").stdout)
    assert made["id"] in {it["id"] for it in listed}
    pd(f"rest delete -e users/{ann}/notification_rules/{made['id']}")
    assert pd.rows("notification_rule", id=made["id"]) == []

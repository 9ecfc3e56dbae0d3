"""Slack connections: another host and another credential, from the manifest to the account and back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import requests

from pdsync.sandbox import SandboxServer
from tests.cli.conftest import Pdsync
from tests.support.recorded import asked, forget

USER_TOKEN = "u+slack-slack-slack-slack"
ACCOUNT_KEY = "account-account-account-key"
SLACK = "/integration-slack/workspaces/T02ABC/connections"
CONFIG = "workspace: acme\nslack: {workspace: T02ABC}\ncredentials: {user_token: PD_USER_TOKEN}\n"
POLICY = """apiVersion: pdsync/v1
kind: EscalationPolicy
metadata: {name: first}
spec: {name: First, escalation_rules: [{escalation_delay_in_minutes: 10, targets: [{user: {email: owner@example.com}}]}]}
---
"""
SHOP = """apiVersion: pdsync/v1
kind: Service
metadata: {name: shop}
spec: {name: Shop, escalation_policy: first, auto_resolve_timeout: 4h%s}
---
"""
MAIL = """apiVersion: pdsync/v1
kind: Service
metadata: {name: mail}
spec: {name: Mail, escalation_policy: first}
"""
ONE = "{channel: C05XYZ, notification_type: responder, events: [incident.triggered]%s}"


class Shop:
    """A service with Slack connections, in the account of a sandbox."""

    def __init__(self, folder: Path, pdsync: Pdsync, sandbox: SandboxServer, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.run, self.sandbox = folder, pdsync, sandbox
        (folder / "pdsync.yaml").write_text(CONFIG)
        monkeypatch.setenv("PD_USER_TOKEN", USER_TOKEN)
        # The account's own token is not the one that Slack takes.
        monkeypatch.setenv("PAGERDUTY_TOKEN", ACCOUNT_KEY)

    def write(self, *items: str, more: str = MAIL, mode: str = "") -> None:
        """A manifest with these items."""
        listed = f", slack: [{', '.join(items)}]{mode}" if items else mode
        (self.folder / "m.yaml").write_text(POLICY + SHOP % listed + more)

    def apply(self, *options: str) -> None:
        done = self.run("apply", "--yes", *options)
        assert done.code == 0, done.out + done.err
        assert self.run("plan", *options).code == 0

    def held(self, workspace: str = "T02ABC") -> list[dict[str, Any]]:
        path = SLACK.replace("T02ABC", workspace)
        answer = requests.get(
            self.sandbox.url + path, headers={"Authorization": f"Token token={USER_TOKEN}"}, timeout=30
        )
        found: list[dict[str, Any]] = answer.json()["slack_connections"]
        return found


@pytest.fixture
def shop(folder: Path, pdsync: Pdsync, online: SandboxServer, monkeypatch: pytest.MonkeyPatch) -> Shop:
    return Shop(folder, pdsync, online, monkeypatch)


def test_a_connection_is_made_changed_and_taken_back(shop: Shop) -> None:
    shop.write(ONE % ", priorities: [P1], urgency: high")
    shop.apply()
    (made,) = shop.held()
    assert (made["source_type"], made["channel_id"], made["notification_type"]) == (
        "service_reference",
        "C05XYZ",
        "responder",
    )
    assert made["config"] == {"events": ["incident.triggered"], "priorities": ["PSLWBL8"], "urgency": "high"}
    shop.write(
        ONE.replace("incident.triggered", "incident.triggered, incident.resolved") % ", priorities: none, urgency: low"
    )
    shop.apply()
    (changed,) = shop.held()
    assert changed["id"] == made["id"]
    assert changed["config"] == {
        "events": ["incident.resolved", "incident.triggered"],
        "priorities": [],
        "urgency": "low",
    }
    shop.write(
        ONE.replace("incident.triggered", "incident.triggered, incident.resolved") % ", priorities: any, urgency: low"
    )
    shop.apply()
    assert shop.held()[0]["config"]["priorities"] is None
    shop.write(mode="")
    assert "slack" in shop.run("plan").out  # prune: report names what pdsync added
    shop.apply("--prune", "owned")
    assert shop.held() == []


@pytest.mark.parametrize(("before", "after"), [("high", "null"), ("null", "low"), ("low", "high")])
def test_each_urgency_replaces_each_other_one(shop: Shop, before: str, after: str) -> None:
    for urgency in (before, after):
        shop.write(ONE % f", urgency: {urgency}")
        shop.apply()
    (held,) = shop.held()
    assert held["config"]["urgency"] == (None if after == "null" else after)


def test_what_a_manifest_leaves_out_of_a_connection_stays(shop: Shop) -> None:
    shop.write(ONE % "")
    shop.apply()
    (made,) = shop.held()
    config = {"events": ["incident.triggered"], "priorities": ["PSLWBL8"], "urgency": "low"}
    by_hand = {"slack_connection": {**made, "config": config}}
    headers = {"Authorization": f"Token token={USER_TOKEN}"}
    requests.put(
        f"{shop.sandbox.url}{SLACK}/{made['id']}", json=by_hand, headers=headers, timeout=30
    ).raise_for_status()
    assert shop.run("plan").code == 0
    shop.write(ONE.replace("responder", "stakeholder") % "")
    shop.apply()
    (changed,) = shop.held()
    assert (changed["notification_type"], changed["config"]) == ("stakeholder", config)


@pytest.mark.parametrize(("mode", "left"), [("", {"C05XYZ", "C0THEIRS"}), (", slack_mode: exclusive", {"C05XYZ"})])
def test_what_people_connected_stays_unless_the_list_is_exclusive(shop: Shop, mode: str, left: set[str]) -> None:
    shop.write(ONE % "")
    shop.apply()
    (made,) = shop.held()
    theirs = {"slack_connection": {**made, "channel_id": "C0THEIRS"}}
    headers = {"Authorization": f"Token token={USER_TOKEN}"}
    requests.post(shop.sandbox.url + SLACK, json=theirs, headers=headers, timeout=30).raise_for_status()
    shop.write(ONE % "", mode=mode)
    shop.apply("--prune", "owned")
    assert {it["channel_id"] for it in shop.held()} == left


def test_one_listing_serves_all_objects_and_nothing_is_asked_without_such_a_list(shop: Shop) -> None:
    team = "apiVersion: pdsync/v1\nkind: Team\nmetadata: {name: red}\nspec: {name: Red, slack: [%s]}\n"
    shop.write(ONE % "", more=MAIL + "---\n" + team % (ONE % "").replace("C05XYZ", "C777"))
    shop.apply()
    forget(shop.sandbox)
    assert shop.run("plan").code == 0
    assert [path for _, path in asked(shop.sandbox) if "integration" in path] == [SLACK]
    (shop.folder / "pdsync.yaml").write_text("workspace: other\n")
    (shop.folder / "m.yaml").write_text(POLICY.replace("first", "second").replace("First", "Second"))
    forget(shop.sandbox)
    shop.run("plan", "--prune", "off")
    assert not [path for _, path in asked(shop.sandbox) if "integration" in path]


def test_only_the_other_host_gets_the_token_of_the_user(shop: Shop) -> None:
    seen: dict[str, set[str]] = {"slack": set(), "rest": set()}
    real = requests.Session.send

    def send(session: requests.Session, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        seen["slack" if "integration-slack" in str(request.url) else "rest"].add(str(request.headers["Authorization"]))
        return real(session, request, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(requests.Session, "send", send)
        shop.write(ONE % "")
        shop.apply()
    assert seen == {"slack": {f"Token token={USER_TOKEN}"}, "rest": {f"Token token={ACCOUNT_KEY}"}}


@pytest.mark.parametrize(
    ("config", "token", "says"),
    [
        ("workspace: acme\nslack: {workspace: T02ABC}\n", None, "credentials: {user_token: VARIABLE}"),
        (CONFIG, None, "PD_USER_TOKEN is not set or empty"),
        (CONFIG, "", "PD_USER_TOKEN is not set or empty"),
        (CONFIG, ACCOUNT_KEY, "must be that of a user"),
    ],
)
def test_without_a_credential_the_rest_of_the_plan_goes_on(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, config: str, token: str | None, says: str
) -> None:
    shop.write(more=MAIL)
    shop.apply()
    shop.write(ONE % "", more=MAIL.replace("Mail,", "Post,"))
    (shop.folder / "pdsync.yaml").write_text(config)
    if token is None:
        monkeypatch.delenv("PD_USER_TOKEN")
    else:
        monkeypatch.setenv("PD_USER_TOKEN", token)
    planned = shop.run("plan")
    assert says in planned.out
    assert "service/shop" in planned.out
    drifted = shop.run("drift", "--target", "service/shop")
    assert (drifted.code, says in drifted.out) == (2, True)
    done = shop.run("apply", "--yes")
    assert done.code == 3, done.out + done.err
    assert says in done.out
    assert "updated  Post" in done.out
    assert shop.run("plan").code == planned.code != 0


def test_a_removal_is_not_forgotten_while_the_credential_is_missing(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.write(ONE % "")
    shop.apply()
    shop.write()
    monkeypatch.delenv("PD_USER_TOKEN")
    planned = shop.run("plan", "--prune", "owned")
    assert "PD_USER_TOKEN is not set" in planned.out
    assert "no longer managed" not in planned.out
    assert "no change in PagerDuty" not in planned.out
    assert shop.run("apply", "--yes", "--prune", "owned").code == 5  # there is nothing else to do
    monkeypatch.setenv("PD_USER_TOKEN", USER_TOKEN)
    shop.apply("--prune", "owned")
    assert shop.held() == []


def test_a_host_that_is_down_is_an_error_where_a_manifest_names_the_list(shop: Shop) -> None:
    shop.write(ONE % "")
    shop.apply()
    shop.sandbox.control.set_faults([{"match": {"path": SLACK}, "action": {"type": "drop"}}])
    failed = shop.run("plan")
    assert failed.code == 1
    shop.write()
    assert shop.run("plan").code != 0  # on record, so that it is stopped alone
    shop.sandbox.control.set_faults([])


def test_a_channel_that_the_app_cannot_see_fails_with_what_pagerduty_says(shop: Shop) -> None:
    shop.write((ONE % "").replace("C05XYZ", "G05XYZ"))
    done = shop.run("apply", "--yes")
    assert done.code == 3
    assert "not accessible to the PagerDuty app" in done.out


def test_connections_that_cannot_be_read_are_let_go_of_by_ignore(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.write(ONE % "")
    shop.apply()
    (shop.folder / "pdsync.yaml").write_text("workspace: acme\n")
    monkeypatch.delenv("PD_USER_TOKEN")
    let_go = SHOP % "}\nlifecycle: {ignore: [slack]"
    (shop.folder / "m.yaml").write_text(POLICY + let_go + MAIL)
    shop.apply()
    shop.write()
    assert shop.run("plan").code == 0
    assert len(shop.held()) == 1


def test_an_item_in_a_workspace_that_is_no_longer_named_is_told(shop: Shop) -> None:
    shop.write(ONE % "", (ONE % "").replace("{", "{workspace: T9XYZ, "))
    shop.apply()
    shop.write(ONE % "")
    assert "may be in a workspace that no manifest names now" in shop.run("plan", "--prune", "owned").out


@pytest.mark.parametrize(
    ("item", "says"),
    [
        ("{channel: general, notification_type: responder, events: [incident.triggered]}", "the id of a Slack channel"),
        ("{channel: C05XYZ, notification_type: responder, events: [incident.resolved]}", "lacks incident.triggered"),
        ("{channel: C05XYZ, notification_type: loud, events: [incident.triggered]}", "notification_type"),
        (
            "{channel: C05XYZ, notification_type: responder, events: [incident.triggered], priorities: all}",
            "priorities",
        ),
    ],
)
def test_a_wrong_item_is_a_problem_at_its_line(shop: Shop, item: str, says: str) -> None:
    shop.write(item)
    checked = shop.run("validate")
    assert checked.code == 1
    assert says in checked.err + checked.out
    assert "m.yaml:" in checked.err + checked.out


def test_an_unknown_event_is_a_warning(shop: Shop) -> None:
    shop.write((ONE % "").replace("incident.triggered", "incident.triggered, incident.resolvd"))
    checked = shop.run("validate")
    assert checked.code == 0
    assert "incident.resolved" in checked.err + checked.out


def test_without_a_workspace_anywhere_the_line_to_add_is_told(shop: Shop) -> None:
    (shop.folder / "pdsync.yaml").write_text("workspace: acme\n")
    shop.write(ONE % "")
    checked = shop.run("validate")
    assert checked.code == 1
    assert "slack: {workspace: ...}" in checked.err + checked.out
    assert "slack C05XYZ: has no workspace" in checked.err + checked.out


def test_a_deleted_service_names_the_connections_that_go(shop: Shop) -> None:
    shop.write(ONE % "")
    shop.apply()
    (shop.folder / "m.yaml").write_text(POLICY + MAIL)
    planned = shop.run("plan", "--prune", "owned")
    assert "C05XYZ" in planned.out
    assert shop.run("apply", "--yes", "--prune", "owned").code == 0
    assert shop.held() == []


def test_export_writes_the_connections_and_the_token_is_in_no_output(shop: Shop) -> None:
    shop.write(ONE % ", priorities: [P1]")
    shop.apply()
    done = shop.run("export", "--out", "out", "-vv")
    text = "".join(file.read_text() for file in (shop.folder / "out").rglob("*.yaml"))
    assert "channel: C05XYZ" in text
    assert "priorities: [P1]" in text
    assert USER_TOKEN not in text + done.out + done.err + json.dumps(shop.run("plan", "-o", "json", "-vv").out)

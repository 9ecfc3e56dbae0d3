"""What Terraform manages on other hosts: Slack connections and rules of Jira Cloud become manifests, and a plan of them changes nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from pdsync.client import RestApiV2Client
from pdsync.sandbox import SandboxServer
from tests.cli.conftest import Pdsync
from tests.cli.test_jira import RULE, RULES
from tests.cli.test_slack import ACCOUNT_KEY, CONFIG, MAIL, POLICY, SHOP, SLACK, USER_TOKEN
from tests.terraform.provider import as_state, read_resources
from tests.terraform.provider_hook import jira_rules, slack_connections
from tests.terraform.test_round_trip import forget_owner

CHANNEL = "{channel: C05XYZ, notification_type: responder, events: [incident.triggered, incident.resolved]%s}"
OTHER = "{channel: C06ABC, notification_type: stakeholder, events: [incident.triggered], priorities: %s}"
MORE = """  autocreate_jql: priority = Highest
  create_issue_on_incident_trigger: true
  priorities: [{priority: P1, jira_id: "1"}]
  sync_notes_user: {email: owner@example.com}
  custom_fields:
    - {type: attribute, source_incident_field: incident_title, target_issue_field: summary, target_issue_field_name: Summary}
    - {type: jira_value, value: {id: "10000", list: [1, null]}, target_issue_field: security, target_issue_field_name: Level}
    - {type: const, value: "12", target_issue_field: team, target_issue_field_name: Team}
"""


def rows(sandbox: SandboxServer, path: str, member: str) -> list[dict[str, Any]]:
    answer = requests.get(sandbox.url + path, headers={"Authorization": f"Token token={USER_TOKEN}"}, timeout=30)
    found: list[dict[str, Any]] = answer.json()[member]
    return found


@pytest.fixture
def account(pdsync: Pdsync, monkeypatch: pytest.MonkeyPatch) -> Iterator[SandboxServer]:
    with SandboxServer() as server:
        monkeypatch.setenv("PDSYNC_API_URL", server.url)
        yield server


@pytest.mark.parametrize("priorities", ["any", "none", "[P1, P2]"])
def test_slack_and_jira_are_taken_over_without_a_difference(
    folder: Path, pdsync: Pdsync, account: SandboxServer, monkeypatch: pytest.MonkeyPatch, priorities: str
) -> None:
    (folder / "pdsync.yaml").write_text(CONFIG)
    monkeypatch.setenv("PD_USER_TOKEN", USER_TOKEN)
    monkeypatch.setenv("PAGERDUTY_TOKEN", ACCOUNT_KEY)
    items = f", slack: [{CHANNEL % ', urgency: high'}, {OTHER % priorities}]"
    (folder / "m.yaml").write_text(POLICY + SHOP % items + MAIL + RULE + MORE)
    done = pdsync("apply", "--yes")
    assert done.code == 0, done.out + done.err
    forget_owner(account)
    with RestApiV2Client(USER_TOKEN, base_url=account.url) as client:
        given = read_resources(client)
    given += slack_connections(rows(account, SLACK, "slack_connections"))
    given += jira_rules(RULES.split("/")[-2], rows(account, RULES, "rules"))
    (folder / "m.yaml").unlink()
    (folder / "state.json").write_text(json.dumps(as_state(given)))
    run = pdsync("import-terraform", "state.json", "--out", "manifests")
    assert run.code == 0, run.err
    assert "Left out" not in run.out
    assert "Not managed" not in run.out
    text = "".join(path.read_text() for path in (folder / "manifests").rglob("*.yaml"))
    assert text.count("channel: C0") == 2
    assert "kind: JiraRule" in text
    plan = pdsync("plan", "--adopt", "-o", "json")
    assert plan.code == 0, plan.err + plan.out
    changes = json.loads(plan.out)["changes"]
    assert {change["operation"] for change in changes} == {"adopt"}
    assert not [change for change in changes if change["deltas"] or change["children"]]
    assert pdsync("apply", "--adopt", "--yes").code == 0
    assert pdsync("plan", "--detailed-exitcode").code == 0

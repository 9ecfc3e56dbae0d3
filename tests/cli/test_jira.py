"""Rules of Jira Cloud: listed for each site, on another host, with another credential."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import requests

from pdsync.sandbox import SandboxServer
from tests.cli.conftest import Pdsync
from tests.cli.test_slack import ACCOUNT_KEY, CONFIG, MAIL, POLICY, SHOP, USER_TOKEN
from tests.support.recorded import asked, forget

RULES = "/integration-jira-cloud/accounts_mappings/PJIRAACME1/rules"
HEADERS = {"Authorization": f"Token token={USER_TOKEN}"}
RULE = """---
apiVersion: pdsync/v1
kind: JiraRule
metadata: {name: shop-ops}
spec:
  name: Shop to OPS
  accounts_mapping: https://acme.atlassian.net
  service: shop
  project: "10100"
  project_key: OPS
  project_name: Operations
  issue_type: {id: "10001", name: Incident}
  status_mapping: {triggered: {id: "1", name: Open}, resolved: {id: "3", name: Done}}
"""


class Shop:
    """A service whose incidents become issues, in the account of a sandbox."""

    def __init__(self, folder: Path, pdsync: Pdsync, sandbox: SandboxServer, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.run, self.sandbox = folder, pdsync, sandbox
        (folder / "pdsync.yaml").write_text(CONFIG)
        monkeypatch.setenv("PD_USER_TOKEN", USER_TOKEN)
        monkeypatch.setenv("PAGERDUTY_TOKEN", ACCOUNT_KEY)

    def write(self, rule: str = RULE) -> None:
        (self.folder / "m.yaml").write_text(POLICY + SHOP % "" + MAIL + rule)

    def apply(self, *options: str) -> None:
        done = self.run("apply", "--yes", *options)
        assert done.code == 0, done.out + done.err
        again = self.run("plan", *options)
        assert again.code == 0, again.out

    def held(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = requests.get(self.sandbox.url + RULES, headers=HEADERS, timeout=30).json()[
            "rules"
        ]
        return [rule for rule in found if not rule["name"].startswith("Bystander")]


@pytest.fixture
def shop(folder: Path, pdsync: Pdsync, online: SandboxServer, monkeypatch: pytest.MonkeyPatch) -> Shop:
    return Shop(folder, pdsync, online, monkeypatch)


def test_a_rule_is_made_changed_and_deleted(shop: Shop) -> None:
    shop.write()
    shop.apply()
    (made,) = shop.held()
    assert made["config"]["service"]["type"] == "service_reference"
    assert made["config"]["jira"]["project"] == {"id": "10100", "key": "OPS", "name": "Operations"}
    more = """  autocreate_jql: priority = Highest
  create_issue_on_incident_trigger: true
  enabled: false
  priorities: [{priority: P1, jira_id: "1"}]
  sync_notes_user: {email: owner@example.com}
  custom_fields:
    - {type: attribute, source_incident_field: incident_title, target_issue_field: summary, target_issue_field_name: Summary}
    - {type: jira_value, value: {id: "10000", list: [1, null]}, target_issue_field: security, target_issue_field_name: Level}
"""
    shop.write(RULE + more)
    shop.apply()
    (changed,) = shop.held()
    jira = changed["config"]["jira"]
    assert (changed["id"], changed["enabled"]) == (made["id"], False)
    assert jira["project"] == made["config"]["jira"]["project"]
    assert jira["priorities"] == [{"jira_id": "1", "pagerduty_id": "PSLWBL8"}]
    assert jira["custom_fields"][1]["value"] == {"id": "10000", "list": [1, None]}
    assert (jira["autocreate_jql"], jira["create_issue_on_incident_trigger"]) == ("priority = Highest", True)
    shop.write(RULE.replace("spec:", "lifecycle: {absent: true, adopt: true}\nspec:"))
    shop.apply()
    assert shop.held() == []


def test_a_rule_that_people_made_is_managed_by_naming_it(shop: Shop) -> None:
    shop.write()
    shop.apply()
    (made,) = shop.held()
    shop.write(RULE.replace("Shop to OPS", "Another name"))
    shop.apply()
    assert [(it["id"], it["name"]) for it in shop.held()] == [(made["id"], "Another name")]
    # Another project is another rule, and the one before is not deleted: nothing says who made it.
    shop.write(RULE.replace("10100", "20200"))
    shop.apply()
    assert [it["config"]["jira"]["project"]["id"] for it in shop.held()] == ["10100", "20200"]


def test_it_costs_a_listing_for_each_site_and_nothing_without_a_rule(shop: Shop) -> None:
    shop.write()
    shop.apply()
    forget(shop.sandbox)
    assert shop.run("plan").code == 0
    paths = [path for _, path in asked(shop.sandbox) if "integration" in path]
    assert sorted(paths) == [
        "/integration-jira-cloud/accounts_mappings",
        RULES,
        RULES.replace("PJIRAACME1", "PJIRALABS2"),
    ]
    shop.write("")
    forget(shop.sandbox)
    assert shop.run("plan").code == 0
    assert not [path for _, path in asked(shop.sandbox) if "integration" in path]


@pytest.mark.parametrize("token", [None, ACCOUNT_KEY])
def test_without_a_credential_the_rest_of_the_plan_goes_on(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, token: str | None
) -> None:
    shop.write("")
    shop.apply()
    shop.write()
    (shop.folder / "m.yaml").write_text((shop.folder / "m.yaml").read_text().replace("name: Mail,", "name: Post,"))
    if token is None:
        monkeypatch.delenv("PD_USER_TOKEN")
    else:
        monkeypatch.setenv("PD_USER_TOKEN", token)
    planned = shop.run("plan")
    assert "the Jira rules cannot be read" in planned.out
    done = shop.run("apply", "--yes")
    assert done.code == 3, done.out + done.err
    assert "updated  Post" in done.out
    assert shop.held() == []
    # Nothing else is held back: a service can be deleted, although a rule that cannot be seen may be about it.
    shop.write("")
    (shop.folder / "m.yaml").write_text(POLICY + SHOP % "")
    assert shop.run("apply", "--yes", "--prune", "owned").code == 0


def test_a_tombstone_without_a_credential_is_stopped_alone(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.write()
    shop.apply()
    shop.write(RULE.replace("spec:", "lifecycle: {absent: true, adopt: true}\nspec:"))
    (shop.folder / "m.yaml").write_text((shop.folder / "m.yaml").read_text().replace("name: Mail,", "name: Post,"))
    monkeypatch.delenv("PD_USER_TOKEN")
    drifted = shop.run("drift")
    assert (drifted.code, "still in the account" in drifted.out) == (2, False)
    assert shop.run("plan", "--target", "jira_rule/shop-ops").code == 5
    done = shop.run("apply", "--yes")
    assert done.code == 3, done.out + done.err
    assert "updated  Post" in done.out
    assert "PD_USER_TOKEN is not set" in done.out
    assert shop.run("apply", "--yes").code == 5
    monkeypatch.setenv("PD_USER_TOKEN", USER_TOKEN)
    assert len(shop.held()) == 1
    shop.apply()
    assert shop.held() == []


def test_a_lost_answer_makes_no_second_rule(shop: Shop) -> None:
    shop.write()
    rule = {
        "match": {"method": "POST", "path": RULES, "nth": 1},
        "action": {"type": "error", "status": 502, "commit": True},
    }
    shop.sandbox.control.set_faults([rule])
    shop.run("apply", "--yes")
    shop.sandbox.control.set_faults([])
    shop.apply()
    assert len(shop.held()) == 1


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("acme.atlassian.net", "acmi.atlassian.net", "acme.atlassian.net"),
        ("service: shop", "service: shup", "shop"),
        ("  project_key: OPS\n", "", "project_key"),
        ('{triggered: {id: "1", name: Open}, resolved', "{resolved", "triggered"),
    ],
)
def test_what_is_wrong_is_told(shop: Shop, old: str, new: str, says: str) -> None:
    shop.write()
    shop.apply()
    shop.write(RULE.replace(old, new))
    planned = shop.run("plan")
    assert planned.code == 1
    assert says in planned.out + planned.err


def test_a_custom_field_without_its_value_is_a_problem(shop: Shop) -> None:
    shop.write(f"{RULE}  custom_fields: [{{type: const, target_issue_field: a, target_issue_field_name: A}}]\n")
    assert "needs value" in shop.run("validate").out


def test_export_writes_a_manifest_that_finds_no_difference(shop: Shop) -> None:
    shop.write(f'{RULE}  priorities: [{{priority: P1, jira_id: "1"}}]\n')
    shop.apply()
    assert shop.run("export", "--out", "out").code == 0
    text = "".join(file.read_text() for file in (shop.folder / "out").rglob("*.yaml"))
    assert "kind: JiraRule" in text
    assert "accounts_mapping: acme.atlassian.net" in text

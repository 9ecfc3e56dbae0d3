"""``pdsync lint`` judges the on-call of manifests and of the account by the rules in pdsync.yaml."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pdsync.client import RestApiV2Client
from pdsync.oncall.rule import RULES
from pdsync.sandbox import SandboxServer
from tests.cli.conftest import Pdsync

BASE = "workspace: acme\npaths: [manifests]\n"


def set_rules(folder: Path, rules: str) -> None:
    (folder / "pdsync.yaml").write_text(f"{BASE}rules:\n{rules}")


def test_without_rules_the_usual_ones_warn(pdsync: Pdsync, manifests: Path) -> None:
    run = pdsync("lint")
    assert run.code == 0
    assert run.out == (
        "manifests/shop.yaml:11: warning: escalation policy 'Shop' has only one level: no one else is notified if it"
        " does not respond [min_two_levels]\n  Add a second level.\n\n3 rules: 1 warning.\n"
    )
    assert "has no rules" in run.err


def test_a_broken_rule_that_is_an_error_refuses(pdsync: Pdsync, manifests: Path, folder: Path) -> None:
    set_rules(folder, "  min_two_levels: error\n")
    run = pdsync("lint", "-o", "json", "--at", "2027-01-05T09:00")
    assert run.code == 5
    body = json.loads(run.out)
    assert body["at"] == "2027-01-05T09:00:00Z"
    assert body["rules"] == {"min_two_levels": "error"}
    (finding,) = body["findings"]
    assert (finding["rule"], finding["severity"], finding["name"]) == ("min_two_levels", "error", "Shop")
    assert finding["source"] == "manifests/shop.yaml:11"
    assert pdsync("lint", "-o", "github").out.startswith(
        "::error file=manifests/shop.yaml,line=11,title=min_two_levels::"
    )


@pytest.mark.parametrize("rules", ["  min_two_levels: off\n", "  min_two_levels: {severity: error, except: [shop]}\n"])
def test_a_rule_can_be_off_or_have_exceptions(pdsync: Pdsync, manifests: Path, folder: Path, rules: str) -> None:
    set_rules(folder, rules)
    run = pdsync("lint")
    assert run.code == 0, run.out
    assert run.out.endswith(": no findings.\n")


def test_an_exception_that_names_nothing_is_a_warning(pdsync: Pdsync, manifests: Path, folder: Path) -> None:
    set_rules(folder, "  min_two_levels: {severity: error, except: [shopp]}\n")
    run = pdsync("lint")
    assert run.code == 5
    assert (
        "pdsync.yaml: rules.min_two_levels.except: no escalation policy here is called 'shopp'. Did you mean" in run.err
    )


@pytest.mark.parametrize(
    ("rules", "says"),
    [
        ("  min_people: error\n", "pdsync.yaml:4:15: rules.min_people: needs a number"),
        ("  min_peple: off\n", "pdsync.yaml:4:3: unknown rule 'min_peple' (Did you mean 'min_people'?)"),
        ("  min_people: {severity: eror, people: 2}\n", "pdsync.yaml:4:26: rules.min_people.severity: 'eror'"),
        ("  max_hours_per_week: {severity: error, hours: 900}\n", "900 is above the maximum of 168"),
        ("  max_hours_per_week: {severity: error}\n", "'hours' is missing"),
        ("  min_two_levels: {severity: error, people: 2}\n", "unknown key 'people'"),
        ("  [min_two_levels]\n", "expected a mapping"),
        ("  public_holidays: error\n", "pdsync.yaml:4:20: rules.public_holidays: needs countries"),
        ("  public_holidays: {severity: error}\n", "'countries' is missing"),
        (
            "  public_holidays: {severity: error, countries: {default: Germany}}\n",
            "pdsync.yaml:4:59: rules.public_holidays.countries.default: 'Germany' is not a country code",
        ),
        ("  public_holidays: {severity: error, countries: {default: XX}}\n", "'XX' is not known"),
        (
            "  public_holidays: {severity: error, countries: {people: {ana: DE-XX}}}\n",
            "countries.people.ana: 'DE-XX' is not known: DE has no subdivision XX",
        ),
    ],
)
def test_rules_that_cannot_be_read(pdsync: Pdsync, manifests: Path, folder: Path, rules: str, says: str) -> None:
    set_rules(folder, rules)
    for command in ("lint", "validate"):
        run = pdsync(command)
        assert run.code == 1
        assert says in run.err
        assert run.out == ""


def test_workspaces_say_rules_anew_one_by_one(pdsync: Pdsync, manifests: Path, folder: Path) -> None:
    (folder / "pdsync.yaml").write_text(
        "paths: [manifests]\n"
        "rules: {min_two_levels: error, no_coverage_gap: error}\n"
        "workspaces:\n  live: {}\n  test:\n    rules: {min_two_levels: off}\n"
    )
    assert pdsync("--workspace", "live", "lint").code == 5
    run = pdsync("--workspace", "test", "lint")
    assert (run.code, run.out) == (0, "1 rule: no findings.\n")


def test_problems_of_manifests_come_first(pdsync: Pdsync, manifests: Path) -> None:
    manifests.write_text(manifests.read_text().replace("user: ana", "user: anna"))
    run = pdsync("lint", "-o", "github")
    assert run.code == 1
    assert run.out.startswith("::error file=manifests/shop.yaml")


def test_the_account_is_judged_with_what_is_known_there(
    pdsync: Pdsync, manifests: Path, folder: Path, online: SandboxServer
) -> None:
    silent = "role: limited_user, contact_methods: [], contact_methods_mode: exclusive"
    manifests.write_text(manifests.read_text().replace("role: limited_user", silent))
    assert pdsync("apply", "--yes").code == 0
    set_rules(folder, "  everyone_reachable: error\n")
    for run in (pdsync("lint"), pdsync("lint", "--live")):  # an exclusive list is the whole of it
        assert run.code == 5
        assert "user 'Ana Lima' is on call, but is not notified for high or low urgency, because this person" in run.out
    set_rules(folder, "  everyone_reachable: {severity: error, except: [user/ana]}\n")
    run = pdsync("lint", "--live")
    assert (run.code, run.out) == (0, "1 rule: no findings.\n")
    assert run.err == ""


def test_the_reference_names_every_rule() -> None:
    text = (Path(__file__).resolve().parents[3] / "docs" / "reference" / "configuration.md").read_text()
    for rule in RULES:
        numbers = ", ".join(f"`{name}`" for name in (*rule.limits, *(part.name for part in rule.parts)))
        assert f"| `{rule.name}` | {rule.says} | {numbers}{' ' if numbers else ''}|\n" in text


ONE_LEVEL = "    - {escalation_delay_in_minutes: 10m, targets: [{user: ana}]}\n"
BO = """\
---
apiVersion: pdsync/v1
kind: User
metadata: {name: bo}
spec: {name: Bo Berg, email: bo@example.com, role: limited_user}
"""


def policies(client: RestApiV2Client) -> list[tuple[str, list[list[str]]]]:
    return [
        (policy["name"], [[target["summary"] for target in rule["targets"]] for rule in policy["escalation_rules"]])
        for policy in client.list_all("escalation_policies")
        if policy["name"] == "Shop"
    ]


def test_a_plan_that_breaks_a_rule_is_refused_and_not_applied(
    pdsync: Pdsync, manifests: Path, folder: Path, online: SandboxServer, client: RestApiV2Client
) -> None:
    manifests.write_text(manifests.read_text().replace(ONE_LEVEL, ONE_LEVEL + ONE_LEVEL.replace("ana", "bo")) + BO)
    assert pdsync("apply", "--yes").code == 0
    set_rules(folder, "  min_two_levels: error\n  no_change_of_current_oncall: warning\n")
    before = policies(client)
    manifests.write_text(manifests.read_text().replace(ONE_LEVEL, ""))
    run = pdsync("plan")
    assert run.code == 5
    said = " ".join(run.out.split())
    assert "Rules that are broken ! min_two_levels: escalation policy 'Shop' has only one level" in said
    assert "? no_change_of_current_oncall: escalation policy 'Shop' changes who is on call right now: Ana Lima" in said
    assert "Refused: the plan breaks a rule of pdsync.yaml: min_two_levels" in run.out
    assert "Refused: " in pdsync("-q", "plan").out
    body = json.loads(pdsync("plan", "-o", "json").out)
    assert [(one["rule"], one["severity"]) for one in body["impact"]["breaches"]] == [
        ("min_two_levels", "error"),
        ("no_change_of_current_oncall", "warning"),
    ]
    assert "::error file=manifests/shop.yaml,line=11,title=min_two_levels::" in pdsync("plan", "-o", "github").out
    assert "### Refused (1)" in pdsync("plan", "-o", "markdown").out
    page = pdsync("plan", "-o", "html").out
    assert "Error, min_two_levels: escalation policy &#39;Shop&#39; has only one level" in page
    assert pdsync("plan", "--out", "plan.json").code == 5
    for arguments in (["--yes"], ["--yes", "--plan", "plan.json"]):
        run = pdsync("apply", *arguments)
        assert run.code == 5
        assert "min_two_levels" in run.err
        assert policies(client) == before
    set_rules(folder, "  min_two_levels: {severity: error, except: [escalation_policy/shop]}\n")
    assert pdsync("apply", "--yes", "--plan", "plan.json").code == 0
    assert policies(client) == [("Shop", [["Bo Berg"]])]


def test_what_was_broken_before_stops_no_plan(
    pdsync: Pdsync, manifests: Path, folder: Path, online: SandboxServer
) -> None:
    assert pdsync("apply", "--yes").code == 0
    set_rules(folder, "  min_two_levels: error\n")
    manifests.write_text(manifests.read_text().replace("name: Shop", "name: Store"))
    assert pdsync("lint").code == 5
    assert pdsync("plan").code == 0
    assert pdsync("apply", "--yes").code == 0


def test_now_is_when_the_account_was_read(
    pdsync: Pdsync, manifests: Path, folder: Path, online: SandboxServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    layer = "{name: All, users: [ana], rotation_virtual_start: 2026-01-05T09:00, rotation_turn_length_seconds: 1w}"
    spec = f"{{name: Days, time_zone: Etc/UTC, schedule_layers: [{layer}]}}"
    text = manifests.read_text().replace("{user: ana}", "{schedule: days}")
    manifests.write_text(f"{text}---\napiVersion: pdsync/v1\nkind: Schedule\nmetadata: {{name: days}}\nspec: {spec}\n")
    assert pdsync("apply", "--yes").code == 0
    set_rules(folder, "  no_coverage_gap: error\n")
    slow = datetime.now(UTC) - timedelta(minutes=1)
    monkeypatch.setattr("pdsync.cli.setting.time_option.local_now", lambda: slow)
    assert pdsync("lint").code == 0
    assert pdsync("lint", "--live").code == 0
    assert "Ana Lima" in pdsync("oncall", "--live").out

"""Someone else edits, makes or deletes between any two requests: theirs stays, and the next run converges."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.campaigns.bulk import begin_bulk
from tests.campaigns.company import replaced
from tests.campaigns.harness import SMALL, Harness, make_harness
from tests.campaigns.ledger import difference, duplicates, ledger
from tests.campaigns.setting import RUNS, SEED

_CHANGED = (
    replaced(SMALL)
    .replace("auto_resolve_timeout: 4h", "auto_resolve_timeout: 2h\n  acknowledgement_timeout: 1h")
    .replace("escalation_delay_in_minutes: 20m", "escalation_delay_in_minutes: 25m")
    .replace("{name: Shop, members", "{name: Shop, description: Sells things., members")
    .replace('label: Hosts, if: "cache_var.host exists", severity: critical', "label: Hosts, severity: warning")
    .replace("label: Any, severity: warning", "label: Any, severity: info")
    .replace("matches part 'checkout'", "matches part 'buying'")
)
_THEIRS = ("Made by hand", "Theirs")
_RULE = "Their rule"
_TO_ROUTER = "adds a rule to a router"
"""The router is one that services share: what others write in it stays."""


_ONE_OF_MANY = "Service 15"


def edits(state: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """What someone may do, by name, to the account as it is before the run."""
    ids = {kind: next(row["id"] for row in state[kind] if row["name"] == name) for kind, name in _OURS.items()}
    service, policy, team = (ids[kind] for kind in ("service", "escalation_policy", "team"))
    reference = {"id": policy, "type": "escalation_policy_reference"}
    many = [row["id"] for row in state["service"] if row["name"] == _ONE_OF_MANY]
    of_many: dict[str, list[dict[str, Any]]] = {
        "edits one of many": [
            {"method": "PUT", "path": f"/services/{it}", "body": {"service": {"auto_resolve_timeout": 660}}}
            for it in many
        ],
        "renames one of many": [
            {"method": "PUT", "path": f"/services/{it}", "body": {"service": {"name": "Aaa"}}} for it in many
        ],
        "deletes one of many": [{"method": "DELETE", "path": f"/services/{it}"} for it in many],
    }
    return {
        **(of_many if many else {}),
        **_edits_of_rules(state, service),
        **_edits_beside(state),
        "edits a service": [
            {"method": "PUT", "path": f"/services/{service}", "body": {"service": {"auto_resolve_timeout": 660}}}
        ],
        "renames a policy": [
            {
                "method": "PUT",
                "path": f"/escalation_policies/{policy}",
                "body": {"escalation_policy": {"name": "By hand"}},
            }
        ],
        "edits a team": [{"method": "PUT", "path": f"/teams/{team}", "body": {"team": {"name": "By hand"}}}],
        "deletes a service": [{"method": "DELETE", "path": f"/services/{service}"}],
        "makes a team": [{"method": "POST", "path": "/teams", "body": {"team": {"type": "team", "name": _THEIRS[0]}}}],
        "makes a service": [
            {
                "method": "POST",
                "path": "/services",
                "body": {"service": {"type": "service", "name": _THEIRS[1], "escalation_policy": reference}},
            }
        ],
    }


def _edits_beside(state: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """What someone may do to what a service tells other programs, and to what runs for it. Two webhooks, a runner and an action are replaced
    in the run."""
    deeds: dict[str, list[dict[str, Any]]] = {}
    for kind, path, name, body in _BESIDE:
        rows = [row for row in state.get(kind, ()) if name in json.dumps(row)]
        for row in rows[:1]:
            place = path.format_map(row) + "/" + row["id"]
            method = "PATCH" if "connections" in path else "PUT"
            deeds[f"edits the {kind} {name}"] = [{"method": method, "path": place, "body": body}]
            deeds[f"deletes the {kind} {name}"] = [{"method": "DELETE", "path": place}]
    return deeds


_BESIDE: list[tuple[str, str, str, dict[str, Any]]] = [
    (
        "webhook_subscription",
        "/webhook_subscriptions",
        "hooks.example.com/feed",
        {"webhook_subscription": {"events": ["service.created"]}},
    ),
    ("automation_runner", "/automation_actions/runners", "Cluster", {"runner": {"name": "By hand"}}),
    ("automation_action", "/automation_actions/actions", "Restart", {"action": {"name": "By hand"}}),
    ("addon", "/addons", "Wiki", {"addon": {"type": "full_page_addon", "name": "Wiki", "src": "https://by.hand/"}}),
    (
        "workflow_connection",
        "/workflows/integrations/{integration_id}/connections",
        "Tickets",
        {"secrets": {"Password": "by hand"}, "configuration": {"Project": "HAND"}},
    ),
    (
        "slack_connection",
        "/integration-slack/workspaces/{workspace_id}/connections",
        "C05XYZ",
        {"slack_connection": {"notification_type": "stakeholder"}},
    ),
    ("jira_rule", "/integration-jira-cloud/accounts_mappings/{mapping}/rules", "Shop to OPS", {"name": "By hand"}),
]
"""What there is of a kind, and what someone writes into it."""


def _edits_of_rules(state: dict[str, Any], service: str) -> dict[str, list[dict[str, Any]]]:
    """What someone may do to documents of rules: a PUT replaces all of one."""
    own = state["event_orchestration"][0]["id"]
    held = {row["id"].partition(":")[2]: row for row in state["orchestration_path"]}
    nothing = {"sets": [{"id": "start", "rules": []}], "catch_all": {"actions": {}}}
    theirs = {"label": _RULE, "conditions": [{"expression": "event.source exists"}], "actions": {}}

    def put(part: str, document: dict[str, Any]) -> list[dict[str, Any]]:
        path = "services/" + service if part == "service" else f"{own}/{part}"
        return [
            {"method": "PUT", "path": f"/event_orchestrations/{path}", "body": {"orchestration_path": document}},
        ]

    def with_rule(part: str, actions: dict[str, Any]) -> list[dict[str, Any]]:
        document = {name: held[part][name] for name in ("sets", "catch_all")}
        (start,) = document["sets"]
        rules = [*start["rules"][:1], {**theirs, "actions": actions}, *start["rules"][1:]]
        return put(part, {**document, "sets": [{**start, "rules": rules}]})

    return {
        _TO_ROUTER: with_rule("router", {"route_to": "unrouted"}),
        "adds a rule to global": with_rule("global", {"severity": "info"}),
        "empties global": put("global", nothing),
        "empties the rules of a service": put("service", nothing),
    }


_OURS = {"service": "Checkout", "escalation_policy": "Shop", "team": "Shop"}


def meet_each(harness: Harness, cases: Iterable[tuple[str, int]], wanted: Any) -> None:
    deeds = edits(harness.start)
    for name, index in cases:
        harness.restore()
        action = {"type": "edit", "when": "before", "requests": deeds[name]}
        harness.server.control.set_faults({"rules": [{"match": {"nth": index}, "action": action}]})
        first = harness.apply()
        harness.server.control.clear_faults()
        where = f"{name} before request {index}: exit {first.code}\n{first.out}{first.err}"
        assert first.code in (0, 1, 3, 4, 6), where
        before, has_rule = theirs(harness), bool(rules(harness))
        check_documents(harness, deeds[name], where, stays=name == _TO_ROUTER)
        again = harness.apply()
        assert again.code == 0, where + again.out + again.err
        assert theirs(harness) == before, where
        assert len(before) == name.startswith("makes"), where
        assert bool(rules(harness)) == (has_rule and name == _TO_ROUTER), where
        assert not duplicates(harness.state()), where
        extra = difference(ledger(without_rule(harness.state())), wanted)
        lines = [line for line in extra.splitlines() if not any(f'"name": "{it}"' in line for it in _THEIRS)]
        assert not lines, where + extra
        harness.assert_secrets_known()
        harness.count(runs=1, left_alone=first.code in (3, 4))


def check_documents(harness: Harness, deed: list[dict[str, Any]], where: str, *, stays: bool) -> None:
    """A document that someone edited after it was read for the plan is not written in that run: only a write that was under way could
    meet the edit, for PagerDuty has no writes on a condition. In a document that others share, what they wrote `stays` whenever it came."""
    asked = harness.server.requests()
    at = next((at for at, it in enumerate(asked) if it.get("faults")), len(asked))
    for path in {it["path"] for it in deed if it["path"].startswith("/event_orchestrations/")}:
        if at < len(asked) and (asked[at]["method"], asked[at]["path"]) != ("PUT", path):
            planned = any((it["method"], it["path"]) == ("GET", path) for it in asked[:at])
            written = any((it["method"], it["path"]) == ("PUT", path) for it in asked[at + 1 :])
            assert not (planned and written), where
            assert rules(harness) or not stays, where


def rules(harness: Harness) -> list[Any]:
    """The rules that the third party made."""
    return [rule for each in _sets(harness.state()) for rule in each["rules"] if rule["label"] == _RULE]


def without_rule(state: Any) -> Any:
    """The account as it would be without them."""
    state = copy.deepcopy(state)
    for each in _sets(state):
        each["rules"] = [rule for rule in each["rules"] if rule["label"] != _RULE]
    return state


def _sets(state: Any) -> list[Any]:
    return [each for document in state["orchestration_path"] for each in document["sets"]]


def theirs(harness: Harness) -> list[Any]:
    """What the third party made, as it is stored."""
    state = harness.state()
    return [row for kind in ("team", "service") for row in state.get(kind, ()) if row["name"] in _THEIRS]


def prepare(harness: Harness) -> tuple[int, Any]:
    """An account that a first apply has made, and manifests that changed since. Gives the number of requests, and what
    an undisturbed run leaves."""
    assert harness.apply().code == 0
    harness.start = harness.server.control.state()
    (harness.folder / "manifests" / "all.yaml").write_text(_CHANGED)
    harness.restore()
    assert harness.apply().code == 0
    return len(harness.server.requests()), harness.ledger()


def prepare_bulk(harness: Harness) -> tuple[int, Any]:
    """The same, of many changes at once."""
    begin_bulk(harness)
    harness.restore()
    assert harness.apply().code == 0
    return len(harness.server.requests()), harness.ledger()


def test_a_sample_of_meetings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with make_harness(tmp_path, monkeypatch) as harness:
        requests, wanted = prepare(harness)
        random = Random(SEED)
        deeds = edits(harness.start)
        meet_each(harness, [(name, random.randint(1, requests)) for name in deeds], wanted)


@pytest.mark.campaign
def test_every_meeting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with make_harness(tmp_path, monkeypatch) as harness:
        requests, wanted = prepare(harness)
        cases = [(name, index) for index in range(1, requests + 1) for name in edits(harness.start)]
        meet_each(harness, Random(SEED).sample(cases, min(RUNS or len(cases), len(cases))), wanted)
        harness.report("third party between any two requests")


@pytest.mark.campaign
def test_meetings_with_many_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with make_harness(tmp_path, monkeypatch) as harness:
        requests, wanted = prepare_bulk(harness)
        deeds = edits(harness.start)
        cases = [(name, index) for index in range(1, requests + 1) for name in deeds]
        meet_each(harness, Random(SEED).sample(cases, min(RUNS or len(cases), len(cases))), wanted)
        harness.report("third party between any two requests (many changes at once)")

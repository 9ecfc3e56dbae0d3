"""Orchestrations: how questions about event orchestrations and webhooks are asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pdsync.probe.answer import Answer, Finding
from pdsync.probe.mark import MARKER
from pdsync.probe.material import policy, reference, service, service_body
from pdsync.probe.probe import Probe
from pdsync.probe.workbench import Object, Workbench

_LINES = f"One line.\n{MARKER}"
_ONE_LINE = _LINES.replace("\n", " ")
_MANY_CONDITIONS = 25
_NOT_FOUND = 404


def _ask_orchestration_names(bench: Workbench) -> Finding:
    body = {"name": bench.mark.name("same name")}
    bench.make("event_orchestrations", **body)
    return bench.post("event_orchestrations", body).by_status({201: "shared", 400: "unique"})


def _ask_orchestration_line_breaks(bench: Workbench) -> Finding:
    answer = bench.post("event_orchestrations", {"description": _LINES})
    shown = bench.need(answer, "event_orchestrations").get("description")
    return answer.among({_LINES: "kept", _ONE_LINE: "spaces"}, shown)


def _ask_ids_of_rules(bench: Workbench) -> Finding:
    path = _path(bench, "global")
    ids = []
    for _ in range(2):
        answer = bench.put(path, _document([{"label": "Rule", "actions": {"suppress": True}}]))
        if not answer.ok:
            return answer.unclear()
        ids.append(_rules(answer)[0]["id"])
    return answer.means("kept" if ids[0] == ids[1] else "new")


def _ask_rule_to_deleted_service(bench: Workbench) -> Finding:
    path, target = _path(bench, "router"), bench.make("services", **service_body(policy(bench)))
    made = bench.put(path, _document([{"label": "Rule", "actions": {"route_to": target["id"]}}], route_to="unrouted"))
    if not made.ok:
        return made.unclear()
    bench.delete(f"services/{target['id']}")
    if bench.look_for(lambda: bench.read(path)["sets"][0]["rules"] == []):
        return made.means("gone")
    answer = bench.get(path)
    return answer.among({target["id"]: "kept"}, _rules(answer)[0]["actions"].get("route_to"))


def _ask_conditions_of_a_rule(bench: Workbench) -> Finding:
    conditions = [{"expression": f"event.summary matches part '{number}'"} for number in range(_MANY_CONDITIONS)]
    rule = {"label": "Rule", "conditions": conditions, "actions": {"suppress": True}}
    return bench.put(_path(bench, "global"), _document([rule])).by_status({200: "many", 400: "few"})


def _ask_unrouted_suppress(bench: Workbench) -> Finding:
    answer = bench.put(_path(bench, "unrouted"), _document([], suppress=True))
    if not answer.ok:
        return answer.by_status({400: "refused"})
    shown = answer.body["catch_all"]["actions"].get("suppress")
    return answer.means("stored" if shown else "left_out")


def _ask_rules_of_new_service(bench: Workbench) -> Finding:
    answer = bench.get(f"event_orchestrations/services/{service(bench)['id']}/active")
    return answer.among({True: "active", False: "inactive"}, answer.body["active"]) if answer.ok else answer.unclear()


def _ask_webhook_line_breaks(bench: Workbench) -> Finding:
    text = bench.mark.label("hook") + "\nAnother line."
    answer = bench.post("webhook_subscriptions", _webhook(service(bench), description=text))
    shown = bench.need(answer, "webhook_subscriptions").get("description")
    return answer.among({text: "kept", text.replace("\n", " "): "spaces"}, shown)


def _ask_webhook_description_length(bench: Workbench) -> Finding:
    text = bench.mark.label("hook").ljust(1024, ".")
    answer = bench.post("webhook_subscriptions", _webhook(service(bench), description=text))
    return answer.by_status({200: "long", 201: "long", 400: "short"})


def _ask_webhook_of_deleted_object(bench: Workbench) -> Finding:
    made = bench.make("services", **service_body(policy(bench)))
    hook = bench.make("webhook_subscriptions", **_webhook(made))
    path = f"webhook_subscriptions/{hook['id']}"
    bench.read(path)
    bench.delete(f"services/{made['id']}")
    return bench.get_late(path, _NOT_FOUND).by_status({200: "kept", _NOT_FOUND: "deleted"})


def _ask_action_of_another_path(bench: Workbench) -> Finding:
    rule = {"label": "Rule", "actions": {"drop_event": True}}
    return bench.put(_path(bench, "unrouted"), _document([rule])).by_status({200: "left_out", 400: "refused"})


def _ask_without_team(bench: Workbench) -> Finding:
    path = "event_orchestrations"
    answer = bench.get(f"{path}/{bench.make(path)['id']}")
    if not answer.ok:
        return answer.unclear()
    if "team" not in answer.body:
        return answer.means("left_out")
    team = answer.body["team"]
    if team is None:
        return answer.means("empty")
    return answer.means("null_id") if isinstance(team, dict) and team.get("id", "") is None else answer.unclear()


def _path(bench: Workbench, kind: str) -> str:
    """Where the rules of a new orchestration are."""
    return f"event_orchestrations/{bench.make('event_orchestrations')['id']}/{kind}"


def _document(rules: list[Object], **rest: Any) -> Object:
    """Rules of an orchestration. `rest` is what is done with events that no rule matches."""
    sets = [{"id": "start", "rules": [{"conditions": [], **rule} for rule in rules]}]
    return {"sets": sets, "catch_all": {"actions": rest}}


def _rules(answer: Answer) -> list[Object]:
    rules: list[Object] = answer.body["sets"][0]["rules"]
    return rules


def _webhook(of: Mapping[str, Any], **more: Any) -> Object:
    """A subscription to incidents of a service. It is sent to a web address that no one has."""
    return {
        "type": "webhook_subscription",
        "delivery_method": {"type": "http_delivery_method", "url": "https://example.com/hook"},
        "filter": reference(of, "service"),
        "events": ["incident.triggered"],
        **more,
    }


PROBES = (
    Probe("orchestration_names", "POST /event_orchestrations with the name of another one", _ask_orchestration_names),
    Probe(
        "orchestration_line_breaks",
        "POST /event_orchestrations with a description of two lines",
        _ask_orchestration_line_breaks,
    ),
    Probe(
        "ids_of_rules",
        "PUT /event_orchestrations/{id}/global twice with one rule that has no id",
        _ask_ids_of_rules,
    ),
    Probe(
        "rule_to_deleted_service",
        "GET /event_orchestrations/{id}/router when the service of a rule is deleted",
        _ask_rule_to_deleted_service,
    ),
    Probe(
        "conditions_of_a_rule",
        "PUT /event_orchestrations/{id}/global with 25 conditions in a rule",
        _ask_conditions_of_a_rule,
    ),
    Probe(
        "unrouted_suppress",
        "PUT /event_orchestrations/{id}/unrouted with suppress in catch_all",
        _ask_unrouted_suppress,
    ),
    Probe(
        "rules_of_new_service",
        "GET /event_orchestrations/services/{id}/active of a new service",
        _ask_rules_of_new_service,
    ),
    Probe(
        "webhook_line_breaks",
        "POST /webhook_subscriptions with a description of two lines",
        _ask_webhook_line_breaks,
    ),
    Probe(
        "webhook_description_length",
        "POST /webhook_subscriptions with a description of 1024 characters",
        _ask_webhook_description_length,
    ),
    Probe(
        "webhook_of_deleted_object",
        "GET /webhook_subscriptions/{id} when its service is deleted",
        _ask_webhook_of_deleted_object,
    ),
    Probe(
        "action_of_another_path",
        "PUT /event_orchestrations/{id}/unrouted with a rule that drops events",
        _ask_action_of_another_path,
    ),
    Probe("orchestration_without_team", "GET /event_orchestrations/{id} of one without a team", _ask_without_team),
)
NOT_ASKED: Mapping[str, str] = {
    "webhook_description_null": "The subscription would lose the mark by which a later run finds it.",
}

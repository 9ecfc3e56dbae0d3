"""Services: how questions about escalation policies, services and alert grouping are asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pdsync.probe.answer import Finding
from pdsync.probe.mark import MARKER
from pdsync.probe.material import layer_body, person, policy, policy_body, reference, schedule_body, service_body
from pdsync.probe.probe import Probe
from pdsync.probe.workbench import Object, Workbench

_BY_CONTENT = {"aggregate": "all", "fields": ["summary"]}
_AN_HOUR_S = 3_600
_STRATEGY = "escalation_rule_assignment_strategy"


def _ask_shift_schedule_reference(bench: Workbench) -> Finding:
    made = bench.make("v3/schedules", time_zone="Etc/UTC")
    answer = bench.post("escalation_policies", policy_body(reference(made, "schedule")))
    return answer.by_status({201: "taken", 400: "refused"})


def _ask_shortest_delay(bench: Workbench) -> Finding:
    schedule = bench.make("schedules", **schedule_body(layer_body(person(bench))))
    body = policy_body(reference(person(bench), "user"), reference(schedule, "schedule"))
    body["escalation_rules"][0]["escalation_delay_in_minutes"] = 1
    return bench.post("escalation_policies", body).by_status({201: "one_minute", 400: "by_targets"})


def _ask_policy_name(bench: Workbench) -> Finding:
    body = policy_body(reference(person(bench), "user"), name=bench.mark.name("same name"))
    bench.make("escalation_policies", **body)
    return bench.post("escalation_policies", body).by_status({201: "shared", 400: "unique"})


def _ask_schedule_name(bench: Workbench) -> Finding:
    body = schedule_body(layer_body(person(bench)), name=bench.mark.name("same name"))
    bench.make("schedules", **body)
    return bench.post("schedules", body).by_status({201: "shared", 400: "unique"})


def _ask_strategy_form(bench: Workbench) -> Finding:
    made = policy(bench)
    answer = bench.get(f"escalation_policies/{made['id']}", include=["escalation_rule_assignment_strategies"])
    if not answer.ok:
        return answer.unclear()
    shown = answer.body["escalation_rules"][0].get(_STRATEGY)
    return answer.by_value(type(shown), {dict: "object", str: "text"})


def _ask_new_service_timeouts(bench: Workbench) -> Finding:
    answer = bench.post("services", service_body(policy(bench)))
    made = bench.need(answer, "services")
    timeouts = (made["auto_resolve_timeout"], made["acknowledgement_timeout"])
    return answer.by_value(timeouts, {(None, None): "none_set", (14_400, 1_800): "schema"})


def _ask_absent_service_fields(bench: Workbench) -> Finding:
    made = bench.make("services", **service_body(policy(bench), auto_resolve_timeout=7_200))
    # What the schema of PagerDuty's API description requires is not left out.
    change = service_body(policy(bench), name=bench.mark.name("renamed"))
    answer = bench.put(f"services/{made['id']}", change)
    if not answer.ok:
        return answer.unclear()
    return answer.means("kept" if answer.body["auto_resolve_timeout"] == 7_200 else "reset")


def _ask_retired_alert_creation(bench: Workbench) -> Finding:
    answer = bench.post("services", service_body(policy(bench), alert_creation="create_incidents"))
    if not answer.ok:
        return answer.by_status({400: "refused"})
    readings = {"create_incidents": "kept", "create_alerts_and_incidents": "replaced"}
    return answer.by_value(answer.body["alert_creation"], readings)


def _ask_renamed_summary(bench: Workbench) -> Finding:
    made = bench.make("business_services")
    new = bench.mark.name("renamed")
    answer = bench.put(f"business_services/{made['id']}", {"name": new})
    if not answer.ok:
        return answer.unclear()
    return answer.by_value(answer.body["summary"], {new: "at_once", made["name"]: "next_answer"})


def _ask_long_grouping_window(bench: Workbench) -> Finding:
    config = {**_BY_CONTENT, "time_window": 2 * _AN_HOUR_S}
    answer = bench.post("alert_grouping_settings", _grouping(bench, "content_based", config))
    return answer.by_status({201: "taken", 400: "refused"})


def _ask_grouping_window_default(bench: Workbench) -> Finding:
    answer = bench.post("alert_grouping_settings", _grouping(bench, "content_based", _BY_CONTENT))
    if not answer.ok:
        return answer.by_status({400: "required"})
    return answer.by_value(answer.body["config"]["time_window"], {300: "five_minutes", 0: "recommended"})


def _ask_intelligent_services(bench: Workbench) -> Finding:
    config = {**_BY_CONTENT, "time_window": 300}
    answer = bench.post("alert_grouping_settings", _grouping(bench, "content_based_intelligent", config, services=2))
    return answer.by_status({201: "many", 400: "one"})


def _ask_empty_grouping_list(bench: Workbench) -> Finding:
    made = bench.make("services", **service_body(policy(bench)))
    answer = bench.get("alert_grouping_settings", service_ids=[made["id"]])
    return answer.means("empty") if answer.body == [] else answer.by_status({404: "not_found"})


def _ask_grouping_line_breaks(bench: Workbench) -> Finding:
    lines = f"One line.\n{MARKER}"
    body = {**_grouping(bench, "time", {"timeout": 300}), "description": lines}
    answer = bench.post("alert_grouping_settings", body)
    shown = bench.need(answer, "alert_grouping_settings")["description"]
    return answer.by_value(shown, {lines: "kept", lines.replace("\n", " "): "spaces"})


def _grouping(bench: Workbench, kind: str, config: Mapping[str, Any], services: int = 1) -> Object:
    """A setting for new services: each can have only one."""
    made = [bench.make("services", **service_body(policy(bench))) for _ in range(services)]
    return {"type": kind, "config": dict(config), "services": [reference(it, "service") for it in made]}


PROBES = (
    Probe(
        "shift_schedule_reference",
        "POST /escalation_policies with a schedule_reference to a shift-based schedule",
        _ask_shift_schedule_reference,
    ),
    Probe(
        "shortest_delay",
        "POST /escalation_policies with two targets and a delay of one minute",
        _ask_shortest_delay,
    ),
    Probe("policy_name", "POST /escalation_policies with the name of another policy", _ask_policy_name),
    Probe("schedule_name", "POST /schedules with the name of another schedule", _ask_schedule_name),
    Probe(
        "strategy_form",
        "GET /escalation_policies/{id} with include[]=escalation_rule_assignment_strategies",
        _ask_strategy_form,
    ),
    Probe("new_service_timeouts", "POST /services without timeouts", _ask_new_service_timeouts),
    Probe(
        "absent_service_fields",
        "PUT /services/{id} with a new name, and without the timeout that it has",
        _ask_absent_service_fields,
    ),
    Probe("retired_alert_creation", "POST /services with alert_creation create_incidents", _ask_retired_alert_creation),
    Probe("renamed_summary", "PUT /business_services/{id} with a new name", _ask_renamed_summary),
    Probe(
        "long_grouping_window",
        "POST /alert_grouping_settings by content with a time window of two hours",
        _ask_long_grouping_window,
    ),
    Probe(
        "grouping_window_default",
        "POST /alert_grouping_settings by content without a time window",
        _ask_grouping_window_default,
    ),
    Probe(
        "intelligent_services",
        "POST /alert_grouping_settings of the type content_based_intelligent with two services",
        _ask_intelligent_services,
    ),
    Probe(
        "empty_grouping_list",
        "GET /alert_grouping_settings of a service that has none",
        _ask_empty_grouping_list,
    ),
    Probe(
        "grouping_line_breaks",
        "POST /alert_grouping_settings with a description of two lines",
        _ask_grouping_line_breaks,
    ),
)
NOT_ASKED: Mapping[str, str] = {}

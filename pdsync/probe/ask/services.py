"""Services: how questions about escalation policies and services are asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pdsync.probe.answer import Finding
from pdsync.probe.material import colleague, person, policy, policy_body, reference, service_body
from pdsync.probe.probe import Probe
from pdsync.probe.workbench import Object, Workbench

_STRATEGY = "escalation_rule_assignment_strategy"


def _ask_smallest_delay(bench: Workbench) -> Finding:
    first, second = reference(person(bench), "user"), reference(colleague(bench), "user")
    several = bench.post("escalation_policies", _hasty(first, second))
    if several.ok:
        return several.means("one_minute")
    one = bench.post("escalation_policies", _hasty(first))
    return one.by_status({201: "five_for_several", 400: "five_minutes"})


def _ask_policy_names(bench: Workbench) -> Finding:
    target = reference(person(bench), "user")
    body = policy_body(target, name=bench.mark.name("same policy"))
    bench.make("escalation_policies", **body)
    return bench.post("escalation_policies", body).by_status({201: "may_repeat", 400: "unique"})


def _ask_new_service_timeouts(bench: Workbench) -> Finding:
    answer = bench.post("services", service_body(policy(bench)))
    made = bench.need(answer, "services")
    seen = made.get("auto_resolve_timeout"), made.get("acknowledgement_timeout")
    return answer.among({(None, None): "disabled", (14_400, 1_800): "schema_defaults"}, seen)


def _ask_create_incidents(bench: Workbench) -> Finding:
    answer = bench.post("services", service_body(policy(bench), alert_creation="create_incidents"))
    if answer.ok:
        readings = {"create_incidents": "taken", "create_alerts_and_incidents": "ignored"}
        return answer.among(readings, answer.body.get("alert_creation"))
    return answer.by_status({400: "refused"})


def _ask_shift_schedule_reference(bench: Workbench) -> Finding:
    made = bench.make("v3/schedules", time_zone="Etc/UTC")
    answer = bench.post("escalation_policies", policy_body(reference(made, "schedule")))
    return answer.by_status({201: "taken", 400: "refused"})


def _ask_strategy_form(bench: Workbench) -> Finding:
    made = policy(bench)
    answer = bench.get(f"escalation_policies/{made['id']}", include=["escalation_rule_assignment_strategies"])
    if not answer.ok:
        return answer.unclear()
    shown = answer.body["escalation_rules"][0].get(_STRATEGY)
    return answer.among({dict: "object", str: "text"}, type(shown))


def _ask_absent_service_fields(bench: Workbench) -> Finding:
    made = bench.make("services", **service_body(policy(bench), auto_resolve_timeout=7_200))
    # What the schema of PagerDuty's API description requires is not left out.
    change = service_body(policy(bench), name=bench.mark.name("renamed"))
    answer = bench.put(f"services/{made['id']}", change)
    if not answer.ok:
        return answer.unclear()
    return answer.means("kept" if answer.body["auto_resolve_timeout"] == 7_200 else "reset")


def _hasty(*targets: Mapping[str, Any]) -> Object:
    body = policy_body(*targets)
    return {
        **body,
        "escalation_rules": [{**rule, "escalation_delay_in_minutes": 1} for rule in body["escalation_rules"]],
    }


PROBES = (
    Probe("smallest_delay", "POST /escalation_policies with a delay of a minute and two targets", _ask_smallest_delay),
    Probe("policy_names", "POST /escalation_policies with the name of another policy", _ask_policy_names),
    Probe("new_service_timeouts", "POST /services without timeouts", _ask_new_service_timeouts),
    Probe("create_incidents", "POST /services with alert_creation create_incidents", _ask_create_incidents),
    Probe(
        "shift_schedule_reference",
        "POST /escalation_policies with a schedule_reference to a shift-based schedule",
        _ask_shift_schedule_reference,
    ),
    Probe(
        "strategy_form",
        "GET /escalation_policies/{id} with include[]=escalation_rule_assignment_strategies",
        _ask_strategy_form,
    ),
    Probe(
        "absent_service_fields",
        "PUT /services/{id} with a new name, and without the timeout that it has",
        _ask_absent_service_fields,
    ),
)
NOT_ASKED: Mapping[str, str] = {}

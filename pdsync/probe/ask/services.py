"""Services: how questions about escalation policies, services and integrations are asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pdsync.probe.answer import Finding
from pdsync.probe.material import colleague, person, policy, policy_body, reference, service_body
from pdsync.probe.probe import Probe
from pdsync.probe.workbench import Object, Workbench


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
)
NOT_ASKED: Mapping[str, str] = {}

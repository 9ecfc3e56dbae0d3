"""Event orchestrations: how questions about their cache variables, enablements and rules are asked."""

from __future__ import annotations

from collections.abc import Mapping

from pdsync.probe.answer import Answer, Finding
from pdsync.probe.material import policy, service, service_body
from pdsync.probe.probe import Probe
from pdsync.probe.workbench import Workbench


def _ask_cache_variable_names(bench: Workbench) -> Finding:
    path = f"{_orchestration(bench)}/cache_variables"
    body = {"name": "probed", "configuration": {"type": "trigger_event_count", "ttl_seconds": 60}}
    first = bench.post(path, body)
    return bench.post(path, body).by_status({200: "may_repeat", 400: "unique"}) if first.ok else first.unclear()


def _ask_answer_of_enablement(bench: Workbench) -> Finding:
    answer = bench.put(f"{_orchestration(bench)}/enablements/aiops", {"enabled": False})
    # The client takes what is in the member that the API description names.
    return answer.means("as_list" if answer.body is None else "as_object") if answer.ok else answer.unclear()


def _ask_rule_without_conditions(bench: Workbench) -> Finding:
    path = f"{_orchestration(bench)}/global"
    rule = {"label": "Rule", "conditions": [], "actions": {"suppress": True}}
    written = bench.put(path, {"sets": [{"id": "start", "rules": [rule]}], "catch_all": {"actions": {}}})
    if not written.ok:
        return written.unclear()
    read = bench.get(path)
    seen = tuple("null" if _conditions(it) is None else f"{len(_conditions(it) or [])}" for it in (written, read))
    readings = {("0", "0"): "empty", ("null", "null"): "nulled", ("0", "null"): "null_in_reads"}
    return read.among(readings, seen)


def _ask_active_of_service(bench: Workbench) -> Finding:
    answer = bench.get(f"event_orchestrations/services/{service(bench)['id']}/active")
    return answer.by_status({200: "served", 410: "gone"})


def _ask_rules_of_deleted_service(bench: Workbench) -> Finding:
    made = bench.make("services", **service_body(policy(bench)))
    bench.delete(f"services/{made['id']}")
    answer = bench.get_late(f"event_orchestrations/services/{made['id']}", 404)
    return answer.by_status({404: "not_found", 403: "forbidden"})


def _orchestration(bench: Workbench) -> str:
    return f"event_orchestrations/{bench.make('event_orchestrations')['id']}"


def _conditions(answer: Answer) -> list[object] | None:
    found: list[object] | None = answer.body["sets"][0]["rules"][0]["conditions"]
    return found


PROBES = (
    Probe(
        "cache_variable_names",
        "POST /event_orchestrations/{id}/cache_variables with the name of another one",
        _ask_cache_variable_names,
    ),
    Probe(
        "answer_of_enablement",
        "PUT /event_orchestrations/{id}/enablements/aiops",
        _ask_answer_of_enablement,
    ),
    Probe(
        "rule_without_conditions",
        "PUT /event_orchestrations/{id}/global with a rule that has no conditions, and GET",
        _ask_rule_without_conditions,
    ),
    Probe(
        "active_of_service",
        "GET /event_orchestrations/services/{id}/active",
        _ask_active_of_service,
    ),
    Probe(
        "rules_of_deleted_service",
        "GET /event_orchestrations/services/{id} when the service is deleted",
        _ask_rules_of_deleted_service,
    ),
)
NOT_ASKED: Mapping[str, str] = {
    "warnings_in_reads": "The client returns only the rules, and the warnings are outside the rules.",
}

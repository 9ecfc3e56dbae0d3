"""Workflows: how questions about incident workflows, their triggers, and templates are asked."""

from __future__ import annotations

from collections.abc import Mapping

from pdsync.probe.answer import Answer, Finding
from pdsync.probe.mark import MARKER
from pdsync.probe.probe import Probe
from pdsync.probe.workbench import Object, Workbench

_WORKFLOWS, _TEMPLATES = "incident_workflows", "templates"
_LINES = f"One line.\n{MARKER}"
_ONE_LINE = _LINES.replace("\n", " ")
_STATUS_UPDATE = "pagerduty.com:incident-workflows:send-status-update:1"
_OFF = {"is_enabled": False}
"""No probe makes a workflow that can start."""


def _ask_workflow_names(bench: Workbench) -> Finding:
    return _ask_names(bench, _WORKFLOWS, _OFF)


def _ask_workflow_line_breaks(bench: Workbench) -> Finding:
    return _ask_line_breaks(bench, _WORKFLOWS, _OFF)


def _ask_workflow_put(bench: Workbench) -> Finding:
    made = bench.make(_WORKFLOWS, **_OFF, steps=[_step(Message="x")])
    path = f"{_WORKFLOWS}/{made['id']}"
    answer = bench.put(path, {"name": made["name"], "description": made["description"], **_OFF})
    if not answer.ok:
        return answer.unclear()
    return answer.means("part" if bench.read(path).get("steps") else "whole")


def _ask_unknown_workflow_action(bench: Workbench) -> Finding:
    return _post_step(bench, _step("example.com:none:none:1")).by_status({201: "taken", 400: "refused"})


def _ask_unknown_workflow_input(bench: Workbench) -> Finding:
    answer = _post_step(bench, _step(Message="x", **{"No such input": "x"}))
    if not answer.ok:
        return answer.by_status({400: "refused"})
    inputs = answer.body["steps"][0]["action_configuration"]["inputs"]
    return answer.means("left_out") if "No such input" not in {it["name"] for it in inputs} else answer.unclear()


def _ask_missing_workflow_input(bench: Workbench) -> Finding:
    return _post_step(bench, _step()).by_status({201: "taken", 400: "refused"})


def _ask_template_names(bench: Workbench) -> Finding:
    return _ask_names(bench, _TEMPLATES, _template())


def _ask_template_line_breaks(bench: Workbench) -> Finding:
    return _ask_line_breaks(bench, _TEMPLATES, _template())


def _ask_template_put(bench: Workbench) -> Finding:
    made = bench.make(_TEMPLATES, **_template())
    path = f"{_TEMPLATES}/{made['id']}"
    answer = bench.put(path, {"name": made["name"], "description": made["description"]})
    if not answer.ok:
        return answer.unclear()
    return answer.means("part" if bench.read(path)["templated_fields"].get("message") else "whole")


def _ask_template_list_fields(bench: Workbench) -> Finding:
    made = bench.make(_TEMPLATES, **_template())
    rows = bench.wait_for(
        lambda: [it for it in bench.read(_TEMPLATES, query=made["name"]) if it["id"] == made["id"]],
    )
    answer = bench.get(f"{_TEMPLATES}/{made['id']}")
    return answer.means("shown" if rows[0].get("templated_fields") else "left_out")


def _ask_names(bench: Workbench, path: str, body: Object) -> Finding:
    named = {**body, "name": bench.mark.name("same name")}
    bench.make(path, **named)
    return bench.post(path, named).by_status({201: "may_repeat", 400: "unique"})


def _ask_line_breaks(bench: Workbench, path: str, body: Object) -> Finding:
    answer = bench.post(path, {**body, "description": _LINES})
    shown = bench.need(answer, path).get("description")
    return answer.among({_LINES: "kept", _ONE_LINE: "spaces"}, shown)


def _post_step(bench: Workbench, step: Object) -> Answer:
    return bench.post(_WORKFLOWS, {**_OFF, "steps": [step]})


def _step(action: str = _STATUS_UPDATE, **inputs: str) -> Object:
    given = [{"name": name, "value": value} for name, value in inputs.items()]
    return {"name": "Step", "action_configuration": {"action_id": action, "inputs": given}}


def _template() -> Object:
    return {"template_type": "status_update", "templated_fields": {"message": "x"}}


PROBES = (
    Probe("workflow_names", "POST /incident_workflows with the name of another one", _ask_workflow_names),
    Probe(
        "workflow_line_breaks",
        "POST /incident_workflows with a description of two lines",
        _ask_workflow_line_breaks,
    ),
    Probe("workflow_put", "PUT /incident_workflows/{id} without its steps", _ask_workflow_put),
    Probe(
        "unknown_workflow_action",
        "POST /incident_workflows with a step of an action that does not exist",
        _ask_unknown_workflow_action,
    ),
    Probe(
        "unknown_workflow_input",
        "POST /incident_workflows with an input that the action does not have",
        _ask_unknown_workflow_input,
    ),
    Probe(
        "missing_workflow_input",
        "POST /incident_workflows without an input that the action requires",
        _ask_missing_workflow_input,
    ),
    Probe("template_names", "POST /templates with the name of another one", _ask_template_names),
    Probe("template_line_breaks", "POST /templates with a description of two lines", _ask_template_line_breaks),
    Probe("template_put", "PUT /templates/{id} without templated_fields", _ask_template_put),
    Probe("template_list_fields", "GET /templates filtered by the name of a template", _ask_template_list_fields),
)
NOT_ASKED: Mapping[str, str] = dict.fromkeys(
    (
        *("trigger_put", "fixed_of_trigger", "trigger_without_condition"),
        *("trigger_of_all_and_some", "trigger_service_filter"),
    ),
    "A trigger has no name that could hold the mark by which a later run finds it.",
)

"""Automation: how questions about automation actions and their runners are asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pdsync.probe.answer import Finding
from pdsync.probe.mark import MARKER
from pdsync.probe.material import reference, service
from pdsync.probe.probe import Probe
from pdsync.probe.workbench import Object, Workbench

_RUNNERS, _ACTIONS = "automation_actions/runners", "automation_actions/actions"
_LINES = f"One line.\n{MARKER}"
_ONE_LINE = _LINES.replace("\n", " ")


def _runner(bench: Workbench) -> Object:
    return bench.make(_RUNNERS, runner_type="sidecar")


def _action(bench: Workbench, **more: Any) -> Object:
    """An action that no person and no rule can start."""
    off = {"allow_invocation_manually": False, "allow_invocation_from_event_orchestration": False}
    does = {"action_type": "script", "action_classification": "diagnostic", "action_data_reference": {"script": "true"}}
    return bench.make(_ACTIONS, **{**off, **does, **more})


def _ask_runner_with_actions(bench: Workbench) -> Finding:
    runner = _runner(bench)
    _action(bench, runner=runner["id"])
    answer = bench.delete(f"{_RUNNERS}/{runner['id']}")
    return answer.by_status({204: "deleted", 400: "refused"})


def _ask_line_breaks(bench: Workbench) -> Finding:
    answer = bench.post(_RUNNERS, {"runner_type": "sidecar", "description": _LINES})
    shown = bench.need(answer, _RUNNERS).get("description")
    return answer.among({_LINES: "kept", _ONE_LINE: "spaces"}, shown)


def _ask_runner_null(bench: Workbench) -> Finding:
    runner = _runner(bench)
    action = _action(bench, runner=runner["id"])
    answer = bench.put(f"{_ACTIONS}/{action['id']}", {"runner": None})
    if not answer.ok:
        return answer.by_status({400: "refused"})
    return answer.means("kept" if answer.body.get("runner") else "cleared")


def _ask_partial_action(bench: Workbench) -> Finding:
    path = f"{_ACTIONS}/{_action(bench)['id']}"
    answer = bench.put(path, {"name": bench.mark.name("partial action")})
    if not answer.ok:
        return answer.unclear()
    return answer.among({"diagnostic": "kept", None: "reset"}, answer.body.get("action_classification"))


def _ask_without_services(bench: Workbench) -> Finding:
    answer = bench.get(f"{_ACTIONS}/{_action(bench)['id']}")
    if not answer.ok:
        return answer.unclear()
    return answer.means("empty" if "services" in answer.body else "left_out")


def _ask_repeated_association(bench: Workbench) -> Finding:
    path = f"{_ACTIONS}/{_action(bench)['id']}/services"
    body = reference(service(bench), "service")
    first = bench.post(path, body)
    return bench.post(path, body).by_status({201: "taken", 400: "refused"}) if first.ok else first.unclear()


PROBES = (
    Probe(
        "runner_with_actions",
        "DELETE /automation_actions/runners/{id} of a runner that an action uses",
        _ask_runner_with_actions,
    ),
    Probe(
        "automation_line_breaks",
        "POST /automation_actions/runners with a description of two lines",
        _ask_line_breaks,
    ),
    Probe(
        "runner_of_action_null",
        "PUT /automation_actions/actions/{id} with a runner of null",
        _ask_runner_null,
    ),
    Probe(
        "partial_action",
        "PUT /automation_actions/actions/{id} with a name alone",
        _ask_partial_action,
    ),
    Probe(
        "action_without_services",
        "GET /automation_actions/actions/{id} of one without services",
        _ask_without_services,
    ),
    Probe(
        "repeated_association",
        "POST /automation_actions/actions/{id}/services twice with one service",
        _ask_repeated_association,
    ),
)
NOT_ASKED: Mapping[str, str] = {
    "services_of_action_for_all": "The action would appear on every service of the account.",
}

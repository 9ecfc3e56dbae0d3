"""Workflows: how questions about incident workflows, their triggers, and templates are asked."""

from __future__ import annotations

from collections.abc import Mapping

from pdsync.probe.probe import Probe

_WHY = "No probe makes incident workflows or templates."

PROBES: tuple[Probe, ...] = ()
NOT_ASKED: Mapping[str, str] = dict.fromkeys(
    (
        *("workflow_names", "workflow_line_breaks", "workflow_put"),
        *("unknown_workflow_action", "unknown_workflow_input", "missing_workflow_input"),
        *("trigger_put", "fixed_of_trigger", "trigger_without_condition"),
        *("trigger_of_all_and_some", "trigger_service_filter"),
        *("template_names", "template_line_breaks", "template_put", "template_list_fields"),
    ),
    _WHY,
)

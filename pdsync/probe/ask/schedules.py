"""Schedules: how questions about layers and overrides are asked."""

from __future__ import annotations

from collections.abc import Mapping

from pdsync.probe.answer import Finding
from pdsync.probe.material import layer_body, person, schedule_body
from pdsync.probe.probe import Probe
from pdsync.probe.workbench import Workbench


def _ask_rotation_virtual_start(bench: Workbench) -> Finding:
    layer = layer_body(person(bench), rotation_virtual_start="2026-01-05T09:00:17Z")
    answer = bench.post("schedules", schedule_body(layer))
    return answer.by_status({201: "any_second", 400: "whole_minutes"})


PROBES = (
    Probe(
        "rotation_virtual_start",
        "POST /schedules with a layer whose rotation_virtual_start is 17 seconds past a minute",
        _ask_rotation_virtual_start,
    ),
)
NOT_ASKED: Mapping[str, str] = {}

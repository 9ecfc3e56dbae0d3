"""Orchestrations: how questions about event orchestrations are asked."""

from __future__ import annotations

from collections.abc import Mapping

from pdsync.probe.answer import Finding
from pdsync.probe.probe import Probe
from pdsync.probe.workbench import Workbench


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


PROBES = (
    Probe("orchestration_without_team", "GET /event_orchestrations/{id} of one without a team", _ask_without_team),
)
NOT_ASKED: Mapping[str, str] = {}

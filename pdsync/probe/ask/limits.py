"""Limits: how questions about limits, and the status and text of refusals are asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pdsync.probe.answer import Finding
from pdsync.probe.ask.incidents import alert_of, event_service, open_incident, opened_by_event
from pdsync.probe.material import reference
from pdsync.probe.probe import Probe
from pdsync.probe.workbench import Workbench


def _ask_large_limit(bench: Workbench) -> Finding:
    return bench.get("users", limit=101).by_status({200: "cut", 400: "refused"})


def _ask_unknown_include(bench: Workbench) -> Finding:
    return bench.get("services", limit=1, include=["moon_phases"]).by_status({200: "ignored", 400: "refused"})


def _ask_unknown_method(bench: Workbench) -> Finding:
    made = bench.make("teams", type="team")
    return bench.post(f"teams/{made['id']}", {}).by_status({404: "not_found", 405: "not_allowed"})


def _ask_merge_without_alerts(bench: Workbench) -> Finding:
    target, source = open_incident(bench), open_incident(bench)
    answer = bench.put(f"incidents/{target['id']}/merge", [reference(source, "incident")])
    return answer.by_status({200: "merged", 400: "refused"})


def _ask_last_alert_resolved(bench: Workbench) -> Finding:
    incident = opened_by_event(bench, *event_service(bench), "only")
    alert = alert_of(bench, incident)
    path = f"incidents/{incident['id']}"
    answer = bench.put(f"{path}/alerts/{alert['id']}", {"type": "alert", "status": "resolved"})
    if not answer.ok:
        return answer.unclear()
    has_ended = bench.look_for(lambda: bench.read(path)["status"] == "resolved")
    return answer.means("ends" if has_ended else "stays")


def _ask_events_of_moved_alert(bench: Workbench) -> Finding:
    """Two incidents of one service; the alert of the first goes to the second, and a further event of it follows."""
    made, integration = event_service(bench)
    first = opened_by_event(bench, made, integration, "first")
    second = opened_by_event(bench, made, integration, "second")
    alert = alert_of(bench, first)
    change: dict[str, Any] = {"type": "alert", "incident": reference(second, "incident")}
    moved = bench.put(f"incidents/{first['id']}/alerts/{alert['id']}", change)
    if not moved.ok:
        return moved.unclear()
    before = {it["id"]: _entries(bench, it["id"]) for it in (first, second)}
    bench.event(integration, "trigger", "first")
    grown = bench.wait_for(lambda: [it for it, count in before.items() if _entries(bench, it) > count])
    return moved.among({first["id"]: "stay", second["id"]: "follow"}, grown[0])


def _entries(bench: Workbench, identity: str) -> int:
    return sum(it["type"] == "trigger_log_entry" for it in bench.read(f"incidents/{identity}/log_entries", limit=100))


PROBES = (
    Probe("large_limit", "GET /users with limit=101", _ask_large_limit),
    Probe("unknown_include", "GET /services with an include[] of a made-up name", _ask_unknown_include),
    Probe("unknown_method", "POST /teams/{id}", _ask_unknown_method),
    Probe(
        "merge_without_alerts",
        "PUT /incidents/{id}/merge with an incident that has no alert",
        _ask_merge_without_alerts,
        opens_incidents=True,
    ),
    Probe(
        "last_alert_resolved",
        "PUT /incidents/{id}/alerts/{alert_id} with the status resolved, for the only alert",
        _ask_last_alert_resolved,
        opens_incidents=True,
    ),
    Probe(
        "events_of_moved_alert",
        "PUT /incidents/{id}/alerts/{alert_id} that moves the alert to another incident, then another event for the alert",
        _ask_events_of_moved_alert,
        opens_incidents=True,
    ),
)
NOT_ASKED: Mapping[str, str] = {}

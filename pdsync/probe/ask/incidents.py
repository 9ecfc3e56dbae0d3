"""Incidents: how questions about incidents, alerts and who is notified are asked.

Every incident is of a service of low urgency, or is assigned to a user of the run, whom nothing reaches.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pdsync.probe.answer import Finding
from pdsync.probe.material import person, policy, policy_body, reference, service, service_body
from pdsync.probe.probe import Probe
from pdsync.probe.workbench import Object, Workbench

_RESOLVED = {"type": "incident", "status": "resolved"}


def _ask_service_with_incidents(bench: Workbench) -> Finding:
    made = bench.make("services", **service_body(policy(bench)))
    incident = open_incident(bench, made)
    answer = bench.delete(f"services/{made['id']}")
    if not answer.ok:
        return answer.by_status({400: "refused"})
    has_ended = bench.look_for(lambda: bench.read(f"incidents/{incident['id']}")["status"] == "resolved")
    return answer.means("resolved") if has_ended else answer.unclear()


def _ask_policy_of_incidents(bench: Workbench) -> Finding:
    target = reference(person(bench), "user")
    old = bench.make("escalation_policies", **policy_body(target))
    made = bench.make("services", **service_body(old))
    open_incident(bench, made)
    bench.put(f"services/{made['id']}", service_body(policy(bench)))
    return bench.delete(f"escalation_policies/{old['id']}").by_status({204: "deleted", 400: "refused"})


def _ask_same_policy_again(bench: Workbench) -> Finding:
    incident = open_incident(bench)
    path = f"incidents/{incident['id']}"
    before = _escalations(bench, path)
    answer = bench.put(path, {"type": "incident", "escalation_policy": reference(policy(bench), "escalation_policy")})
    if not answer.ok:
        return answer.unclear()
    begins_again = bench.look_for(lambda: _escalations(bench, path) > before)
    return answer.means("first_level" if begins_again else "nothing")


def _ask_chosen_people(bench: Workbench) -> Finding:
    chosen = [{"assignee": reference(person(bench), "user")}]
    answer = bench.post("incidents", incident_body(service(bench), urgency="high", assignments=chosen))
    planned = [it["type"] for it in bench.need(answer, "incidents")["pending_actions"]]
    return answer.means("escalate" if "escalate" in planned else "stay")


def _ask_responders_when_resolved(bench: Workbench) -> Finding:
    incident, asked = open_incident(bench), person(bench)
    path = f"incidents/{incident['id']}"
    bench.put(path, _RESOLVED)
    target = {"responder_request_target": {"id": asked["id"], "type": "user_reference"}}
    body = {"requester_id": asked["id"], "message": "Nothing to do.", "responder_request_targets": [target]}
    return bench.post(f"{path}/responder_requests", body).by_status({200: "taken", 201: "taken", 400: "refused"})


def incident_body(of: Mapping[str, Any], **more: Any) -> Object:
    """An incident of a service."""
    return {"type": "incident", "service": reference(of, "service"), **more}


def open_incident(bench: Workbench, of: Mapping[str, Any] | None = None) -> Object:
    """An incident of a service; None: of the one that probes share."""
    return bench.make("incidents", **incident_body(of or service(bench)))


def event_service(bench: Workbench) -> tuple[Object, Object]:
    """A service with an integration that takes events."""
    made = bench.make("services", **service_body(policy(bench)))
    path = f"services/{made['id']}/integrations"
    body = {"type": "events_api_v2_inbound_integration", "name": "Events"}
    return made, bench.need(bench.post(path, body), path)


def opened_by_event(bench: Workbench, of: Mapping[str, Any], integration: Mapping[str, Any], key: str) -> Object:
    """The incident that an event with this key opens."""
    known = {it["id"] for it in bench.incidents_of(of)}
    bench.event(integration, "trigger", key)
    new = bench.wait_for(lambda: [it for it in bench.incidents_of(of) if it["id"] not in known])
    return new[0]


def alert_of(bench: Workbench, incident: Mapping[str, Any]) -> Object:
    """The first alert of an incident."""
    found: list[Object] = bench.wait_for(lambda: bench.read(f"incidents/{incident['id']}/alerts"))
    return found[0]


def _escalations(bench: Workbench, path: str) -> int:
    entries = bench.read(f"{path}/log_entries", limit=100)
    return sum(it["type"] in ("escalate_log_entry", "assign_log_entry") for it in entries)


PROBES = (
    Probe(
        "service_with_incidents",
        "DELETE /services/{id} with an open incident",
        _ask_service_with_incidents,
        opens_incidents=True,
    ),
    Probe(
        "policy_of_incidents",
        "DELETE /escalation_policies/{id} that an open incident still follows but no service uses",
        _ask_policy_of_incidents,
        opens_incidents=True,
    ),
    Probe(
        "same_policy_again",
        "PUT /incidents/{id} with the policy that it has",
        _ask_same_policy_again,
        opens_incidents=True,
    ),
    Probe(
        "chosen_people",
        "POST /incidents with high urgency and an assignment",
        _ask_chosen_people,
        opens_incidents=True,
    ),
    Probe(
        "responders_when_resolved",
        "POST /incidents/{id}/responder_requests for a resolved incident",
        _ask_responders_when_resolved,
        opens_incidents=True,
    ),
)
NOT_ASKED: Mapping[str, str] = {
    "ended_acknowledgement": "An acknowledgement lasts some minutes, and a probe does not wait for its end.",
}

"""What an open incident leads to, as PagerDuty answers it."""

from __future__ import annotations

from pdsync.model import OpenIncident

RAW = {
    "id": "PQ1",
    "incident_number": 7,
    "title": "disk full",
    "html_url": "https://acme.pagerduty.com/incidents/PQ1",
    "service": {"id": "PV1", "type": "service", "teams": [{"id": "PT9"}]},
    "escalation_policy": {"id": "PE1", "type": "escalation_policy_reference"},
    "teams": [{"id": "PT2"}, {"id": "PT1"}],
    "assignments": [{"at": "2026-01-01T00:00:00Z", "assignee": {"id": "PU2"}}, {"assignee": {"id": "PU1"}}, None],
    "first_trigger_log_entry": None,
}


def test_an_incident_leads_to_what_its_members_refer_to() -> None:
    incident = OpenIncident.read(RAW)
    assert (incident.id, incident.number, incident.title, incident.url) == ("PQ1", 7, "disk full", RAW["html_url"])
    assert incident.leads_to == {
        "service": ("PV1",),
        "escalation_policy": ("PE1",),
        "teams": ("PT1", "PT2"),
        "assignments": ("PU1", "PU2"),
    }
    assert incident.ids("priority") == ()


def test_little_is_needed_to_read_one() -> None:
    incident = OpenIncident.read({"id": "PQ1", "service": None, "teams": None, "assignments": []})
    assert (incident.number, incident.title, incident.url, incident.leads_to) == (0, "", "", {})

"""Junk in any place of events, incidents, overrides, business services and OAuth forms: never a 500."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sandbox.account import Account, layer, ref
from tests.sandbox.api.test_fuzz import _JUNK, _places, _replaced

_MOMENT = "2026-04-0{}T00:00:00Z"
_ERRORS = (400, 413)


@pytest.fixture(scope="module")
def requests() -> Iterator[tuple[Account, list[tuple[str, str, Any]]]]:
    """An account, and good requests to it."""
    with Account() as account:
        user, team = account.user(), account.team()
        schedule = account.schedule(layer(user))
        policy = account.policy(user, schedule)
        service = account.service(escalation_policy=ref(policy))
        spare = account.service()
        key = account.integration(service, type="events_api_v2_inbound_integration")["integration_key"]
        payload = {"summary": "x", "source": "x", "severity": "info", "custom_details": {"a": 1}, "timestamp": "x"}
        links = {"links": [{"href": "x", "text": "x"}], "images": [{"src": "x"}]}
        event = {"routing_key": key, "event_action": "trigger", "dedup_key": "x", "payload": payload, **links}
        new = {
            "type": "incident",
            "title": "x",
            "service": ref(service),
            "urgency": "low",
            "priority": {"id": "P53ZZH5", "type": "priority_reference"},
            "body": {"type": "incident_body", "details": "x"},
            "conference_bridge": {"conference_number": "1", "conference_url": "x"},
            "incident_type": {"name": "x"},
        }
        incident = account.post("/incidents", "incident", new)
        path = f"/incidents/{incident['id']}"
        change = {
            **new,
            "id": incident["id"],
            "status": "acknowledged",
            "escalation_level": 1,
            "escalation_policy": ref(policy),
            "assignments": [{"assignee": ref(user)}],
        }
        override = {"start": _MOMENT.format(1), "end": _MOMENT.format(2), "user": ref(user)}
        business = {"name": "x", "description": "x", "point_of_contact": "x", "team": {"id": team["id"]}}
        answer = account.call("POST", "/business_services", {"business_service": business})
        impacted = answer.json()["business_service"]["id"]
        own = f"/business_services/{impacted}"
        subscribers = {"subscribers": [{"subscriber_id": user["id"], "subscriber_type": "user"}]}
        config = {"aggregate": "all", "fields": ["x"], "time_window": 300, "timeout": 60, "iag_fields": ["x"]}
        setting = {"name": "x", "type": "content_based", "config": config, "services": [{"id": service["id"]}]}
        grouping = "/alert_grouping_settings"
        made = account.post(grouping, "alert_grouping_setting", setting)
        targets = [{"responder_request_target": ref(user)}, {"responder_request_target": ref(policy)}]
        asked = {"requester_id": user["id"], "responder_request_targets": targets}
        account.call("POST", "/v2/change/enqueue", {"routing_key": key, "payload": {"summary": "x"}})
        [changed] = account.get("/change_events")["change_events"]
        yield (
            account,
            [
                ("PUT", f"{grouping}/{made['id']}", {"alert_grouping_setting": setting}),
                ("POST", grouping, {"alert_grouping_setting": {**setting, "services": [{"id": spare["id"]}]}}),
                ("POST", "/v2/enqueue", event),
                ("POST", "/v2/enqueue", {**event, "event_action": "resolve"}),
                ("POST", "/v2/change/enqueue", event),
                ("POST", "/incidents", {"incident": new}),
                ("PUT", "/incidents", {"incidents": [change]}),
                ("PUT", path, {"incident": change}),
                ("POST", f"{path}/notes", {"note": {"content": "x"}}),
                ("POST", f"{path}/snooze", {"duration": 60}),
                ("POST", f"{path}/status_updates", {"message": "x", "subject": "x", "html_message": "x"}),
                ("POST", f"/schedules/{schedule['id']}/overrides", {"overrides": [override]}),
                ("POST", f"/schedules/{schedule['id']}/overrides", {"override": override}),
                ("POST", "/business_services", {"business_service": business}),
                ("PUT", own, {"business_service": business}),
                ("POST", f"{own}/subscribers", subscribers),
                ("POST", f"{own}/unsubscribe", subscribers),
                ("POST", f"{path}/status_updates/subscribers", subscribers),
                ("POST", f"{path}/status_updates/unsubscribe", subscribers),
                ("POST", f"{path}/responder_requests", {**asked, "message": "x"}),
                ("PUT", f"{path}/responder_requests/cancel", {**asked, "responder_request_targets": [ref(user)]}),
                ("PUT", f"{path}/business_services/{impacted}/impacts", {"relation": "impacted"}),
                ("PUT", "/business_services/priority_thresholds", {"global_threshold": {"id": "PSLWBL8", "order": 1}}),
                ("PUT", f"/change_events/{changed['id']}", {"change_event": {"summary": "x", "custom_details": {}}}),
                ("POST", "/change_events", event),
            ],
        )


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_junk_in_any_place(requests: Any, data: st.DataObject) -> None:
    account, calls = requests
    method, path, body = data.draw(st.sampled_from(calls))
    for _ in range(data.draw(st.integers(1, 2))):
        body = _replaced(body, data.draw(st.sampled_from(list(_places(body)))), data.draw(_JUNK))
    before = account.get("/_sandbox/state")
    answer = account.call(method, path, data=json.dumps(body).encode())
    assert answer.status_code in (200, 201, 202, *_ERRORS), answer.text
    if answer.status_code in _ERRORS:
        assert account.get("/_sandbox/state") == before
        assert answer.json().get("errors") or answer.json()["error"]["errors"]
        return
    for shown in (
        "/incidents?date_range=all&include[]=body",
        "/log_entries",
        "/alert_grouping_settings",
        "/audit/records",
        "/change_events",
        "/business_services/impacts",
        "/notifications?since=2026-03-01&until=2026-04-01",
    ):
        account.get(shown)  # what was taken can be shown


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_junk_in_queries(requests: Any, data: st.DataObject) -> None:
    account, calls = requests
    paths = [path for method, path, _ in calls if path.endswith(("/incidents", "/notes", "/overrides", "/subscribers"))]
    incident = next(path for method, path, _ in calls if path.endswith("/notes")).removesuffix("/notes")
    below = ("business_services/impacts", "related_incidents", "past_incidents", "outlier_incident")
    paths += [f"{incident}/{it}" for it in (*below, "related_change_events")]
    paths += ["/change_events", "/notifications", "/business_services/impacts", "/business_services/impactors"]
    path = data.draw(
        st.sampled_from([*paths, "/alert_grouping_settings", "/log_entries", "/audit/records", "/business_services"])
    )
    names = ["since", "until", "date_range", "statuses[]", "sort_by", "time_zone", "cursor", "limit", "include[]", "x"]
    names += [
        "after",
        "before",
        "incident_key",
        "user_ids[]",
        "actor_type",
        "actor_id",
        "actions[]",
        "overflow",
        "editable",
        "filter",
        "ids[]",
        "additional_fields[]",
        "additional_details[]",
        "team_ids[]",
    ]
    values = [
        "2026-01-01",
        "0001-01-01",
        "9999-12-31",
        "2199-12-31T23:59:59-14:00",
        "all",
        "Asia/Tokyo",
        "urgency:desc",
    ]
    values += ["cm93OjE1", "_w", "services", "1", "true"]
    value = st.text(max_size=6) | st.sampled_from(values)
    query = data.draw(st.lists(st.tuples(st.sampled_from(names), value), max_size=4))
    encoded = [(name, value.encode("utf-8", "surrogatepass")) for name, value in query]
    answer = account.call("GET", path, params=encoded)
    assert answer.status_code in (200, 400), answer.text


@settings(max_examples=50, deadline=None)
@given(
    form=st.dictionaries(
        st.sampled_from(
            ["grant_type", "client_id", "client_secret", "code", "scope", "refresh_token", "code_verifier"]
        ),
        st.text(max_size=6) | st.sampled_from(["authorization_code", "refresh_token", "client_credentials"]),
    ),
    junk=st.binary(max_size=8),
)
def test_junk_in_oauth(requests: Any, form: dict[str, str], junk: bytes) -> None:
    account, _ = requests
    encoded = {name: value.encode("utf-8", "surrogatepass") for name, value in form.items()}
    url = account.server.url + "/oauth/"
    params = {**encoded, "redirect_uri": junk, "response_type": "code", "code_challenge": junk, "state": junk}
    for answer in (
        account.session.post(url + "token", data=encoded, timeout=30),
        account.session.post(url + "token", data=junk, timeout=30),
        account.session.get(url + "authorize", params=params, allow_redirects=False, timeout=30),
        account.session.get(
            url + "authorize",
            params={**params, "client_id": "x", "redirect_uri": b"http://x/" + junk},
            allow_redirects=False,
            timeout=30,
        ),
    ):
        assert answer.status_code in (200, 302, 400, 401), answer.text
        assert answer.status_code == 302 or isinstance(answer.json(), dict)

"""Whatever is sent, the answer is JSON with PagerDuty's shape, never a 500, and a refusal changes nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sandbox.account import Account, layer, ref

_BODIES: dict[str, dict[str, Any]] = {
    "user": {"name": "x", "email": "x@example.com", "role": "user", "time_zone": "UTC", "job_title": "", "color": "x"},
    "team": {"name": "x", "description": "", "default_role": "none", "parent": {"id": "P1", "type": "team_reference"}},
    "contact_method": {"type": "phone_contact_method", "label": "x", "address": "555", "country_code": 44},
    "notification_rule": {"urgency": "high", "start_delay_in_minutes": 1, "contact_method": {"id": "P1"}},
    "integration": {
        "type": "generic_email_inbound_integration",
        "vendor": {"id": "P8JX75F"},
        "name": "x",
        "integration_email": "a@pdsync-sandbox.pagerduty.com",
        "email_filters": [{"subject_mode": "match", "subject_regex": "x"}],
        "email_parsers": [
            {
                "action": "trigger",
                "match_predicate": {"type": "any", "children": [{"type": "regex", "matcher": "x", "part": "body"}]},
                "value_extractors": [{"type": "regex", "part": "body", "value_name": "incident_key", "regex": "x"}],
            }
        ],
    },
    "service": {
        "name": "x",
        "status": "active",
        "auto_resolve_timeout": 1,
        "incident_urgency_rule": {
            "type": "use_support_hours",
            "during_support_hours": {"type": "constant", "urgency": "high"},
            "outside_support_hours": {"type": "constant", "urgency": "low"},
        },
        "support_hours": {"time_zone": "UTC", "start_time": "09:00", "end_time": "10:00", "days_of_week": [1, 2]},
        "scheduled_actions": [
            {"type": "urgency_change", "at": {"type": "named_time", "name": "x"}, "to_urgency": "high"}
        ],
        "alert_grouping_parameters": {
            "type": "content_based",
            "config": {"aggregate": "all", "fields": ["x"], "time_window": 300},
        },
        "auto_pause_notifications_parameters": {"enabled": True, "timeout": 120},
    },
}
_JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.sampled_from(
        ["user_reference", "2026-01-01T00:00:00Z", "24:00:00", "\ud800", "\0", "P1", "", "constant", "x" * 2000]
    ),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "type", "name", "user"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@pytest.fixture(scope="module")
def things() -> Iterator[tuple[Account, dict[str, str], dict[str, dict[str, Any]]]]:
    """An account, where each kind is posted to and put, and a good body for each kind."""
    with Account() as account:
        user = account.user()
        schedule = account.schedule(layer(user))
        policy = account.policy(user, schedule)
        service = account.service(escalation_policy=ref(policy))
        integration = account.integration(
            service,
            type="generic_email_inbound_integration",
            integration_email="mail@pdsync-sandbox.pagerduty.com",
        )
        rule = {
            "escalation_delay_in_minutes": 5,
            "targets": [ref(user)],
            "escalation_rule_assignment_strategy": {"type": "round_robin"},
        }
        restriction = {
            "type": "weekly_restriction",
            "start_time_of_day": "08:00",
            "duration_seconds": 60,
            "start_day_of_week": 1,
        }
        bodies = {
            **_BODIES,
            "schedule": {
                "name": "x",
                "time_zone": "UTC",
                "teams": [],
                "schedule_layers": [layer(user, end="2030-01-01T00:00:00Z", restrictions=[restriction])],
            },
            "escalation_policy": {"name": "x", "num_loops": 1, "escalation_rules": [rule], "teams": []},
        }
        bodies["service"] = {**_BODIES["service"], "escalation_policy": ref(policy)}
        own = {
            "user": f"/users/{user['id']}",
            "team": f"/teams/{account.team()['id']}",
            "contact_method": f"/users/{user['id']}/contact_methods/{user['contact_methods'][0]['id']}",
            "notification_rule": f"/users/{user['id']}/notification_rules/{user['notification_rules'][0]['id']}",
            "schedule": f"/schedules/{schedule['id']}",
            "escalation_policy": f"/escalation_policies/{policy['id']}",
            "service": f"/services/{service['id']}",
            "integration": f"/services/{service['id']}/integrations/{integration['id']}",
        }
        yield account, own, bodies


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in steps:
        yield from _places(inner, (*path, step))


def _replaced(value: Any, path: tuple[Any, ...], junk: Any) -> Any:
    if not path:
        return junk
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = _replaced(copy[path[0]], path[1:], junk)
    return copy


@settings(max_examples=120, deadline=None)
@given(data=st.data())
def test_bodies_with_junk_in_any_place(things: Any, data: st.DataObject) -> None:
    account, paths, bodies = things
    kind = data.draw(st.sampled_from(sorted(paths)))
    body = bodies[kind]
    for _ in range(data.draw(st.integers(1, 2))):
        place = data.draw(st.sampled_from(list(_places(body))))
        body = _replaced(body, place, data.draw(_JUNK))
    method = data.draw(st.sampled_from(["POST", "PUT"]))
    path = paths[kind] if method == "PUT" else paths[kind].rsplit("/", 1)[0]
    before = account.get("/_sandbox/state")
    answer = account.call(method, path, data=json.dumps({kind: body}).encode())
    assert answer.status_code in (200, 201, 400), answer.text
    if answer.status_code == 400:
        error = answer.json()["error"]
        assert error["errors"], error
        assert all(isinstance(text, str) for text in error["errors"])
        assert account.get("/_sandbox/state") == before
    else:
        id = answer.json()[kind]["id"]
        shown = account.call("GET", f"{path.removesuffix('/' + id)}/{id}")
        assert shown.status_code == 200
        assert shown.json()[kind] == answer.json()[kind]


@settings(max_examples=40, deadline=None)
@given(
    collection=st.sampled_from(
        ["users", "teams", "schedules", "escalation_policies", "services", "vendors", "priorities"]
    ),
    query=st.lists(
        st.tuples(
            st.sampled_from(
                [
                    "limit",
                    "offset",
                    "total",
                    "query",
                    "include[]",
                    "team_ids[]",
                    "user_ids[]",
                    "sort_by",
                    "name",
                    "time_zone",
                    "x",
                ]
            ),
            st.text(max_size=6)
            | st.sampled_from(["1", "99999", "true", "teams", "targets", "schedule_layers", "name:desc"]),
        ),
        max_size=4,
    ),
)
def test_queries_with_junk(things: Any, collection: str, query: list[tuple[str, str]]) -> None:
    account, _, _ = things
    encoded = [(name, value.encode("utf-8", "surrogatepass")) for name, value in query]
    answer = account.call("GET", f"/{collection}", params=encoded)
    assert answer.status_code in (200, 400), answer.text
    assert isinstance(answer.json(), dict)


@settings(max_examples=30, deadline=None)
@given(
    path=st.lists(
        st.sampled_from(["users", "teams", "members", "me", "P1", "%00", "%ff", "..", "", "services", "é"]), max_size=4
    )
)
def test_paths_with_junk(things: Any, path: list[str]) -> None:
    account, _, _ = things
    for method in ("GET", "DELETE"):
        answer = account.call(method, "/x/../" + "/".join(path), allow_redirects=False)
        assert answer.status_code in (200, 404, 405), answer.text
        if method == "GET" and "<h1>pdsync sandbox</h1>" in answer.text:
            continue  # the page for people, where the path comes down to nothing
        assert answer.headers["Content-Type"] == "application/json"

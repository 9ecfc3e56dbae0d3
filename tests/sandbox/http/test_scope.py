"""What an access token must have been given for a request."""

from __future__ import annotations

import pytest

from pdsync.sandbox.http.scope import is_allowed, required_scope


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("GET", "/users", "users.read"),
        ("PUT", "/incidents/P1", "incidents.write"),
        ("GET", "/users/P1/contact_methods/P2", "users:contact_methods.read"),
        ("POST", "/teams/P1/change_tags", "tags.write"),
        ("GET", "/schedules/P1/users", "users.read"),
        ("GET", "/users/P1/license", "licenses.read"),
        ("GET", "/services/P1/audit/records", "audit_records.read"),
        ("POST", "/business_services/P1/unsubscribe", "subscribers.write"),
        ("GET", "/incidents/P1/status_updates/subscribers", "subscribers.read"),
        ("POST", "/incidents/P1/status_updates", "incidents.write"),
        ("GET", "/notifications", "users:notifications.read"),
        ("GET", "/services/P1/change_events", "services.read"),
        ("DELETE", "/v3/schedules/P1/rotations/R1/events/E1", "schedules.write"),
        ("GET", "/v3/schedules/P1/overrides", "schedules.read"),
    ],
)
def test_the_scope_of_a_request(method: str, path: str, scope: str) -> None:
    assert required_scope(method, path) == scope


def test_a_scope_to_write_allows_reading_and_not_the_other_way_round() -> None:
    assert is_allowed(["users.write"], "users.read")
    assert is_allowed(["write"], "teams.read")
    assert not is_allowed(["users.read", "teams.write"], "users.write")

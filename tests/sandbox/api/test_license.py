"""Licences, which follow from roles."""

from __future__ import annotations

import pytest

from pdsync.sandbox.api.license import license_routes
from tests.sandbox.account import Account


def test_licences_follow_roles(account: Account) -> None:
    user = account.user(role="read_only_user")
    full, stakeholder = account.get("/licenses")["licenses"]
    assert (full["current_value"], stakeholder["current_value"]) == (1, 1)
    assert account.get(f"/users/{user['id']}/license")["license"] == stakeholder
    rows = account.get("/license_allocations")["license_allocations"]
    assert [(it["user"]["id"], it["license"]["id"]) for it in rows][1] == (user["id"], stakeholder["id"])
    for role, status in (("user", 400), ("read_only_limited_user", 200)):
        body = {"user": {"role": role, "license": {"id": stakeholder["id"], "type": "license_reference"}}}
        answer = account.call("PUT", f"/users/{user['id']}", body)
        assert answer.status_code == status
        assert "license" not in answer.text or answer.json()["error"]["errors"] == ["License is not available"]


@pytest.mark.parametrize("license", [None, "x", {}, {"id": 7}, {"id": "PNOBODY"}])
def test_licences_that_are_none(account: Account, license: object) -> None:
    body = {"user": {"name": "Ann", "email": "ann@example.com", "license": license}}
    assert account.refused("POST", "/users", body)["errors"] == ["License is not available"]


def test_unknown_ids_are_not_found(account: Account) -> None:
    account.check_unknown_ids(license_routes())

"""How the fields of a body are checked."""

from __future__ import annotations

from tests.sandbox.account import Account


def test_all_problems_come_at_once(account: Account) -> None:
    body = {"user": {"name": "", "email": "nonsense", "role": "owner", "time_zone": "Mars/Base", "job_title": 5}}
    errors = account.refused("POST", "/users", body)["errors"]
    assert errors == [
        "Name can't be blank",
        "Email is invalid",
        "Role must be one of: admin, limited_user, observer, read_only_limited_user, read_only_user, restricted_access, user",
        "Job title must be a string",
        "Time zone is not a valid time zone",
    ]


def test_unknown_and_read_only_fields_are_ignored(account: Account) -> None:
    team = account.team(id="PMINE00", summary="other", nonsense=[1], members=["a"])
    assert team["id"] != "PMINE00"
    assert team["summary"] == team["name"]
    assert "nonsense" not in team

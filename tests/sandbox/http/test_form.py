"""How the fields of a body are checked."""

from __future__ import annotations

from typing import Any

import pytest

from pdsync.sandbox.http.form import Form, Text
from pdsync.sandbox.http.problem import Problem
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


@pytest.mark.parametrize(
    ("value", "stored", "error"),
    [
        ("  Ann ", "Ann", None),
        ("   ", None, "Name can't be blank"),
        ("A", None, "Name is too short (minimum is 2 characters)"),
        ("Annabel", None, "Name is too long (maximum is 5 characters)"),
        ("Bob!", None, "Name has an exclamation mark"),
        (5, None, "Name must be a string"),
        (None, None, "Name can't be blank"),
    ],
)
def test_a_text_is_cleaned_then_checked(value: Any, stored: str | None, error: str | None) -> None:
    draft: dict[str, Any] = {}
    form = Form({"name": value}, draft, creating=True)
    form.text("name", Text(5, min_length=2, check=lambda text: "has an exclamation mark" if "!" in text else None))
    assert (draft.get("name"), form.errors) == (stored, [error] if error else [])


def test_a_moment_without_an_offset_is_local_and_may_have_to_be_on_a_whole_minute() -> None:
    draft: dict[str, Any] = {}
    form = Form({"at": "2026-07-01T10:00:00", "on": "2026-07-01T10:00:01Z", "by": "soon"}, draft, creating=True)
    form.moment("at", "Europe/Berlin")
    form.moment("on", "UTC", whole_minute=True)
    form.moment("by", "UTC")
    form.moment("absent", "UTC", required=True)
    assert draft == {"at": "2026-07-01T08:00:00Z"}
    with pytest.raises(Problem) as raised:
        form.finish()
    assert raised.value.errors == [
        "On must be on a whole minute",
        "By must be a date and time such as 2026-01-31T08:00:00Z",
        "Absent can't be blank",
    ]

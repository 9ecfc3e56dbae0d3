"""Which emails an email integration takes."""

from __future__ import annotations

from typing import Any

import pytest

from pdsync.sandbox.api.email_setting import EMAIL_TYPE
from tests.sandbox.account import Account

_DOMAIN = "@pdsync-sandbox.pagerduty.com"


def test_email_defaults(account: Account) -> None:
    service = account.service()
    address = f"ops-mail{_DOMAIN}"
    made = account.integration(service, type=EMAIL_TYPE, name="Ops Mail!", integration_email=address)
    assert made["integration_email"] == address
    assert (made["email_incident_creation"], made["email_filter_mode"]) == ("on_new_email_subject", "all-email")
    [only] = made["email_filters"]
    modes = {key: only[key] for key in only if key.endswith("_mode")}
    assert modes == {"subject_mode": "always", "body_mode": "always", "from_email_mode": "always"}
    path = f"/services/{service['id']}/integrations/{made['id']}"
    assert account.put(path, "integration", {"name": "Renamed"})["email_filters"] == made["email_filters"]


def test_email_settings_are_kept(account: Account) -> None:
    leaf = {"type": "contains", "matcher": "down", "part": "subject"}
    settings = {
        "integration_email": f"ops{_DOMAIN}",
        "email_incident_creation": "use_rules",
        "email_filter_mode": "or-rules-email",
        "email_parsing_fallback": "discard",
        "email_parsers": [
            {
                "action": "trigger",
                "match_predicate": {"type": "all", "children": [leaf, {"type": "not", "children": [leaf]}]},
                "value_extractors": [{"type": "entire", "part": "body", "value_name": "incident_key"}],
            }
        ],
    }
    made = account.integration(account.service(), type=EMAIL_TYPE, **settings)
    assert {key: made[key] for key in settings} == settings


def _with_extractor(**extractor: Any) -> dict[str, Any]:
    parser = {
        "action": "trigger",
        "match_predicate": {"type": "all", "children": [{"type": "contains", "matcher": "x", "part": "body"}]},
        "value_extractors": [{"part": "body", "value_name": "incident_key", **extractor}],
    }
    return {"type": EMAIL_TYPE, "integration_email": f"ops{_DOMAIN}", "email_parsers": [parser]}


@pytest.mark.parametrize(
    "extractor",
    [
        {"type": "between", "starts_after": "Id: ", "ends_before": " at"},
        {"type": "between", "starts_after": "Id: ", "ends_before": ""},
        {"type": "between", "starts_after": "", "ends_before": "!"},
        {"type": "between", "starts_after": "a", "ends_before": "b", "ends_with": "b"},
        {"type": "regex", "regex": "[0-9]+", "starts_after": "", "ends_before": ""},
        {"type": "entire", "starts_after": "", "ends_before": ""},
    ],
)
def test_empty_delimiters_mean_something_and_are_kept(account: Account, extractor: dict[str, Any]) -> None:
    made = account.integration(account.service(), **_with_extractor(**extractor))
    [kept] = made["email_parsers"][0]["value_extractors"]
    assert kept == {"part": "body", "value_name": "incident_key", **extractor}


@pytest.mark.parametrize(
    ("extractor", "says"),
    [
        ({"type": "between", "starts_after": "a"}, "Ends before can't be blank"),
        ({"type": "between", "starts_after": "a", "ends_with": "b"}, "Ends before can't be blank"),
        ({"type": "between", "starts_after": "a", "ends_before": None}, "Ends before can't be blank"),
        ({"type": "between", "ends_before": "b"}, "Starts after can't be blank"),
        ({"type": "regex"}, "Regex can't be blank"),
    ],
)
def test_extractors_that_are_refused(account: Account, extractor: dict[str, Any], says: str) -> None:
    path = f"/services/{account.service()['id']}/integrations"
    [error] = account.refused("POST", path, {"integration": _with_extractor(**extractor)})["errors"]
    assert error.endswith(says)


def test_conditions_are_not_nested_for_ever(account: Account) -> None:
    predicate: dict[str, Any] = {"type": "contains", "matcher": "x", "part": "body"}
    for _ in range(60):
        predicate = {"type": "not", "children": [predicate]}
    parser = {"action": "trigger", "match_predicate": predicate}
    body = {"type": EMAIL_TYPE, "integration_email": f"ops{_DOMAIN}", "email_parsers": [parser]}
    path = f"/services/{account.service()['id']}/integrations"
    assert "nested deeper" in account.refused("POST", path, {"integration": body})["errors"][0]

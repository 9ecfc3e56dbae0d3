"""Which emails an email integration takes."""

from __future__ import annotations

from typing import Any

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


def test_conditions_are_not_nested_for_ever(account: Account) -> None:
    predicate: dict[str, Any] = {"type": "contains", "matcher": "x", "part": "body"}
    for _ in range(60):
        predicate = {"type": "not", "children": [predicate]}
    parser = {"action": "trigger", "match_predicate": predicate}
    body = {"type": EMAIL_TYPE, "integration_email": f"ops{_DOMAIN}", "email_parsers": [parser]}
    path = f"/services/{account.service()['id']}/integrations"
    assert "nested deeper" in account.refused("POST", path, {"integration": body})["errors"][0]

"""Integrations: without their keys, and email rules as far as a state holds them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.terraform.given import imported, manifests
from tests.terraform.provider import SECRET, TfResource

SERVICE = TfResource("pagerduty_service", "web", {"id": "PSERV01", "name": "Web", "escalation_policy": "PEPOL01"})
EMPTY = {"email_incident_creation": "", "email_filter_mode": "", "email_parsing_fallback": "", "integration_email": ""}
EMAIL = {"type": "generic_email_inbound_integration", "integration_email": "web@acme.pagerduty.com"}


def integration(**values: Any) -> TfResource:
    held = {"id": "PINTE01", "service": "PSERV01", "name": "In", "integration_key": SECRET, **EMPTY, **values}
    return TfResource("pagerduty_service_integration", "in", held)


def parser(extractor: dict[str, Any]) -> dict[str, Any]:
    inner = {"type": "contains", "part": "subject", "matcher": "x", "predicate": []}
    outer = {"type": "all", "part": "", "matcher": "", "predicate": [{"type": "not", "predicate": [inner]}]}
    named = {"value_name": "incident_key", "part": "subject", **extractor}
    return {"id": 1, "action": "trigger", "match_predicate": [outer], "value_extractor": [named]}


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"type": "events_api_v2_inbound_integration", "vendor": ""}, {"type": "events_api_v2_inbound_integration"}),
        ({"type": "generic_events_api_inbound_integration", "vendor": "PVEND01"}, {"vendor": {"id": "PVEND01"}}),
        (EMAIL, EMAIL),
        (
            {
                **EMAIL,
                "email_filter": [{"id": "1", "subject_mode": "match", "subject_regex": "a", "body_mode": "always"}],
                "email_filter_mode": "and-rules-email",
            },
            None,  # a filter without one of its modes is none that PagerDuty answers
        ),
        (
            {**EMAIL, "email_parser": [parser({"type": "between", "starts_after": "", "ends_before": "]"})]},
            {
                **EMAIL,
                "email_parsers": [
                    {
                        "action": "trigger",
                        "match_predicate": {
                            "type": "all",
                            "children": [
                                {
                                    "type": "not",
                                    "children": [{"type": "contains", "matcher": "x", "part": "subject"}],
                                }
                            ],
                        },
                        "value_extractors": [
                            {
                                "type": "between",
                                "part": "subject",
                                "value_name": "incident_key",
                                "starts_after": "",
                                "ends_before": "]",
                            }
                        ],
                    }
                ],
            },
        ),
        ({**EMAIL, "email_parser": [parser({"type": "regex", "regex": ""})]}, EMAIL),
    ],
)
def test_an_integration_comes_out_as_the_account_has_it(values: dict[str, Any], said: dict[str, Any] | None) -> None:
    made = imported([SERVICE, integration(**values)])
    spec = manifests(made)["Service/web"]["spec"]
    if said is None:
        assert [it["name"] for it in spec["integrations"]] == ["In"]
        assert "email_filters" not in spec["integrations"][0]
    else:
        assert spec["integrations"] == [{"name": "In", **said}]
    assert SECRET not in repr(made)

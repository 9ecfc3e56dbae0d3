"""Integrations of services."""

from __future__ import annotations

import re
from typing import Any

import pytest

from pdsync.sandbox.api.integration import integration_routes
from tests.sandbox.account import Account

_EMAIL = "generic_email_inbound_integration"


_EVENTS = "events_api_v2_inbound_integration"


_DOMAIN = "@pdsync-sandbox.pagerduty.com"


def _vendor(account: Account, name: str) -> dict[str, str]:
    [vendor] = [it for it in account.get("/vendors?limit=100")["vendors"] if it["name"] == name]
    return {"id": vendor["id"], "type": "vendor_reference"}


def test_by_type(account: Account) -> None:
    service = account.service()
    path = f"/services/{service['id']}/integrations"
    made = account.integration(service, type=_EVENTS, name="Events", integration_key="mine")
    assert re.fullmatch("[0-9a-f]{32}", made["integration_key"])
    assert (made["name"], made["vendor"], made["service"]["id"]) == ("Events", None, service["id"])
    assert account.get(f"{path}/{made['id']}")["integration"] == made
    same = account.integration(service, type=_EVENTS, name="Events")  # names need not be unique
    assert same["integration_key"] != made["integration_key"]
    assert account.get(path)["integrations"] == [made, same]
    assert account.integration(service, type=_EVENTS)["name"] == "Events API V2"
    renamed = account.put(
        f"{path}/{made['id']}", "integration", {"name": "Other", "type": _EVENTS, "integration_key": "x"}
    )
    assert renamed == {**made, "name": "Other", "summary": "Other"}
    account.delete(f"{path}/{made['id']}")
    account.refused("GET", f"{path}/{made['id']}", status=404)


@pytest.mark.parametrize(
    ("vendor", "type"),
    [
        ("Datadog", "event_transformer_api_inbound_integration"),
        ("Amazon CloudWatch", "aws_cloudwatch_inbound_integration"),
        ("Prometheus", _EVENTS),
        ("Autotask", _EMAIL),
    ],
)
def test_by_vendor(account: Account, vendor: str, type: str) -> None:
    service = account.service()
    reference = _vendor(account, vendor)
    made = account.integration(service, vendor=reference)
    assert (made["type"], made["name"], made["vendor"]["summary"]) == (type, vendor, vendor)
    assert account.integration(service, vendor=reference, type=type)["type"] == type
    path = f"/services/{service['id']}/integrations/{made['id']}"
    assert account.put(path, "integration", {"vendor": made["vendor"], "type": type}) == made


@pytest.mark.parametrize("vendor", ["Datadog", "Amazon CloudWatch", "Email"])
@pytest.mark.parametrize("generic", ["service_integration", "service_integration_reference", "integration"])
def test_a_vendor_decides_where_the_type_says_nothing(account: Account, vendor: str, generic: str) -> None:
    service, reference = account.service(), _vendor(account, vendor)
    made = account.integration(service, vendor=reference, type=generic)
    assert made["type"] == account.integration(service, vendor=reference)["type"]
    path = f"/services/{service['id']}/integrations/{made['id']}"
    assert account.put(path, "integration", {"type": generic, "vendor": reference}) == made


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({}, "Either vendor is given, or type is one of"),
        ({"type": "carrier_pigeon"}, "Either vendor is given, or type is one of"),
        ({"type": "service_integration"}, "Either vendor is given, or type is one of"),
        ({"type": []}, "Either vendor is given, or type is one of"),
        ({"vendor": {"id": "P123456"}}, "Vendor Not Found"),
        ({"vendor": "Datadog"}, "Vendor Not Found"),
        ({"vendor": {"id": "PZQ6AUS"}, "type": _EVENTS}, "Type must be aws_cloudwatch_inbound_integration"),
        ({"vendor": {"id": "PZQ6AUS"}, "type": []}, "Type must be aws_cloudwatch_inbound_integration"),
        ({"type": _EVENTS, "name": " "}, "Name can't be blank"),
        ({"type": _EMAIL}, "Integration email cannot be empty"),
        ({"type": _EMAIL, "integration_email": ""}, "Integration email"),
        ({"type": _EMAIL, "integration_email": "x@example.com"}, f"Integration email must end with {_DOMAIN}"),
        ({"type": _EMAIL, "integration_email": f"taken{_DOMAIN}"}, "Integration email has already been taken"),
        (
            {"type": _EMAIL, "integration_email": f"in{_DOMAIN}", "email_incident_creation": "x"},
            "Email incident creation must be one of",
        ),
        ({"type": _EMAIL, "integration_email": f"in{_DOMAIN}", "email_filters": []}, "Email filters can't be blank"),
        (
            {"type": _EMAIL, "integration_email": f"in{_DOMAIN}", "email_filters": [{"subject_mode": "match"}]},
            "Email filter 1: subject_regex can't be blank",
        ),
        (
            {"type": _EMAIL, "integration_email": f"in{_DOMAIN}", "email_parsers": [{}]},
            "Email parser 1: Action can't be blank",
        ),
    ],
)
def test_integrations_that_are_refused(account: Account, fields: dict[str, Any], error: str) -> None:
    service = account.service()
    account.integration(service, type=_EMAIL, integration_email=f"taken{_DOMAIN}")
    path = f"/services/{service['id']}/integrations"
    assert error in account.refused("POST", path, {"integration": fields})["errors"][0]


def test_type_and_vendor_stay(account: Account) -> None:
    service = account.service()
    for made in (account.integration(service, type=_EVENTS), account.integration(service, vendor={"id": "PZQ6AUS"})):
        path = f"/services/{service['id']}/integrations/{made['id']}"
        for change in (
            {"type": "nagios_inbound_integration"},
            {"vendor": _vendor(account, "Grafana")},
            {"vendor": "x"},
        ):
            account.refused("PUT", path, {"integration": change})
        assert account.get(path)["integration"] == made


def test_an_integration_belongs_to_its_service(account: Account) -> None:
    service, other = account.service(), account.service()
    made = account.integration(service, type=_EVENTS)
    account.refused("GET", f"/services/{other['id']}/integrations/{made['id']}", status=404)


def test_an_integration_with_its_service_and_vendor(account: Account) -> None:
    service = account.service()
    made = account.integration(service, vendor={"id": "PZQ6AUS"})
    shown = account.get(f"/services/{service['id']}/integrations/{made['id']}?include[]=services&include[]=vendors")
    assert shown["integration"]["service"]["name"] == service["name"]
    assert shown["integration"]["vendor"]["name"] == "Amazon CloudWatch"


def test_unknown_ids_are_not_found(account: Account) -> None:
    account.check_unknown_ids(integration_routes())

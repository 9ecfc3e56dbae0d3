"""What PagerDuty refuses of a value is a problem of validate, at its line, where no account is needed to know it."""

from __future__ import annotations

import pytest

from tests.manifest.text import manifest, said

EMAIL = "generic_email_inbound_integration"


def problems(text: str) -> list[str]:
    return said(text)


def integration(item: str) -> str:
    return manifest("Service", "s", f"escalation_policy: {{id: P1}}\nintegrations:\n  - {item}")


def method(item: str) -> str:
    return manifest("User", "ana", f"email: ana@example.com\ncontact_methods:\n  - {item}")


@pytest.mark.parametrize(
    ("item", "where", "says"),
    [
        (f"{{name: A, type: {EMAIL}}}", "8:7", "an email integration needs an integration_email"),
        (f"{{name: A, type: {EMAIL}, integration_email: a@example.com}}", "8:", "is not a PagerDuty address"),
        (
            "{name: A, vendor: X, integration_email: a@pagerduty.com.example.org}",
            "8:",
            "is not a PagerDuty address",
        ),
        (
            f"{{name: A, type: {EMAIL}, integration_email: a@b.pagerduty.com, email_filters: [{{subject_mode: match, body_mode: always, from_email_mode: always}}]}}",
            "8:",
            "subject_mode 'match' needs subject_regex",
        ),
        (
            f"{{name: A, type: {EMAIL}, integration_email: a@b.pagerduty.com, email_parsers: [{{action: trigger, match_predicate: {{type: contains, matcher: x, part: body}}, value_extractors: [{{type: entire, part: body, value_name: x}}]}}]}}",
            "8:",
            "exactly one value extractor has the value_name incident_key",
        ),
    ],
)
def test_email_integrations(item: str, where: str, says: str) -> None:
    (text,) = problems(integration(item))
    assert f":{where}" in text, text
    assert says in text


@pytest.mark.parametrize("email", ["a@acme.pagerduty.com", "A@ACME.PagerDuty.com", "a@acme.eu.pagerduty.com"])
def test_addresses_of_pagerduty(email: str) -> None:
    assert not problems(integration(f"{{name: A, type: {EMAIL}, integration_email: {email}}}"))


@pytest.mark.parametrize(
    ("kind", "code", "address", "is_taken"),
    [
        ("sms", 52, "15551234567", False),
        ("sms", 52, "5551234567", True),
        ("phone", 52, "15551234567", True),
        ("sms", 1, "15551234567", False),
        ("whatsapp", 1, "15551234567", False),
        ("phone", 49, "0301234567", False),
        ("sms", 44, "0301234567", False),
        ("sms", 39, "0301234567", True),
    ],
)
def test_numbers(kind: str, code: int, address: str, is_taken: bool) -> None:
    found = problems(method(f"{{type: {kind}_contact_method, address: '{address}', country_code: {code}}}"))
    assert len(found) == (0 if is_taken else 1), found
    assert all("8:" in text and f"under +{code}" in text for text in found)


ZONES = [
    "posixrules",
    "localtime",
    "Factory",
    "posix/Europe/Berlin",
    "right/UTC",
    "europe/berlin",
    "US/Mountain",
    "CEST",
    "..",
    "/etc",
]


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(
    "text",
    [
        manifest("User", "ana", "email: ana@example.com\ntime_zone: %s"),
        manifest(
            "Schedule",
            "s",
            "time_zone: %s\nschedule_layers:\n  - {name: A, rotation_virtual_start: 2026-01-05T09:00, rotation_turn_length_seconds: 1w, users: [{id: P1}]}",
        ),
        manifest(
            "Service",
            "s",
            "escalation_policy: {id: P1}\nincident_urgency_rule: {type: use_support_hours, during_support_hours: {urgency: high}, outside_support_hours: {urgency: low}}\nsupport_hours: {time_zone: %s, days_of_week: [1], start_time: '09:00', end_time: '17:00'}",
        ),
    ],
)
def test_zones_that_are_not_of_the_iana_list(text: str, zone: str) -> None:
    (said_of_it,) = problems(text % zone)
    assert "time zone" in said_of_it or "zone alias" in said_of_it


@pytest.mark.parametrize("zone", ["UTC", "Etc/UTC", "Europe/Kiev", "Asia/Calcutta", "America/Denver"])
def test_zones_of_the_list(zone: str) -> None:
    assert not problems(manifest("User", "ana", f"email: ana@example.com\ntime_zone: {zone}"))


@pytest.mark.parametrize(
    ("member", "year", "is_taken"),
    [
        ("end", 2200, True),
        ("end", 2201, False),
        ("end", 9999, False),
        ("start", 1969, False),
        ("start", 1970, True),
        ("rotation_virtual_start", 2250, False),
    ],
)
def test_years(member: str, year: int, is_taken: bool) -> None:
    layer = {"rotation_virtual_start": "2026-01-05T09:00", member: f"{year}-06-01T09:00"}
    moments = ", ".join(f"{name}: {moment}" for name, moment in layer.items())
    found = problems(
        manifest(
            "Schedule",
            "s",
            "time_zone: Europe/Berlin\nschedule_layers:\n"
            f"  - {{name: A, {moments}, rotation_turn_length_seconds: 1w, users: [{{id: P1}}]}}",
        )
    )
    assert [f"the year {year} is not" in text for text in found] == ([] if is_taken else [True])

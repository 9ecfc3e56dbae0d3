"""How a person is notified, as far as manifests or an account tell."""

from __future__ import annotations

from typing import Any

import pytest

from pdsync.model import Resource
from pdsync.oncall.person import Lack, Ring, Urgency
from pdsync.oncall.roster import roster_of_resources
from pdsync.report.oncall.explanation import rings_text
from tests.support.world import resource, user

SMS = {"type": "sms_contact_method", "address": "5550101", "country_code": 1}
HIGH = {"urgency": "high", "start_delay_in_minutes": 0, "contact_method": SMS}
LOW = {**HIGH, "urgency": "low", "start_delay_in_minutes": 5}
ALL = {"contact_methods_mode": "exclusive", "notification_rules_mode": "exclusive"}
OWN = "by their own notification rules"
NO_METHOD = "NOT NOTIFIED: no contact method"


def silent(urgency: Urgency) -> str:
    return f"NOT NOTIFIED: no rule for {urgency} urgency"


@pytest.mark.parametrize(
    ("spec", "lacks", "high", "low"),
    [
        ({}, set(), OWN, OWN),
        ({"contact_methods": [SMS]}, set(), OWN, OWN),
        ({"contact_methods": [SMS], "notification_rules": [HIGH]}, set(), f"SMS at once, and {OWN}", OWN),
        ({"contact_methods": [SMS], "notification_rules": [HIGH], **ALL}, {"low"}, "SMS at once", silent("low")),
        ({"contact_methods": [SMS], "notification_rules": [HIGH, LOW], **ALL}, set(), "SMS at once", "SMS after 5 min"),
        (
            {"contact_methods": [SMS], "notification_rules": [LOW], "notification_rules_mode": "exclusive"},
            {"high"},
            silent("high"),
            "SMS after 5 min",
        ),
        (
            {"contact_methods": [SMS], "notification_rules": [], **ALL},
            {"high", "low"},
            silent("high"),
            silent("low"),
        ),
        (
            {"notification_rules": [], "notification_rules_mode": "exclusive"},
            {"high", "low"},
            silent("high"),
            silent("low"),
        ),
        ({"contact_methods": [], "contact_methods_mode": "exclusive"}, {"contact_methods"}, NO_METHOD, NO_METHOD),
        ({"contact_methods": []}, set(), OWN, OWN),
        ({"contact_methods": [SMS], "contact_methods_mode": "exclusive"}, set(), OWN, OWN),
    ],
)
def test_only_an_exclusive_list_is_the_whole_of_it(spec: dict[str, Any], lacks: set[Lack], high: str, low: str) -> None:
    person = _person(user("ana", **spec))
    assert person.lacks == lacks
    assert (rings_text(person, "high"), rings_text(person, "low")) == (high, low)


def test_a_list_that_is_written_once_may_be_another_by_now() -> None:
    spec = {"contact_methods": [], "contact_methods_mode": "exclusive"}
    person = _person(resource("User", "ana", {"email": "ana@example.com", **spec}, ignore=("contact_methods",)))
    assert (person.lacks, person.is_known) == (frozenset(), False)


def test_what_rings_is_a_part_of_what_is_known() -> None:
    person = _person(user("ana", contact_methods=[SMS], notification_rules=[LOW]))
    assert (person.rings, person.whole) == ({"low": (Ring(5, "SMS"),)}, False)


def _person(resource: Resource) -> Any:
    roster = roster_of_resources([resource])
    (ref,) = roster.entries
    return roster.person(ref)

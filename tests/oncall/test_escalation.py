"""The way of an incident through a policy, who is reached, and how urgent it is."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from pdsync.model import Ref
from pdsync.oncall.escalation import IncidentState, first_responders, walk
from pdsync.oncall.person import Ring
from pdsync.oncall.roster import roster_of_resources
from pdsync.oncall.urgency import urgency_at
from tests.support.world import layer, policy, resource, schedule, service, user

DAYS = {"type": "daily_restriction", "start_time_of_day": "09:00", "duration_seconds": "8h"}
POLICY = Ref("escalation_policy", "key", "shop")


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


def levels(moment: str, *resources: Any) -> list[tuple[int, int, int, list[str]]]:
    roster = roster_of_resources(resources)
    return [
        (reached.repeat, reached.level, reached.after_min, [roster.name_of(one.user) if one.user else "?" for one in reached.responders])
        for reached in walk(roster, POLICY, IncidentState(at(moment)))
    ]  # fmt: skip


def world(**spec: Any) -> list[Any]:
    return [
        user("ana"),
        user("bo"),
        schedule("days", layer("Only", "ana", restrictions=[DAYS])),
        policy("shop", {"schedule": "days"}, {"user": "bo"}, **spec),
    ]


def test_levels_follow_one_another_after_their_delay_and_repeat() -> None:
    assert levels("2027-01-05T12:00+01:00", *world(num_loops=1)) == [
        (0, 1, 0, ["ana"]),
        (0, 2, 10, ["bo"]),
        (1, 1, 20, ["ana"]),
        (1, 2, 30, ["bo"]),
    ]


def test_an_empty_level_is_skipped_at_once() -> None:
    assert levels("2027-01-05T20:00+01:00", *world()) == [(0, 1, 0, []), (0, 2, 0, ["bo"])]


def test_each_level_is_asked_at_the_moment_it_is_reached() -> None:
    found = levels("2027-01-05T16:45+01:00", *world(num_loops=1))
    assert found == [(0, 1, 0, ["ana"]), (0, 2, 10, ["bo"]), (1, 1, 20, []), (1, 2, 20, ["bo"])]


def test_an_incident_that_reaches_no_one_is_dropped() -> None:
    resources = [user("ana"), schedule("days", layer("Only", "ana", restrictions=[DAYS])), policy("shop", {"schedule": "days"})]  # fmt: skip
    assert levels("2027-01-05T20:00+01:00", *resources) == []
    assert first_responders(roster_of_resources(resources), POLICY, at("2027-01-05T20:00+01:00")) == ()


def test_a_schedule_that_is_not_here_is_not_skipped() -> None:
    resources = [user("bo"), policy("shop", {"schedule": {"name": "Elsewhere"}}, {"user": "bo"})]
    assert levels("2027-01-05T20:00+01:00", *resources) == [(0, 1, 0, ["?"]), (0, 2, 10, ["bo"])]


def test_what_rings_is_what_a_rule_and_a_method_say() -> None:
    method = {"type": "phone_contact_method", "address": "5550102", "country_code": 49}
    rule = {"urgency": "high", "start_delay_in_minutes": 2, "contact_method": method}
    resources = [user("ana", contact_methods=[method], notification_rules=[rule])]
    person = roster_of_resources(resources).person(Ref("user", "key", "ana"))
    assert person.rings == {"high": (Ring(2, "phone"),)}
    assert not person.is_silent("high")
    assert not person.is_silent("low")  # people add their own rules, so nothing is known


HOURS = {
    "incident_urgency_rule": {
        "type": "use_support_hours",
        "during_support_hours": {"urgency": "high"},
        "outside_support_hours": {"urgency": "low"},
    },
    "support_hours": {
        "time_zone": "Europe/Berlin",
        "days_of_week": [1, 2, 3, 4, 5],
        "start_time": "09:00",
        "end_time": "17:00",
    },
    "scheduled_actions": [{"at": {"name": "support_hours_start"}}],
}


@pytest.mark.parametrize(
    ("moment", "urgency", "rises"),
    [
        ("2027-01-05T09:00+01:00", "high", None),
        ("2027-01-05T16:59+01:00", "high", None),
        ("2027-01-05T17:00+01:00", "low", "2027-01-06T09:00+01:00"),
        ("2027-01-09T12:00+01:00", "low", "2027-01-11T09:00+01:00"),
        ("2027-03-27T12:00+01:00", "low", "2027-03-29T09:00+02:00"),
    ],
)
def test_urgency_by_support_hours(moment: str, urgency: str, rises: str | None) -> None:
    found = urgency_at(service("checkout", "shop", **HOURS).fields, at(moment))
    assert found.urgency == urgency
    assert found.rises_at == (at(rises) if rises else None)


def test_urgency_is_high_where_nothing_is_said() -> None:
    assert urgency_at(resource("Service", "checkout", {"escalation_policy": "shop"}).fields, 0).urgency == "high"

"""Open incidents that stop a delete, and what becomes of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pdsync.model import Account, OpenIncident
from pdsync.plan import PlanOptions, build_plan
from pdsync.plan.checks.check import Blocker, ChangeNote, Edge, ReassignFirst
from pdsync.plan.checks.open_incident import IncidentBlockers
from tests.plan.checks.judge import judge
from tests.plan.test_order import ANA, NIGHTS, account, live_policy, live_team, marked
from tests.support.world import policy, resource, user

INCIDENT = OpenIncident(
    "PQ1",
    7,
    "disk full",
    "",
    {"service": ("PV1",), "escalation_policy": ("PE1",), "assignments": ("PU2",), "teams": ("PT1",)},
)
BO = {**ANA, "id": "PU2", "name": "bo", "email": "bo@example.com"}
SHOP = {
    "id": "PV1",
    "name": "shop",
    "description": marked("service", "shop"),
    "escalation_policy": {"id": "PE1", "type": "escalation_policy_reference"},
}
GONE_BO = resource("User", "bo", {"email": "bo@example.com"}, absent=True)
CHECK = IncidentBlockers()


def live(*incidents: OpenIncident, **more: Any) -> Account:
    read = account(
        users=[ANA, BO],
        schedules=[NIGHTS],
        teams=[live_team("PT1", "red", "red")],
        escalation_policies=[live_policy("PE1", "first", ("schedule", "PS1"))],
        services=[SHOP],
    )
    return replace(read, incidents=incidents, **more)


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("user/bo", "assigned to this person"),
        ("schedule/nights", "following a policy that uses it"),
        ("escalation_policy/first", "following it"),
        ("service/shop", "on it and would end with it"),
    ],
)
def test_an_incident_stops_the_delete_of_what_it_depends_on(address: str, says: str) -> None:
    blockers = [it for it in judge(CHECK, live(INCIDENT), GONE_BO) if isinstance(it, Blocker)]
    (message,) = [it.message for it in blockers if it.address == address]
    assert message.startswith(f"1 open incident is {says}")
    assert "#7 'disk full'" in message


def test_a_team_is_only_lost_to_its_incidents() -> None:
    notes = [it for it in judge(CHECK, live(INCIDENT, INCIDENT)) if isinstance(it, ChangeNote)]
    assert notes == [ChangeNote("team/red", "2 open incidents lose their team: everyone can see them then")]


def test_nothing_depends_on_what_no_incident_names() -> None:
    other = replace(INCIDENT, leads_to={"service": ("PV9",), "escalation_policy": ("PE9",), "assignments": ("PU9",)})
    (note,) = judge(CHECK, live(other), GONE_BO)
    assert isinstance(note, ChangeNote)
    assert note.address == "schedule/nights"
    assert "PagerDuty refuses this if the open incident began when a policy still used it" in note.message


def test_incidents_that_could_not_be_read_stop_what_pagerduty_does_not_refuse() -> None:
    found = judge(CHECK, replace(live(), incidents=None, incidents_unread="answered 500"), GONE_BO)
    assert {it.address for it in found if isinstance(it, Blocker)} == {"escalation_policy/first", "service/shop"}
    assert {it.address for it in found if isinstance(it, ChangeNote)} == {"user/bo", "schedule/nights"}
    assert not judge(CHECK, replace(live(), incidents=None), GONE_BO), "nothing was asked"


def test_they_go_to_the_assignee_after_that_one_has_changed() -> None:
    second = policy("second", {"user": "ana"})
    found = judge(CHECK, live(INCIDENT), user("ana"), second, GONE_BO, reassign_to="escalation_policy/second")
    moved = {it.address for it in found if isinstance(it, ReassignFirst)}
    assert moved == {"user/bo", "schedule/nights", "escalation_policy/first"}
    assert [it.address for it in found if isinstance(it, Blocker)] == ["service/shop"]
    assert {it for it in found if isinstance(it, Edge)} == {Edge(it, "escalation_policy/second") for it in moved}


def test_a_person_takes_over_from_a_person_only() -> None:
    found = judge(CHECK, live(INCIDENT), user("ana"), GONE_BO, reassign_to="user/ana")
    assert [it.address for it in found if isinstance(it, ReassignFirst)] == ["user/bo"]
    assert "a person does not take them out of the policy" in str(found)


def test_a_key_without_from_address_gives_nothing_away() -> None:
    found = judge(CHECK, live(INCIDENT), user("ana"), GONE_BO, reassign_to="user/ana", has_from=False)
    assert not [it for it in found if isinstance(it, ReassignFirst)]
    assert "an account-level key needs a From address to reassign them" in str(found)


def test_incidents_are_read_for_deletes_alone() -> None:
    options = PlanOptions("test", adopt=True)
    deletes = build_plan([GONE_BO], live(), options).changes
    assert set(CHECK.prerequisites(deletes, live())) == {"incidents"}
    creates = build_plan([user("cy")], live(), options).changes
    assert creates
    assert not set(CHECK.prerequisites(creates, live()))

"""What can be asked about on call, and by which names."""

from __future__ import annotations

from pdsync.model import Ref
from pdsync.oncall.question import (
    all_policies,
    all_schedules,
    names_to_ask,
    people_among,
    schedules_among,
    services_among,
)
from pdsync.oncall.roster import Entry, Roster

ANA, NIGHTS, FIRST, SHOP, RED = (
    Ref(kind, "id", identity)
    for kind, identity in (
        ("user", "PU1"), ("schedule", "PS1"), ("escalation_policy", "PE1"), ("service", "PV1"), ("team", "PT1")
    )
)  # fmt: skip
ROSTER = Roster({ref: Entry({"name": f"name of {ref.value}"}) for ref in (ANA, NIGHTS, FIRST, SHOP, RED)})


def test_what_is_named_is_told_apart_by_kind() -> None:
    named = (SHOP, ANA, NIGHTS, FIRST, RED)
    assert (services_among(named), schedules_among(named), people_among(named)) == ((SHOP,), (NIGHTS,), (ANA,))
    assert all_policies(ROSTER) == (FIRST,)
    assert [ref for ref, _ in all_schedules(ROSTER)] == [NIGHTS]


def test_teams_are_not_suggested_because_no_answer_is_about_them() -> None:
    names = names_to_ask(ROSTER)
    assert names == sorted(names)
    assert {"PU1", "name of PS1", "PE1", "PV1"} <= set(names)
    assert not {"PT1", "name of PT1"} & set(names)

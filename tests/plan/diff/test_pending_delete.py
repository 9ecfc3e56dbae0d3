"""What is to be deleted, and what stays for now."""

from __future__ import annotations

from typing import Any

import pytest

from pdsync.plan import Operation, Pending, PlanOptions, build_plan
from pdsync.plan.diff.pending_delete import choose_deletes
from pdsync.plan.pairing.match import match
from tests.plan.checks.test_rotation import DAYS
from tests.plan.test_order import ANA, account, live_team
from tests.support.world import layer, resource, schedule, user

NOW = "2026-06-01T12:00:00Z"
RED = live_team("PT1", "red", "red")
PROTECTED = {**RED, "description": "Managed by pdsync: test/team/red !protect"}


@pytest.mark.parametrize(
    ("teams", "prune", "chosen", "note"),
    [
        ([RED], "owned", ["team/red"], ""),
        ([RED], "report", [], "'prune: owned' would delete it"),
        ([RED], "off", [], ""),
        ([PROTECTED], "owned", [], "it is protected and stays"),
        ([RED, {**RED, "id": "PT2"}], "owned", [], "another object carries the same marker, so both stay"),
    ],
)
def test_what_has_no_manifest_any_more(teams: list[Any], prune: Any, chosen: list[str], note: str) -> None:
    pending, notes = choose_deletes(match([], account(teams=teams), "test"), PlanOptions("test", prune=prune), NOW)
    assert [each.address for each in pending] == chosen
    assert len(notes) == (len(teams) if note else 0)
    assert all(note in said for said in notes)


def test_with_targets_nothing_is_pruned() -> None:
    options = PlanOptions("test", prune="owned", targets=frozenset({"team/blue"}))
    assert choose_deletes(match([], account(teams=[RED]), "test"), options, NOW) == ([], [])


def test_a_person_stays_until_the_layers_that_name_them_have_ended() -> None:
    bo = {**ANA, "id": "PU2", "name": "bo", "email": "bo@example.com"}
    live = account(users=[ANA, bo], schedules=[DAYS])
    gone = resource("User", "ana", {"email": "ana@example.com"}, absent=True, adopt=True)
    made = build_plan([user("bo"), gone, schedule("days", layer("new", "bo"))], live, PlanOptions("test"))
    assert Operation.DELETE not in {change.operation for change in made.changes}
    assert made.notes == ()
    assert made.pending == (
        Pending(
            "user/ana",
            None,
            "'ana' stays until the layers that name this person have ended, in about a minute; "
            "the next plan after that deletes it",
        ),
    )

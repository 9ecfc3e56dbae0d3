"""What a create finds in place of nothing decides what it may do."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from pdsync.apply.comparison import Comparison
from pdsync.apply.encounter import Encounter
from pdsync.apply.identity import Identities
from pdsync.kinds import BY_SLUG
from pdsync.model import LiveObject
from pdsync.plan import Change, Operation, Outcome, Status
from pdsync.plan.saved.judgement import Found

CHANGE = Change(
    "team/red",
    "team",
    Operation.CREATE,
    "red",
    values={"name": "red", "description": None},
    marker="Managed by pdsync: test/team/red",
)
OUTCOME = Outcome("team/red", Operation.CREATE, "red", Status.APPLIED)


def live(identity: str, *, is_ours: bool = True, description: str = "") -> LiveObject:
    line = "Managed by pdsync: test/team/red" if is_ours else ""
    body = {"id": identity, "name": "red", "description": f"{description}\n{line}".strip()}
    return BY_SLUG["team"].read_live(body)


def judge(found: Found, *, freed: frozenset[str] = frozenset()) -> Outcome | None:
    reader: Any = None  # the change has no child lists, so nothing is read
    comparison = Comparison(Identities({}), lambda: datetime(2026, 6, 1, tzinfo=UTC))
    return Encounter(reader, comparison, freed).judge(CHANGE, found, OUTCOME)


def test_where_nothing_is_the_way_is_free() -> None:
    assert judge(Found()) is None


@pytest.mark.parametrize(("description", "status"), [("", Status.ALREADY), ("Typed by hand", Status.CONFLICT)])
def test_what_carries_our_line_is_done_already_or_a_conflict(description: str, status: Status) -> None:
    met = judge(Found((live("P1", description=description),)))
    assert met is not None
    assert (met.status, met.id) == (status, "P1")


def test_two_with_our_line_are_a_conflict_that_names_both() -> None:
    met = judge(Found((live("P1"), live("P2"))))
    assert met is not None
    assert met.status is Status.CONFLICT
    assert "P1, P2" in (met.message or "")


def test_a_name_that_was_taken_is_a_conflict_unless_the_plan_frees_it() -> None:
    met = judge(Found((), (live("P9", is_ours=False),)))
    assert met is not None
    assert met.status is Status.CONFLICT
    assert "P9" in (met.message or "")
    assert judge(Found((), (live("P9", is_ours=False),)), freed=frozenset({"P9"})) is None

"""What a create finds in place of nothing decides what it may do."""

from __future__ import annotations

from typing import Any

import pytest

from pdsync.apply.encounter import Encounter
from pdsync.apply.finder import Found
from pdsync.model import LiveObject
from pdsync.plan import Change, Operation, Outcome, Status

CHANGE = Change("team/red", "team", Operation.CREATE, "red", marker="Managed by pdsync: test/team/red")
OUTCOME = Outcome("team/red", Operation.CREATE, "red", Status.APPLIED)


def live(identity: str) -> LiveObject:
    return LiveObject("team", identity, {"name": "red"}, {"id": identity})


class Judge:
    """A comparison that always says the same."""

    def __init__(self, done: bool) -> None:
        self.done = done

    def is_done(self, change: Change, live: LiveObject) -> bool:
        return self.done


def judge(found: Found, *, done: bool = True, freed: frozenset[str] = frozenset()) -> Outcome | None:
    judged: Any = Judge(done)
    reader: Any = None  # the change has no child lists, so nothing is read
    return Encounter(reader, judged, freed).judge(CHANGE, found, OUTCOME)


def test_where_nothing_is_the_way_is_free() -> None:
    assert judge(Found()) is None


@pytest.mark.parametrize(("done", "status"), [(True, Status.ALREADY), (False, Status.CONFLICT)])
def test_what_carries_our_line_is_done_already_or_a_conflict(done: bool, status: Status) -> None:
    met = judge(Found((live("P1"),)), done=done)
    assert met is not None
    assert (met.status, met.id) == (status, "P1")


def test_two_with_our_line_are_a_conflict_that_names_both() -> None:
    met = judge(Found((live("P1"), live("P2"))))
    assert met is not None
    assert met.status is Status.CONFLICT
    assert "P1, P2" in met.message


def test_a_name_that_was_taken_is_a_conflict_unless_the_plan_frees_it() -> None:
    met = judge(Found((), (live("P9"),)))
    assert met is not None
    assert met.status is Status.CONFLICT
    assert "P9" in met.message
    assert judge(Found((), (live("P9"),)), freed=frozenset({"P9"})) is None

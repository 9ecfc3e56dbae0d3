"""Two runs made the same object: exactly one of them deletes its own, and none where it cannot tell."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from pdsync.apply.error import UnknownOutcomeError
from pdsync.apply.look import ClaimLook, Sight
from pdsync.apply.rivals import Rivals, has_rivals
from pdsync.client import HttpError
from pdsync.kinds import KINDS
from pdsync.model import LiveObject
from pdsync.plan import Change, Operation
from pdsync.plan.saved.judgement import Found
from tests.client.transport import answer

MADE = LiveObject("team", "P2", {"name": "red"}, {"id": "P2"})


def change(kind: str = "team", marker: str | None = "Managed by pdsync: test/team/red") -> Change:
    return Change(f"{kind}/red", kind, Operation.CREATE, "red", marker=marker)


class Sights:
    """What each look sees, by id; and what happens to deletes. A look with a ``+`` sees that others go."""

    def __init__(self, *looks: Sequence[str], deletes: Sequence[Exception] = ()) -> None:
        self.deleted: list[str] = []
        self.whole: list[bool] = []
        self._looks, self._deletes = iter(looks), iter(deletes)

    def see(self, look: ClaimLook) -> Sight:
        self.whole.append(look.whole)
        seen = next(self._looks)
        found = Found(tuple(LiveObject("team", one, {}, {"id": one}) for one in seen if one != "+"))
        return Sight(found, others_go="+" in seen)

    def wait(self, seconds: float) -> None:
        pass

    def delete(self, path: str) -> None:
        self.deleted.append(path)
        error = next(self._deletes, None)
        if error is not None:
            raise error


def is_kept(sights: Sights, of: Change | None = None, *, is_late: bool = False, is_patient: bool = False) -> bool:
    steps = Rivals(sights).settle(of or change(), MADE, is_late=is_late, is_patient=is_patient)  # type: ignore[arg-type]
    try:
        look = next(steps)
        while True:
            assert isinstance(look, ClaimLook)
            look = steps.send(sights.see(look))
    except StopIteration as end:
        return bool(end.value)


def test_alone_it_stays_after_one_look() -> None:
    sights = Sights(["P2"])
    assert is_kept(sights)
    assert (sights.deleted, sights.whole) == ([], [False])


def test_the_greater_id_yields_at_once() -> None:
    sights = Sights(["P1", "P2"])
    assert not is_kept(sights)
    assert sights.deleted == ["teams/P2"]


def test_the_smaller_id_waits_for_the_other_to_yield_and_yields_if_it_stays() -> None:
    sights = Sights(["P2", "P3"], ["P2"])
    assert is_kept(sights)
    assert sights.deleted == []
    sights = Sights(["P2", "P3"], ["P2", "P3"])
    assert not is_kept(sights)
    assert sights.deleted == ["teams/P2"]


def test_among_many_the_smaller_id_waits_as_long_as_others_go() -> None:
    falling = [["P2", "P3", "+"]] * 10
    sights = Sights(["P2", "P3"], *falling, ["P2"])
    assert is_kept(sights, is_patient=True)
    assert sights.deleted == []
    sights = Sights(["P2", "P3"], *falling, ["P2", "P3"], ["P2", "P3"])
    assert not is_kept(sights, is_patient=True)
    assert sights.deleted == ["teams/P2"]


def test_among_many_a_look_that_does_not_show_its_own_object_proves_nothing() -> None:
    sights = Sights([], ["P1", "P2"])
    assert not is_kept(sights, is_patient=True)
    assert sights.deleted == ["teams/P2"]


def test_after_a_second_post_nothing_is_believed_before_the_last_look() -> None:
    sights = Sights(["P2"], ["P2"], ["P1", "P2"])
    assert not is_kept(sights, is_late=True)
    assert sights.whole == [False, True, True]


@pytest.mark.parametrize("of", [change("service"), change(marker=None), change("user", None)])
def test_what_can_be_there_only_once_needs_no_look(of: Change) -> None:
    sights = Sights()
    assert is_kept(sights, of)
    assert sights.whole == []


@pytest.mark.parametrize(
    "slug", [kind.slug for kind in KINDS if kind.marker_line is None and kind.facts.person is None]
)
def test_what_carries_no_line_is_looked_for_too(slug: str) -> None:
    """PagerDuty makes two of them, and nothing would tell which one is meant."""
    assert has_rivals(change(slug, None))


def test_a_delete_that_finds_nothing_is_tried_again() -> None:
    sights = Sights(["P1", "P2"], deletes=[HttpError("not found", answer(404))])
    assert not is_kept(sights)
    assert sights.deleted == ["teams/P2"] * 2


def test_a_delete_that_fails_leaves_the_outcome_unknown() -> None:
    sights = Sights(["P1", "P2"], deletes=[HttpError("no", answer(500))])
    with pytest.raises(UnknownOutcomeError, match="P2"):
        is_kept(sights)

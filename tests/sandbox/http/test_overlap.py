from __future__ import annotations

import pytest

from pdsync.sandbox.http.overlap import Overlap

ASSOCIATE, DISASSOCIATE = "/service_dependencies/associate", "/service_dependencies/disassociate"
TAGS = "/teams/P1/change_tags"


def _later_overlaps(first: str, second: str) -> list[bool]:
    """Both have arrived before the first is carried out."""
    overlap = Overlap()
    arrived = {path: overlap.arrive(path) for path in (second, first)}
    return [overlap.carry_out(path, arrived[path]) for path in (first, second)]


@pytest.mark.parametrize(
    ("first", "second", "overlaps"),
    [
        (ASSOCIATE, DISASSOCIATE, True),
        (DISASSOCIATE, ASSOCIATE, True),
        (TAGS, TAGS, True),
        (TAGS, "/teams/P2/change_tags", False),
        (TAGS, ASSOCIATE, False),
        ("/teams/P1", "/teams/P1", False),
        ("/teams/P1/users/P2", "/teams/P1/users/P3", False),
    ],
)
def test_the_one_that_is_carried_out_later_overlaps(first: str, second: str, overlaps: bool) -> None:
    assert _later_overlaps(first, second) == [False, overlaps]


def test_requests_one_after_another_do_not() -> None:
    overlap = Overlap()
    assert not any(overlap.carry_out(TAGS, overlap.arrive(TAGS)) for _ in range(3))

"""Circles that would be closed are found wherever they are, and no way is searched for where there can be none."""

from __future__ import annotations

from unittest.mock import patch

import pytest

from pdsync.model import Resource
from pdsync.plan.checks import circle
from pdsync.plan.checks.check import Blocker
from pdsync.plan.checks.circle import Circles
from tests.plan.checks.judge import judge
from tests.plan.test_order import account
from tests.support.world import resource


def business(key: str, *targets: str) -> Resource:
    return resource("BusinessService", key, {"depends_on": [{"business_service": target} for target in targets]})


def blocked(*resources: Resource) -> list[str]:
    return [it.address for it in judge(Circles(), account(), *resources) if isinstance(it, Blocker)]


@pytest.mark.parametrize(
    ("ways", "closing"),
    [
        ({"a": "b", "b": "c", "c": ""}, ""),
        ({"a": "a", "b": "a"}, "a"),
        ({"a": "b", "b": "a", "c": "a"}, "ab"),
        ({"a": "b", "b": "c", "c": "ad", "d": "e", "e": ""}, "abc"),
        ({"a": "b", "b": "ac", "c": "d", "d": "c"}, "abcd"),
    ],
)
def test_what_closes_a_circle_is_blocked(ways: dict[str, str], closing: str) -> None:
    assert set(blocked(*(business(key, *targets) for key, targets in ways.items()))) == {
        f"business_service/{key}" for key in closing
    }


def test_a_large_new_workspace_needs_no_search() -> None:
    """A search for each dependency took 16 seconds for 1,000 services."""
    pyramid = [business(f"b{at:02}", *(f"b{below:02}" for below in range(max(0, at - 5), at))) for at in range(40)]
    with patch.object(circle, "_find_way", side_effect=AssertionError("a search")):
        assert blocked(*pyramid) == []

"""Circles that would be closed are found wherever they are, and no way is searched for where there can be none."""

from __future__ import annotations

from itertools import combinations
from random import Random
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pdsync.kinds import BY_SLUG
from pdsync.model import Account, Resource
from pdsync.plan import Change
from pdsync.plan.checks import circle
from pdsync.plan.checks.check import Blocker
from pdsync.plan.checks.circle import Circles
from tests.plan.checks.judge import judge
from tests.plan.test_order import account, marked, plan
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


KEYS = "abcde"
Ways = dict[str, str]
"""What each business service depends on, by key."""


@st.composite
def without_circles(draw: st.DrawFn) -> Ways:
    """Business services, each of which depends on some of those after it in some order."""
    order = draw(st.permutations(KEYS))
    found: Ways = dict.fromkeys(order, "")
    for first, second in combinations(order, 2):
        if draw(st.booleans()):
            found[first] += second
    return found


def account_of(ways: Ways) -> Account:
    kind = BY_SLUG["business_service"]

    def relationship(key: str, target: str) -> dict[str, object]:
        ends = {"supporting_service": target, "dependent_service": key}
        return {
            "id": f"D{key}{target}",
            **{end: {"id": f"P{it}", "type": "business_service_reference"} for end, it in ends.items()},
        }

    live = tuple(
        kind.read_live(
            {"id": f"P{key}", "name": key, "description": marked(kind.slug, key)},
            {"depends_on": [relationship(key, target) for target in targets]},
        )
        for key, targets in ways.items()
    )
    return Account({kind.slug: live}, frozenset({kind.slug}), "2026-06-01T12:00:00Z")


def has_circle(ways: Ways) -> bool:
    left = dict(ways)
    while ends := [key for key, targets in left.items() if not set(targets) & left.keys()]:
        for key in ends:
            del left[key]
    return bool(left)


def check_moments(changes: tuple[Change, ...], before: Ways, after: Ways, random: Random) -> None:
    """Carries out the changes in any order that their waits allow. As much as possible is always under way, and has both its
    former and its new dependencies."""
    waiting = {it.address.partition("/")[2]: {each.partition("/")[2] for each in it.waits_for} for it in changes}
    done: set[str] = set()
    while waiting:
        ready = sorted(key for key, others in waiting.items() if others <= done)
        moment = {
            key: after.get(key, "") if key in done else targets + (after.get(key, "") if key in ready else "")
            for key, targets in before.items()
        }
        assert not has_circle(moment), (moment, done, ready)
        ended = random.choice(ready)
        done.add(ended)
        del waiting[ended]


@settings(max_examples=60)
@given(
    before=without_circles(),
    wanted=without_circles(),
    kept=st.sets(st.sampled_from(KEYS), min_size=2),
    seed=st.integers(),
)
def test_no_circle_exists_at_any_moment_of_an_apply(before: Ways, wanted: Ways, kept: set[str], seed: int) -> None:
    """Those that are not `kept` have no manifest any more, and are deleted."""
    after = {key: "".join(it for it in targets if it in kept) for key, targets in wanted.items() if key in kept}
    manifests = [
        resource(
            "BusinessService",
            key,
            {"depends_on": [{"business_service": it} for it in targets], "depends_on_mode": "exclusive"},
        )
        for key, targets in sorted(after.items())
    ]
    made = plan(account_of(before), *manifests)
    assert not made.has_blockers
    check_moments(made.changes, before, after, Random(seed))

"""What is said of conditions without an event is true of events: that they never hold, always hold, or only where another does.

Judged by the sandbox's evaluation, which shares no code with this one. The long form is script/compare-routing.
"""

from __future__ import annotations

import os
from collections import Counter
from random import Random

import pytest

from pdsync.condition import parse
from pdsync.condition.coverage import covers, extent_of, find_impossible, is_always
from pdsync.sandbox.routing.common_event import common_event, raw_event
from pdsync.sandbox.routing.condition import Facts
from pdsync.sandbox.routing.reading import read_condition
from tests.support.random_condition import random_cache, random_condition, random_event, random_moment

LENGTH = int(os.environ.get("PDSYNC_ROUTING", "20000")) // 20
SEED = int(os.environ.get("PDSYNC_ROUTING_SEED", "1"))
# So few that conditions often speak of the same field.
PATHS = ("event.summary", "event.source", "event.severity", "event.custom_details.code", "cache_var.storms")


def random_facts(random: Random) -> Facts:
    event, count = random_event(random), random.randint(1, 5)
    scope = {"event": common_event(event), "raw_event": raw_event(event), "cache_var": random_cache(random)}
    return Facts(scope, random_moment(random), lambda threshold: count)


def random_pair(random: Random) -> tuple[str, str]:
    """Two conditions of which the second often holds only where the first does."""
    first, other = random_condition(random, 2, PATHS), random_condition(random, 1, PATHS)
    return first, random.choice((other, first, f"({first}) and ({other})", f"({other}) and {first}"))


def check(random: Random, facts: list[Facts]) -> Counter[str]:
    texts = random_pair(random)
    first, second = map(parse, texts)
    first_holds, second_holds = ([read_condition(text).holds(it) for it in facts] for text in texts)
    said: Counter[str] = Counter()
    if find_impossible(first):
        assert not any(first_holds), texts
        said["impossible"] += 1
    if is_always(first):
        assert all(first_holds), texts
        said["always"] += 1
    if covers(extent_of([first]), extent_of([second])):
        assert all(here or not there for here, there in zip(first_holds, second_holds, strict=True)), texts
        said["covered"] += 1
    return said


def test_what_is_said_of_conditions_is_true_of_events() -> None:
    random = Random(SEED)
    facts = [random_facts(random) for _ in range(60)]
    said = sum((check(random, facts) for _ in range(120)), Counter[str]())
    assert said["covered"] > 30
    assert said["impossible"] > 2
    assert said["always"] > 2


@pytest.mark.campaign
def test_what_is_said_of_conditions_is_true_of_events_at_length() -> None:
    random = Random(SEED)
    facts = [random_facts(random) for _ in range(400)]
    for _ in range(LENGTH):
        check(random, facts)

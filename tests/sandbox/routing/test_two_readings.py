"""Two evaluations of conditions that know nothing of one another agree: pdsync's, and the sandbox's.

The long form is script/compare-routing.
"""

from __future__ import annotations

import os
from random import Random

import pytest

from pdsync.condition import ConditionError, evaluate, parse
from pdsync.sandbox.routing import error, reading
from pdsync.sandbox.routing.common_event import common_event, raw_event
from pdsync.sandbox.routing.condition import Facts
from tests.support.facts import known_facts
from tests.support.random_condition import random_cache, random_condition, random_event, random_moment

LENGTH = int(os.environ.get("PDSYNC_ROUTING", "20000"))
SEED = int(os.environ.get("PDSYNC_ROUTING_SEED", "1"))


def check(random: Random) -> bool:
    condition, event, now = random_condition(random), random_event(random), random_moment(random)
    count = random.randint(1, 5)
    scope = {"event": common_event(event), "raw_event": raw_event(event), "cache_var": random_cache(random)}
    mine = evaluate(parse(condition), known_facts(scope, now, count)).result
    theirs = reading.read_condition(condition).holds(Facts(scope, now, lambda threshold: count))
    assert mine is theirs, (condition, scope, now.isoformat(), count)
    return theirs


def check_spoiled(random: Random) -> bool:
    """A condition with something missing, or twice: both can read it, or neither can."""
    text = random_condition(random, 1)
    at, length = random.randrange(len(text)), random.choice((1, 1, 2, 5))
    spoiled = random.choice((text[:at] + text[at + length :], text[:at] + text[at : at + length] + text[at:]))
    try:
        parse(spoiled)
    except ConditionError:
        with pytest.raises(error.ConditionError):
            reading.read_condition(spoiled)
        return False
    assert reading.problem_of(spoiled) is None, spoiled
    return True


def test_both_evaluate_conditions_the_same() -> None:
    random = Random(SEED)
    held = [check(random) for _ in range(400)]
    assert 100 < sum(held) < 300  # neither nearly all nor nearly none


def test_both_refuse_the_same() -> None:
    random = Random(SEED)
    read = [check_spoiled(random) for _ in range(400)]
    assert 40 < sum(read) < 360


@pytest.mark.campaign
def test_both_evaluate_conditions_the_same_at_length() -> None:
    random = Random(SEED)
    for _ in range(LENGTH):
        check(random)
        check_spoiled(random)

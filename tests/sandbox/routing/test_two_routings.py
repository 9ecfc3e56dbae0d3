"""Two evaluations of events that know nothing of one another agree: pdsync's, and the sandbox's.

The long form is script/compare-routing.
"""

from __future__ import annotations

import os
from collections import Counter
from random import Random

import pytest

from tests.support.random_condition import random_cache, random_event, random_moment
from tests.support.random_rules import SERVICES, random_documents
from tests.support.two_routings import Case, by_pdsync, by_sandbox

LENGTH = int(os.environ.get("PDSYNC_ROUTING", "20000"))
SEED = int(os.environ.get("PDSYNC_ROUTING_SEED", "1"))


def check(random: Random) -> str:
    case = Case(
        random_documents(random),
        SERVICES,
        random_event(random),
        random_moment(random),
        random_cache(random),
        random.randint(1, 5),
    )
    mine, theirs = by_pdsync(case), by_sandbox(case)
    assert mine == theirs, case
    return str(theirs["fate"])


def test_both_make_the_same_of_events() -> None:
    random = Random(SEED)
    fates = Counter(check(random) for _ in range(200))
    assert all(fates[fate] > 5 for fate in ("routed", "unrouted", "dropped")), fates


@pytest.mark.campaign
def test_both_make_the_same_of_events_at_length() -> None:
    random = Random(SEED)
    for _ in range(LENGTH):
        check(random)

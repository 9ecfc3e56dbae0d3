"""The same calls to pdsync.client and to the package `pagerduty` (7.2, another HTTP stack): the same requests on the wire, and the
same results, apart from named improvements."""

from __future__ import annotations

import inspect
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pagerduty
import pytest

import pdsync.client
from tests.contract.differential.case import REWRITES, Case, problems
from tests.contract.differential.error_calls import ERRORS
from tests.contract.differential.events_calls import EVENTS, OAUTH
from tests.contract.differential.function_calls import FUNCTIONS
from tests.contract.differential.improved_calls import IMPROVED
from tests.contract.differential.improvements import IMPROVEMENTS
from tests.contract.differential.integration_calls import INTEGRATIONS
from tests.contract.differential.listing_calls import LISTING
from tests.contract.differential.other_calls import OTHERS
from tests.contract.differential.reading_calls import READING
from tests.contract.differential.settings_calls import SETTINGS
from tests.contract.differential.stage import Stage, staged
from tests.contract.differential.writing_calls import WRITING

CASES = [
    *READING,
    *LISTING,
    *WRITING,
    *ERRORS,
    *EVENTS,
    *OAUTH,
    *SETTINGS,
    *IMPROVED,
    *FUNCTIONS,
    *OTHERS,
    *INTEGRATIONS,
]


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with staged() as made:
        yield made


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_same_call_has_the_same_effect(case: Case, stage: Stage) -> None:
    found = problems(case, stage.outcome(pagerduty, case), stage.outcome(pdsync.client, case))
    assert not found, "\n".join(found)


def test_the_calls_are_many_and_each_has_a_name() -> None:
    assert len(CASES) > 400
    assert [name for name, count in Counter(case.name for case in CASES).items() if count > 1] == []


def test_every_public_name_is_in_a_call() -> None:
    sources = [*Path(__file__).parent.glob("differential/*_calls.py"), *Path(__file__).parent.glob("test_diff*.py")]
    text = "".join(source.read_text(encoding="utf-8") for source in sources)
    kinds = [getattr(pagerduty, name) for name in pagerduty.__all__ if inspect.isclass(getattr(pagerduty, name))]
    owners = {owner for kind in kinds for owner in kind.__mro__ if owner.__module__.startswith("pagerduty")}
    members = {name for owner in owners for name in vars(owner) if not name.startswith("_")}
    names = (members | {*pagerduty.__all__}) - {"__version__", "ApiClient"}  # a base class, and no call
    assert [name for name in sorted(names) if not re.search(rf"\b{name}\b", text)] == []


def test_every_improvement_shows_in_a_call_and_says_why() -> None:
    shown = set().union(*(case.improvements for case in CASES))
    assert shown == set(IMPROVEMENTS)
    assert set(REWRITES) <= shown
    assert all(why.endswith(".") for why in IMPROVEMENTS.values())


def test_an_improvement_that_no_longer_differs_fails(stage: Stage) -> None:
    call = READING[0].call
    same = stage.outcome(pagerduty, READING[0])
    claimed = Case("claimed", call, everywhere=("`total=false`",))
    assert problems(claimed, same, same) == ["'`total=false`' no longer differs: take it from the case"]
    assert problems(READING[0], same, same) == []
    assert problems(READING[0], same, {**same, "waits": [1]}) != []

"""The sandbox reads conditions as PagerDuty's pages say."""

from __future__ import annotations

import pytest

from pdsync.sandbox.routing.condition import Facts
from pdsync.sandbox.routing.error import ConditionError
from pdsync.sandbox.routing.reading import read_condition
from tests.support.vectors import ConditionVector, condition_vectors


@pytest.mark.parametrize("vector", condition_vectors(), ids=str)
def test_a_condition_means_what_the_pages_say(vector: ConditionVector) -> None:
    if vector.verdict == "refused":
        with pytest.raises(ConditionError, match="at character"):
            read_condition(vector.condition)
        return
    facts = Facts(vector.scope, vector.now, lambda threshold: vector.count)
    assert read_condition(vector.condition).holds(facts) == (vector.verdict == "holds"), vector.source


def test_parentheses_without_end_are_refused_and_break_nothing() -> None:
    with pytest.raises(ConditionError, match="parentheses"):
        read_condition(5000 * "(" + "true" + 5000 * ")")


def test_a_chain_of_any_length_is_read() -> None:
    condition = read_condition(" or ".join(["false"] * 3000) + " or " + 2000 * "not " + "true")
    assert condition.holds(Facts({}, condition_vectors()[0].now))

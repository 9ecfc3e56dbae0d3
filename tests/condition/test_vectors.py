"""Conditions mean what PagerDuty's pages say."""

from __future__ import annotations

import pytest

from pdsync.condition import ConditionError, evaluate, parse
from tests.support.facts import known_facts
from tests.support.vectors import ConditionVector, condition_vectors


@pytest.mark.parametrize("vector", condition_vectors(), ids=str)
def test_a_condition_means_what_the_pages_say(vector: ConditionVector) -> None:
    if vector.verdict == "refused":
        with pytest.raises(ConditionError):
            parse(vector.condition)
        return
    facts = known_facts(vector.scope, vector.now, vector.count)
    assert evaluate(parse(vector.condition), facts).result is (vector.verdict == "holds"), vector.source

"""A condition that is nested deeper than anyone writes is a problem, and never an internal error."""

from __future__ import annotations

import pytest

from pdsync.condition import ConditionError, parse
from pdsync.condition.check import check


def test_a_deep_condition_is_a_problem() -> None:
    with pytest.raises(ConditionError, match="nested more than 50 levels deep"):
        parse("not " * 3000 + "event.class exists")


def test_brackets_that_mean_nothing_may_be_many() -> None:
    condition = parse("(" * 3000 + "event.class exists" + ")" * 3000)
    assert list(check(condition)) == []


def test_deep_patterns() -> None:
    condition = parse("event.class matches regex '" + "(" * 900 + "a" + ")" * 900 + "'")
    assert list(check(condition)) == []

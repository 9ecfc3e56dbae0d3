"""Exceptions from PagerDuty's API description are needed, each by itself, and say why."""

from __future__ import annotations

import pytest

from tests.support.api_description import ApiDescription, load_description, needs_description
from tests.support.described_exceptions import OF_ANSWERS, OF_REQUESTS
from tests.support.description_exception import DescriptionException

EXCEPTIONS = [*OF_ANSWERS, *OF_REQUESTS]


@pytest.fixture(scope="module")
def description() -> ApiDescription:
    found = load_description()
    assert found is not None
    return found


@needs_description
@pytest.mark.parametrize("exception", EXCEPTIONS, ids=lambda it: it.where)
def test_the_description_still_refuses_what_an_exception_is_for(
    description: ApiDescription, exception: DescriptionException
) -> None:
    assert description.let_through(exception, exception.witness), "the description was mended: the exception can go"


@needs_description
@pytest.mark.parametrize("table", [OF_ANSWERS, OF_REQUESTS], ids=["answers", "requests"])
def test_each_is_needed_beside_the_others(description: ApiDescription, table: list[DescriptionException]) -> None:
    """What an exception is for is let through by it alone."""
    for one in table:
        others = [description.let_through(other, one.witness) for other in table if other is not one]
        assert description.let_through(one, one.witness) - set().union(*others), one.where


@pytest.mark.parametrize("exception", EXCEPTIONS, ids=lambda it: it.where)
def test_an_exception_says_why(exception: DescriptionException) -> None:
    assert exception.why.endswith(".")

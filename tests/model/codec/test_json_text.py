"""JSON that a manifest writes, or that is in a file whose text the loader put in its place."""

from __future__ import annotations

from typing import Any

import pytest

from pdsync.model import Scope
from pdsync.model.codec.json_text import JsonFile
from pdsync.model.validator import read_value


@pytest.mark.parametrize("written", [{"a": [1, None]}, '{"a": [1, null]}'])
def test_an_object_and_its_text_mean_the_same(written: Any) -> None:
    scope = Scope()
    assert (read_value(JsonFile(), written, scope), scope.problems) == ({"a": [1, None]}, [])


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("{", "is not JSON"),
        ('{"a": NaN}', "NaN is not a JSON number"),
        ("[" * 100_000, "is nested too deeply"),
        ("[1]", "is not a JSON object"),
        ([1], "expected an object, or a file with it"),
    ],
)
def test_what_is_not_an_object_is_a_problem(written: Any, says: str) -> None:
    scope = Scope()
    assert read_value(JsonFile(), written, scope) is None
    assert says in scope.problems[0].message

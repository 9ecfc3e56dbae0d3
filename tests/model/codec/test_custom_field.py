from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdsync.model.codec.custom_field import find_renamed, read_typed, value_problem, write_options

TEXTS = st.lists(st.sampled_from("abcdef"), unique=True, max_size=5)


@pytest.mark.parametrize(
    ("before", "after", "renamed"),
    [
        ("abc", "axc", ("b", "x")),
        ("abc", "xbc", ("a", "x")),
        ("abc", "acx", None),  # it may be another one at the end
        ("abc", "axy", None),
        ("abc", "ac", None),
        ("abc", "abcx", None),
        ("abc", "cba", None),
        ("", "x", None),
    ],
)
def test_one_option_in_the_place_of_another_is_that_one(
    before: str, after: str, renamed: tuple[str, str] | None
) -> None:
    assert find_renamed(list(before), list(after)) == renamed


@given(before=TEXTS, after=TEXTS)
def test_an_option_that_stays_keeps_its_id_and_no_id_is_sent_twice(before: list[str], after: list[str]) -> None:
    rows = [{"id": f"P{text}", "data": {"value": text}} for text in before]
    sent = write_options(after, rows)
    ids = {row["data"]["value"]: row.get("id") for row in sent}
    assert [row["data"]["value"] for row in sent] == after
    assert all(ids[text] == f"P{text}" for text in after if text in before)
    given = [identity for identity in ids.values() if identity is not None]
    assert len(set(given)) == len(given)


@pytest.mark.parametrize(
    ("data_type", "answered", "read"),
    [
        ("boolean", "true", True),
        ("boolean", False, False),
        ("integer", "7", 7),
        ("float", "7.5", 7.5),
        ("float", 7.0, 7),
        ("integer", "x", "x"),
        ("datetime", "2026-01-31T09:00:00+01:00", "2026-01-31T08:00:00Z"),
        ("string", "true", "true"),
        ("string", None, None),
    ],
)
def test_a_value_is_of_the_type_of_its_field_however_it_is_answered(data_type: str, answered: Any, read: Any) -> None:
    found = read_typed(data_type, answered)
    assert (found, type(found)) == (read, type(read))


@pytest.mark.parametrize(
    ("definition", "value", "is_fine"),
    [
        ({"type": "boolean"}, True, True),
        ({"type": "boolean"}, "true", False),
        ({"type": "integer"}, 7, True),
        ({"type": "integer"}, True, False),
        ({"type": "integer"}, 7.5, False),
        ({"type": "float"}, 7.5, True),
        ({"type": "datetime"}, "2026-01-31T09:00:00", False),
        ({"type": "url"}, "www.example.com", False),
        ({"type": "string", "multi": True}, ["a", "b"], True),
        ({"type": "string", "multi": True}, "a", False),
        ({"type": "string"}, ["a"], False),
        ({"type": "choice", "options": ["a"]}, "b", False),
        ({"type": "choice", "multi": True, "options": ["a", "b"]}, ["b", "c"], False),
    ],
)
def test_what_a_field_allows(definition: dict[str, Any], value: Any, is_fine: bool) -> None:
    assert (value_problem(definition, value) is None) is is_fine

"""Conditions are compared by what they mean, and nothing is claimed of them that an event contradicts."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pdsync.condition import Facts, evaluate, parse
from pdsync.condition.coverage import covers, extent_of, find_impossible, find_impossible_parts, is_always
from pdsync.condition.normal import is_equal
from tests.condition.random_condition import conditions, events


@settings(max_examples=100)
@given(conditions(), conditions(), st.lists(events(), min_size=12, max_size=12))
def test_what_is_claimed_is_true_of_every_event(first: str, second: str, some: list[dict[str, object]]) -> None:
    one, other = parse(first), parse(second)
    results = [(evaluate(one, Facts(event)).result, evaluate(other, Facts(event)).result) for event in some]
    if find_impossible(one):
        assert not any(result for result, _ in results)
    if is_always(one):
        assert all(result for result, _ in results)
    if covers(extent_of([one]), extent_of([other])):
        assert all(result for result, wanted in results if wanted)
    if is_equal([one], [other]):
        assert all(result is wanted for result, wanted in results)


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ([], ["event.a exists"]),
        (["event.a exists or not event.a exists"], []),
        (["true"], []),
        (["event.a exists", "event.b exists"], ["event.b exists and event.a exists"]),
        (["event.a matches 'X' and event.b > 5"], ["(5 < event.b) and event.a matches 'x'"]),
        (["event.a matches part 'b'"], ["event.a matches 'ABC'", "event.a matches part 'bc'"]),
        (["event.a matches regex '^db'"], ["event.a matches 'db-1' and event.b exists"]),
        (["event.a matches regex '^db.*1$'"], ["event.a matches regex exactly '^db.*1$'"]),
        (["event.a exists"], ["event.a.b matches 'x'", "event.a == 1", "event.a > 1"]),
        (["event.a > 3"], ["event.a > 5", "event.a == 4", "event.a >= 3.5"]),
        (["not event.a matches 'x'"], ["event.a matches 'y'"]),
        (["not event.a.b exists"], ["not event.a exists"]),
        (["event.a exists"], ["event.a == 2", "event.b matches 'x' and event.b matches 'y'"]),
        (["now in Mon 09:00:00 to 17:00:00 Etc/UTC"], ["now in Mon 09:00:00 to 17:00:00 Etc/UTC and event.a exists"]),
    ],
)
def test_a_condition_covers_what_fits_nothing_else(earlier: list[str], later: list[str]) -> None:
    assert covers(extent_of([*map(parse, earlier)]), extent_of([*map(parse, later)]))


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        (["event.a exists"], []),
        (["event.a exists"], ["event.b matches 'x' and event.b matches 'y'"]),
        (["event.a exists"], ["event.a exists", "event.b exists"]),
        (["event.a matches part 'bc'"], ["event.a matches part 'b'"]),
        (["event.a matches exactly 'x'"], ["event.a matches 'x'"]),
        (["event.a > 3"], ["event.a >= 3"]),
        # Where case does not count, a class takes both cases, and its opposite takes neither.
        (["event.a matches regex '[^a]'"], ["event.a matches regex exactly '[^a]'"]),
        (["event.a matches regex '\\\\P{Lu}'"], ["event.a matches regex exactly '\\\\P{Lu}'"]),
        # Each rule has a count of its own.
        (["trigger_count over 1 minute > 3"], ["trigger_count over 1 minute > 3"]),
        (["event.a matches part 'x'"], ["not event.a matches part 'y'"]),
    ],
)
def test_a_condition_does_not_cover_what_fits_more(earlier: list[str], later: list[str]) -> None:
    assert not covers(extent_of([*map(parse, earlier)]), extent_of([*map(parse, later)]))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("event.a matches 'x' and event.a matches 'y'", "contradict each other"),
        ("event.a exists and not event.a exists", "contradict each other"),
        ("event.a matches part 'b' and not event.a exists", "contradict each other"),
        ("event.a > 5 and event.a < 5", "contradict each other"),
        ("event.a == 'x' and event.a matches 'y'", "contradict each other"),
        ("not (event.a exists or event.b exists) and event.a == 1", "contradict each other"),
        ("event.a > 'x'", "compares only numbers"),
        ("event.a exists and trigger_count over 1 minute < 1", "at least 1"),
        ("event.a matches regex 'a^'", "matches no text"),
        ("event.a matches regex '$a' or false", "matches no text"),
        ("'x' matches 'y'", "is false"),
    ],
)
def test_a_condition_that_is_never_true_is_found_with_the_reason(text: str, why: str) -> None:
    assert why in find_impossible(parse(text))


def test_a_part_that_is_never_true_is_told_where_the_rest_may_be() -> None:
    condition = parse("event.a exists or event.b > 2 and event.b < 1")
    assert not find_impossible(condition)
    assert find_impossible_parts(condition) == ("event.b > 2 and event.b < 1 contradict each other",)


def test_a_condition_of_too_many_cases_is_let_be() -> None:
    large = parse(" and ".join(f"(event.a{n} exists or event.b{n} exists)" for n in range(12)))
    assert not find_impossible(large)
    assert not covers(extent_of([large]), extent_of([parse("event.a0 exists and event.a1 exists")]))
    assert is_equal([large], [large])

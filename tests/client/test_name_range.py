"""Ranges of names: what the names between two others can begin with."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pdsync.client.name_range import NameRange

NAMES = st.text("abcж", max_size=5)


@given(st.lists(NAMES, min_size=3, max_size=3).map(sorted), st.booleans())
def test_each_beginning_of_a_name_in_the_range_is_one_of_its_beginnings(names: list[str], ends: bool) -> None:
    low, name, high = names
    within = NameRange(low, high if ends else None)
    assert all(within.has_names_with(name[:length]) for length in range(len(name) + 1))
    assert name.startswith(within.beginning)


def test_a_beginning_outside_the_range_is_none() -> None:
    within = NameRange("service-10", "service-15000")
    assert within.beginning == "service-1"
    assert not any(map(within.has_names_with, ("service-16", "service-2", "service-0", "s1")))
    assert not NameRange("m", None).has_names_with("l")


def test_a_few_characters_between_two_are_all_of_them() -> None:
    assert "".join(NameRange("s-2a", "s-5b").first_characters()) == "2345"
    assert "".join(NameRange("во", "еда").first_characters()) == "вгде"
    assert NameRange("a", "я").first_characters() == ()
    assert NameRange("a", "ab").first_characters() == ()
    assert NameRange("a", None).first_characters() == ()

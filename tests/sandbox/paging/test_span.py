"""How stretches of time lie over one another."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from pdsync.sandbox.paging.span import Span, coverage_percent, cut, joined, overlay

_MOMENT = datetime(2026, 1, 1, tzinfo=UTC)


_CUTS = st.lists(st.tuples(st.integers(0, 20), st.integers(1, 5), st.sampled_from("ab")), max_size=6)


def row(cuts: list[tuple[int, int, str]]) -> list[Span]:
    """Spans one after another: gap, length, user."""
    at, spans = 0, []
    for gap, length, user in cuts:
        at += gap % 4
        spans.append(Span(_MOMENT + timedelta(hours=at), _MOMENT + timedelta(hours=at + length), user))
        at += length
    return spans


@given(_CUTS, _CUTS)
def test_overlaying_is_what_each_hour_says(top: list[tuple[int, int, str]], bottom: list[tuple[int, int, str]]) -> None:
    above, below = row(top), row(bottom)

    def at(spans: list[Span], hour: int) -> str | None:
        moment = _MOMENT + timedelta(hours=hour)
        return next((it.user for it in spans if it.start <= moment < it.end), None)

    result = joined(overlay(above, below))
    hours = [at(result, hour) for hour in range(60)]
    assert hours == [at(above, hour) or at(below, hour) for hour in range(60)]
    assert all(one.end <= two.start for one, two in itertools.pairwise(result))
    until = _MOMENT + timedelta(hours=60)
    assert coverage_percent(result, _MOMENT, until) == round(100 * sum(it is not None for it in hours) / 60, 1)
    assert cut(result, _MOMENT, until) == result

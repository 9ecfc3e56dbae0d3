"""Every field that counts time takes it as text, and says what is wrong with one in the units that were written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from pdsync.kinds import KINDS, TESTS
from pdsync.model.codec.composed import Composed
from pdsync.model.codec.plain import Choice, Codec, Integer, Wrapper
from pdsync.model.codec.structure import ListOf, MapOf, Object, Variants
from pdsync.model.codec.time import Duration
from pdsync.model.instant import parse_duration, render_duration
from pdsync.model.scope import Scope
from pdsync.model.validator import read_value

COUNTS = {
    "country_code": "a calling code",
    "start_day_of_week": "a day",
    "days_of_week": "days",
    "days": "days",
    "num_loops": "how often",
    "on": "days",
    "priority": "an order",
    "shifts_per_member": "how many",
    "trigger_count": "how many",
    "version": "which form",
}
"""The numbers that are no time. A new number is one of these, or a duration."""


def walk(codec: Codec, path: tuple[str, ...], above: tuple[int, ...] = ()) -> Iterator[tuple[str, Codec]]:
    """Every codec below one, with the path of members to it."""
    if id(codec) in above:
        return
    above = (*above, id(codec))
    yield ".".join(path), codec
    if isinstance(codec, Wrapper):
        yield from walk(codec.inner, path, above)
    elif isinstance(codec, Object):
        for part in codec.parts:
            yield from walk(part.codec, (*path, part.name), above)
    elif isinstance(codec, Variants):
        for _, option in codec.options:
            yield from walk(option, path, above)
    elif isinstance(codec, ListOf):
        yield from walk(codec.item, path, above)
    elif isinstance(codec, MapOf):
        yield from walk(codec.value, path, above)
    if isinstance(codec, Composed):
        if codec.as_list is not None:
            yield from walk(codec.as_list, path, above)
        for name in ("start", "catch_all", "last"):
            if (inner := codec.part(name)) is not None:
                yield from walk(inner, (*path, name), above)


FOUND = {
    f"{kind.name}.{path}": codec
    for kind in (*KINDS, *TESTS.values())
    for path, codec in walk(kind.spec, ())
    if isinstance(codec, Integer) or (isinstance(codec, Choice) and any(type(it) is int for it in codec.options))
}
DURATIONS = {path: codec for path, codec in FOUND.items() if isinstance(codec, Duration)}


def test_a_number_that_is_no_duration_counts_no_time() -> None:
    assert {path for path in FOUND if path not in DURATIONS and path.rpartition(".")[2] not in COUNTS} == set()
    named = {path.rpartition(".")[2] for path in DURATIONS}
    assert named == {
        "absolute", "acknowledgement_timeout", "auto_resolve_timeout", "duration_seconds", "escalation_delay_in_minutes", "for",
        "horizon", "idle", "notify_advance_in_minutes", "rotation_turn_length_seconds", "start_delay_in_minutes", "suspend", "suspended",
        "time_window",
        "timeout", "ttl",
    }  # fmt: skip


def taken(codec: Duration) -> list[int]:
    """Some numbers that the field takes."""
    if codec.choices:
        return [it for it in codec.choices if it]
    least = max(codec.minimum or 0, 1)
    return [least, *([codec.maximum] if codec.maximum is not None else [least * 7]), *filter(None, codec.besides)]


def read(codec: Duration, value: Any) -> tuple[Any, list[str]]:
    scope = Scope()
    found = read_value(codec, value, scope)
    return found, [f"{problem.message} {problem.hint}" for problem in scope.problems]


@pytest.mark.parametrize("path", DURATIONS)
def test_a_text_means_what_the_number_does(path: str) -> None:
    codec = DURATIONS[path]
    assert isinstance(codec, Duration)
    for number in taken(codec):
        text = render_duration(number * codec.unit_s)
        assert read(codec, text) == read(codec, number) == (number, [])


@pytest.mark.parametrize("path", DURATIONS)
def test_a_bound_is_said_in_the_units_that_were_written(path: str) -> None:
    codec = DURATIONS[path]
    assert isinstance(codec, Duration)
    below = (codec.minimum or 0) - 1
    wrong = [number for number in (below, (codec.maximum or 0) + 1) if number > 0 and number not in codec.besides]
    if codec.choices:
        wrong = [max(codec.choices) + 1]
    for number in wrong if codec.maximum is not None or codec.choices or below > 0 else ():
        if codec.maximum is None and number > (codec.minimum or 0):
            continue
        text = render_duration(number * codec.unit_s)
        _, (by_text,) = read(codec, text)
        bounds = [it for it in by_text.replace(",", " ").replace(".", " ").split() if it[0].isdigit()]
        assert bounds[0] == text
        assert all(it == "0" or parse_duration(it) for it in bounds), by_text
        _, (by_number,) = read(codec, number)
        assert not any(parse_duration(it) for it in by_number.split()), by_number


@pytest.mark.parametrize("path", [path for path, codec in DURATIONS.items() if codec.unit_s == 60])
def test_part_of_a_minute_is_one_problem(path: str) -> None:
    codec = DURATIONS[path]
    assert isinstance(codec, Duration)
    _, (said,) = read(codec, "30s")
    assert "is not a whole number of minutes" in said

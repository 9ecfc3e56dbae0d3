"""The layers of a schedule through time."""

from __future__ import annotations

from typing import Any

import pytest

from pdsync.model.schedule_layers import (
    ScheduleLayers,
    base_first,
    count_nameless,
    end_at_hand_off,
    has_ended,
    name_until_hand_off,
    waits_for_hand_off,
)

STAMP = "2026-06-01T12:00:30Z"


def test_answers_list_the_base_last_and_give_deleted_people_as_null() -> None:
    answered = [{"name": "top", "users": [{"user": None}, {"user": {"id": "PU1"}}]}, {"name": "base", "users": [None]}]
    assert [layer["name"] for layer in base_first(answered)] == ["base", "top"]
    assert count_nameless(answered, {"top"}) == 1
    assert count_nameless(answered, {"top", "base"}) == 2


def turn(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "start": "2026-01-01T00:00:00Z", "end": None, "users": ["ana"], **more}


def names(layers: ScheduleLayers) -> list[str]:
    return [str(layer["name"]) for layer in layers.items]


@pytest.mark.parametrize(
    ("end", "ended"),
    [
        (None, False),
        ("2026-06-01T12:00:00Z", True),
        ("2026-06-01T12:01:00Z", True),
        ("2026-06-01T12:02:00Z", False),
    ],
)
def test_a_layer_that_ends_within_the_minute_has_ended(end: str | None, ended: bool) -> None:
    assert has_ended(turn("a", end=end), STAMP) is ended
    assert names(ScheduleLayers((turn("a", end=end),)).settled(STAMP)) == ([] if ended else ["a"])


@pytest.mark.parametrize(
    ("start", "counts"),
    [("2026-06-01T12:00:30Z", False), ("2026-06-01T12:00:32Z", False), ("2026-06-01T12:00:33Z", True)],
)
def test_a_start_that_was_written_by_a_clock_a_little_ahead_is_past(start: str, counts: bool) -> None:
    (layer,) = ScheduleLayers((turn("a", start=start),)).settled(STAMP).items
    assert ("start" in layer) is counts


def test_what_a_write_takes_out_lingers_until_its_end() -> None:
    live = ScheduleLayers(
        (
            turn("kept"),
            turn("dropped"),
            turn("ending", end="2026-06-01T12:01:00Z"),
            turn("over", end="2026-05-01T00:00:00Z"),
        )
    )
    wanted = ScheduleLayers((turn("kept"), turn("new")))
    assert names(wanted.lingering(live, STAMP)) == ["kept", "new", "dropped", "ending"]
    assert names(ScheduleLayers((turn("kept"),)).lingering(ScheduleLayers((turn("kept"), turn("kept"))), STAMP)) == [
        "kept",
        "kept",
    ]


def test_what_a_write_leaves() -> None:
    live = ScheduleLayers((turn("dropped"), turn("kept"), turn("ahead", start="2027-01-01T00:00:00Z")))
    wanted = ScheduleLayers((turn("kept", start=None), turn("ahead", start=None), turn("new", start=None)))
    after = wanted.written_over(live, STAMP)
    assert [(it["name"], it["start"], it["end"]) for it in after.items] == [
        ("dropped", "2026-01-01T00:00:00Z", STAMP),
        ("kept", "2026-01-01T00:00:00Z", None),
        ("ahead", STAMP, None),
        ("new", STAMP, None),
    ]


def test_a_layer_that_waits_for_its_hand_off_is_told_by_its_name_and_its_end() -> None:
    waiting = end_at_hand_off(turn("nights"), "2026-06-02T09:00:00Z")
    assert (waiting["name"], waiting["end"]) == (name_until_hand_off("nights"), "2026-06-02T09:00:00Z")
    assert waits_for_hand_off(waiting)
    assert not waits_for_hand_off({**waiting, "end": None})
    assert not waits_for_hand_off(turn("nights", end="2026-06-02T09:00:00Z"))
    again = end_at_hand_off(waiting, "2026-06-03T09:00:00Z")
    assert again == waiting, "the name is given once, and an earlier end stays"
    assert names(ScheduleLayers((waiting, turn("nights"))).lasting()) == ["nights"]
    assert len(name_until_hand_off("x" * 300)) == 255


def test_the_record_of_a_schedule_stays_the_same_as_time_passes() -> None:
    now = ScheduleLayers((turn("a"), turn("b", end="2026-07-01T00:00:00Z"))).stable()
    later = ScheduleLayers((turn("a", start="2026-06-01T12:00:00Z"),)).stable()
    assert now == later

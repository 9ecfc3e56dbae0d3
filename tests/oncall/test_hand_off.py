"""How the person on call stays until the next hand-off. Over HTTP, and at length: tests/end_to_end/test_hand_off.py."""

from __future__ import annotations

from typing import Any

from pdsync.model import Fields
from pdsync.model.schedule_layers import waits_for_hand_off
from pdsync.oncall.hand_off import keep_present

NOW = "2026-06-01T12:00:00Z"  # a Monday; weeks begin at 09:00
DAY, WEEK = 86_400, 604_800


def layer(name: str, *users: str, **more: Any) -> dict[str, Any]:
    return {
        "name": name,
        "users": list(users),
        "rotation_virtual_start": "2026-06-01T09:00:00Z",
        "rotation_turn_length_seconds": WEEK,
        "restrictions": [],
        **more,
    }


def fields(*layers: dict[str, Any]) -> Fields:
    return {"time_zone": "Etc/UTC", "schedule_layers": list(layers)}


def test_what_does_not_change_is_written_as_it_is() -> None:
    assert keep_present(fields(layer("all", "ana", "bo")), fields(layer("all", "ana", "bo")), NOW) is None
    assert keep_present({"time_zone": "Etc/UTC"}, fields(layer("all", "ana")), NOW) is None
    later = fields(layer("all", "ana", "cy"))
    assert keep_present(later, fields(layer("all", "ana", "bo")), NOW) is None, "bo comes after the hand-off"


def test_the_layer_runs_on_to_the_hand_off_and_its_successor_begins_there() -> None:
    hand_off = keep_present(fields(layer("all", "cy", "bo")), fields(layer("all", "ana", "bo")), NOW)
    assert hand_off is not None
    assert not hand_off.blockers
    first, second = hand_off.fields["schedule_layers"]
    assert waits_for_hand_off(first)
    assert (first["users"], first["end"]) == (["ana", "bo"], "2026-06-08T09:00:00Z")
    assert (second["name"], second["users"], second["start"]) == ("all", ["cy", "bo"], "2026-06-08T09:00:00Z")
    assert "the person on call stays until the next hand-off, Mon 8 Jun 2026 09:00 in Etc/UTC" in hand_off.notes[0]


def test_while_it_waits_the_same_plan_finds_it_done() -> None:
    wanted, live = fields(layer("all", "cy", "bo")), fields(layer("all", "ana", "bo"))
    first = keep_present(wanted, live, NOW)
    assert first is not None
    again = keep_present(wanted, {**live, **first.fields}, "2026-06-02T12:00:00Z")
    assert again is not None
    assert again.fields == first.fields


def test_layers_that_share_a_name_cannot_run_on() -> None:
    live = fields(layer("all", "ana"), layer("all", "bo"))
    hand_off = keep_present(fields(layer("all", "cy")), live, NOW)
    assert hand_off is not None
    (blocker,) = hand_off.blockers
    assert blocker.startswith("2 layers are called 'all'")

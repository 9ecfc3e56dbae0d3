"""Layers cannot be deleted, only ended; a start that is past cannot be changed; the newest layer is answered first."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from pdsync.kinds.schedule import SCHEDULE
from pdsync.manifest import load_texts
from pdsync.model import Ref
from tests.manifest.text import manifest, said

NOW = datetime(2026, 6, 1, 12, 0, 30, tzinfo=UTC)
STAMP = "2026-06-01T12:00:30Z"


def live_layer(name: str, identity: str, **more: Any) -> dict[str, Any]:
    return {
        "id": identity,
        "name": name,
        "start": "2026-01-01T00:00:00Z",
        "end": None,
        "rotation_virtual_start": "2026-01-01T09:00:00+01:00",
        "rotation_turn_length_seconds": 86400,
        "users": [{"user": {"id": "PU1", "type": "user_reference"}}],
        "restrictions": [],
        **more,
    }


def answer(*layers: dict[str, Any]) -> dict[str, Any]:
    return {"id": "PS1", "name": "days", "time_zone": "Europe/Berlin", "schedule_layers": list(layers)}


def refs(ref: Ref) -> dict[str, str]:
    return {"id": ref.value, "type": "user_reference"}


def send(wanted: list[dict[str, Any]], live: dict[str, Any]) -> list[dict[str, Any]]:
    body = SCHEDULE.to_body({"schedule_layers": wanted}, refs, SCHEDULE.read_live(live), NOW)
    layers: list[dict[str, Any]] = body["schedule_layers"]
    return layers


def canonical(live: dict[str, Any]) -> list[dict[str, Any]]:
    settled = SCHEDULE.passing.settle(dict(SCHEDULE.read_live(live).fields), STAMP)
    layers: list[dict[str, Any]] = settled["schedule_layers"]
    return layers


def test_answers_are_turned_into_the_order_of_requests() -> None:
    assert [layer["name"] for layer in canonical(answer(live_layer("top", "PL2"), live_layer("base", "PL1")))] == [
        "base",
        "top",
    ]


def test_a_layer_keeps_its_id_by_name_and_not_by_position() -> None:
    live = answer(live_layer("b", "PL2"), live_layer("a", "PL1"))
    new = {**canonical(live)[1], "name": "new"}
    sent = send([new, *canonical(live)], live)
    assert [(layer["name"], layer.get("id")) for layer in sent] == [("new", None), ("a", "PL1"), ("b", "PL2")]


SECONDS = """time_zone: UTC
schedule_layers:
  - name: All
    rotation_virtual_start: "2026-01-05T09:00:05"
    rotation_turn_length_seconds: 1d
    users: [{id: PU1}]
"""


def test_a_rotation_that_another_client_began_within_a_minute_can_be_managed() -> None:
    assert said(manifest("Schedule", "s", SECONDS)) == []
    [warning] = load_texts([("s.yaml", manifest("Schedule", "s", SECONDS))]).warnings
    assert warning.message == "schedule_layers[All].rotation_virtual_start: is not on a whole minute"


def test_an_end_within_a_minute_is_refused() -> None:
    [problem] = said(manifest("Schedule", "s", SECONDS.rstrip() + '\n    end: "2026-02-05T09:00:05"'))
    assert "end: must be on a whole minute" in problem


def test_a_layer_that_is_taken_out_is_ended_at_the_next_whole_minute() -> None:
    live = answer(live_layer("gone", "PL2"), live_layer("stays", "PL1"))
    sent = send(canonical(live)[:1], live)
    assert [(layer["id"], layer["end"]) for layer in sent] == [("PL2", "2026-06-01T12:01:00Z"), ("PL1", None)]
    ended = answer(live_layer("gone", "PL2", end="2026-06-01T14:01:00+02:00"), live_layer("stays", "PL1"))
    assert [layer["name"] for layer in canonical(ended)] == ["stays"]


def test_an_ended_layer_is_not_taken_up_again_by_a_new_one_of_its_name() -> None:
    live = answer(live_layer("a", "PL1", end="2026-05-01T00:00:00Z"))
    (sent,) = send([{"name": "a", "users": [Ref("user", "id", "PU1")]}], live)
    assert "id" not in sent


def test_a_past_start_is_not_compared_but_sent_as_it_is() -> None:
    live = answer(live_layer("a", "PL1"))
    assert "start" not in canonical(live)[0]
    assert send(canonical(live), live)[0]["start"] == "2026-01-01T00:00:00Z"


def test_a_future_start_that_is_no_longer_wanted_becomes_now() -> None:
    live = answer(live_layer("a", "PL1", start="2027-01-01T00:00:00Z"))
    wanted = [{name: value for name, value in canonical(live)[0].items() if name != "start"}]
    assert canonical(live)[0]["start"] == "2027-01-01T00:00:00Z"
    assert send(wanted, live)[0]["start"] == STAMP


def test_a_layer_that_has_not_begun_is_taken_out_without_ending_before_it_starts() -> None:
    live = answer(live_layer("later", "PL2", start="2027-01-01T00:00:00Z"), live_layer("stays", "PL1"))
    dropped = send(canonical(live)[:1], live)[0]
    assert (dropped["id"], dropped["start"], dropped["end"]) == ("PL2", STAMP, "2026-06-01T12:01:00Z")

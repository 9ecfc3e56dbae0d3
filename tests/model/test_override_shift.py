"""Who is on call in which rotation at some time."""

from __future__ import annotations

from pdsync.model import Ref
from pdsync.model.override_shift import find_turns


def test_an_event_whose_rule_cannot_be_computed_has_no_turns() -> None:
    """Anyone can make one by hand, and the other rotations are still known."""

    def rotation(name: str, rule: str) -> dict[str, object]:
        event = {"name": name, "start_time": "2026-11-30T09:00", "end_time": "2026-11-30T17:00", "recurrence": [rule]}
        return {"name": name, "events": [{**event, "members": [Ref("user", "key", name)]}]}

    schedule = {"rotations": [rotation("odd", "FREQ=DAILY;INTERVAL=7;BYDAY=TU"), rotation("day", "FREQ=DAILY")]}
    found = find_turns(schedule, lambda ref: ref, "2026-12-07T09:00:00Z", "2026-12-08T09:00:00Z")
    assert found == (("day", Ref("user", "key", "day")),)

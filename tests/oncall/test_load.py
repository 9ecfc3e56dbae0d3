"""How much people are on call."""

from __future__ import annotations

from pdsync.model import Ref
from pdsync.oncall.load import compute_loads
from pdsync.oncall.roster import Entry, Roster

ANA, ROTA = Ref("user", "id", "PANA"), Ref("schedule", "id", "PROTA")


def test_a_person_who_is_only_in_a_schedule_of_an_unknown_zone() -> None:
    """An account may hold names that no database of zones has, such as those of Rails."""
    layer = {
        "name": "A",
        "start": "2026-01-05T08:00:00Z",
        "rotation_virtual_start": "2026-01-05T08:00:00Z",
        "rotation_turn_length_seconds": 604800,
        "users": [ANA],
    }
    for zone in ("Eastern Time (US & Canada)", "No/Where"):
        schedule = {"name": "Rota", "time_zone": zone, "schedule_layers": [layer]}
        roster = Roster({ANA: Entry({"name": "Ana"}), ROTA: Entry(schedule)})
        (load,) = compute_loads(roster, 1_795_000_000, 1_796_000_000).values()
        assert (load.nights, load.weekends) == (0, 0)

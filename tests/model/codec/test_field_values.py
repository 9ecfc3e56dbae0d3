"""Values of custom fields read the same, whatever order PagerDuty answers them in."""

from __future__ import annotations

from itertools import permutations

from pdsync.model.codec.field_values import read_values

ROWS = [
    {"id": "PF3", "name": "tier", "data_type": "integer", "value": 1},
    {"id": "PF1", "name": "region", "data_type": "string", "value": "eu"},
    {"id": "PF2", "name": "regulated", "data_type": "boolean", "value": False},
    {"id": "PF4", "name": "owner", "data_type": "string", "value": None},
]


def test_values_are_ordered_by_name_and_not_by_the_ids_of_their_fields() -> None:
    read = {tuple(read_values(rows).items()) for rows in permutations(ROWS)}
    assert read == {(("region", "eu"), ("regulated", False), ("tier", 1))}

"""Notes are short until all is asked for, and lose nothing that is not a list of names."""

from __future__ import annotations

import pytest

from pdsync.report.text.detail import Detail, brief_note

EXPANDED = Detail(expanded=True)
HEAD = "2 teams keep members whom their lists do not name"


@pytest.mark.parametrize(
    ("note", "brief"),
    [
        (f"{HEAD}: team/a (user/ana, named by schedule/x); team/b (user/bo)", f"{HEAD} (-v names them)"),
        (f"{HEAD}: team/a (user/ana)", f"{HEAD} (-v names them)"),
        (f"service/{'a' * 70}: every layer has ended", f"service/{'a' * 70}: every layer has ended"),
        ("services cannot be read (PagerDuty said 402): they are unknown, so none of them is compared",) * 2,
        ("x" * 300, f"{'x' * 240}... (-v shows all)"),
    ],
)
def test_only_a_list_of_objects_and_the_end_of_a_long_note_are_left_out(note: str, brief: str) -> None:
    assert brief_note(note, Detail()) == brief
    assert brief_note(note, EXPANDED) == note

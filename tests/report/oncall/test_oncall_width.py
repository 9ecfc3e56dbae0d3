"""What is said of on-call fits the terminal, whatever the names are made of."""

from __future__ import annotations

import re
from datetime import UTC
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pdsync.model import Ref
from pdsync.oncall.escalation_level import levels_at
from pdsync.oncall.finding import Finding
from pdsync.oncall.maintenance import Maintenance
from pdsync.oncall.on_call_period import next_periods, periods_between
from pdsync.oncall.roster import Entry, Roster
from pdsync.report.oncall.explanation import render_explanation
from pdsync.report.oncall.finding_text import render_findings
from pdsync.report.oncall.oncall_text import Answer, render_oncall_text
from pdsync.report.oncall.period_text import render_periods_text
from pdsync.report.oncall.schedule_timeline import render_timeline
from pdsync.report.text.clock import Clock, Screen
from pdsync.report.text.palette import Palette
from pdsync.report.text.safe_text import cell_width, safe_text
from pdsync.report.text.wrapped import padded, shortened, wrapped

DAY = 86_400
NOW = 1_799_100_000
CLOCK = Clock(ZoneInfo("America/New_York"))
_PIECES = [
    "名前",
    "のぞみ",
    "👩",
    "❤️",
    "🏳️",
    "é" * 3,
    "Z̨̖͚̹̀",
    "ﷺ",
    "한국어",
    "x" * 90,
    "word",
    "\x1b[2J",
    "\u202e",
    "🇩🇪",
    "👍🏽",
    "-",
    "a b",
]
NAMES = st.lists(st.sampled_from(_PIECES), min_size=1, max_size=12).map(" ".join) | st.text(min_size=1, max_size=120)
WIDTHS = st.sampled_from([40, 60, 80, 100])


PLACE = f"{'deep/' * 30}desk.yaml:3"
"""Longer than any line: a place stays whole, so that an editor finds it."""


def company(person: str, other: str, schedule: str, service: str) -> Roster:
    ana, bo = Ref("user", "id", "PANA"), Ref("user", "id", "PBO")
    days, desk, search = (Ref(kind, "id", "P1") for kind in ("schedule", "escalation_policy", "service"))
    layer = {
        "name": schedule,
        "users": [ana, bo],
        "rotation_virtual_start": "2026-12-01T08:00:00Z",
        "rotation_turn_length_seconds": DAY,
        "restrictions": [{"type": "daily_restriction", "start_time_of_day": "09:00:00", "duration_seconds": 8 * 3600}],
    }
    rules = [
        {"escalation_delay_in_minutes": 5, "targets": [days, bo], "escalation_rule_assignment_strategy": "round_robin"},
        {"escalation_delay_in_minutes": 5, "targets": [days]},
    ]
    entries = {
        ana: Entry({"name": person}),
        bo: Entry({"name": other}),
        days: Entry({"name": schedule, "time_zone": "Asia/Kathmandu", "schedule_layers": [layer]}, source="rota.yaml:3"),
        desk: Entry({"name": other, "escalation_rules": rules, "num_loops": 1}, source=PLACE),
        search: Entry({"name": service, "escalation_policy": desk}),
    }  # fmt: skip
    return Roster(entries, complete=False, maintenance={search: (Maintenance(NOW + 5, NOW + DAY, person),)})


def too_wide(text: str, width: int) -> list[str]:
    return [line for line in text.splitlines() if cell_width(line) > width and line.strip() != PLACE]


@settings(max_examples=40, deadline=None)
@given(person=NAMES, other=NAMES, schedule=NAMES, service=NAMES, width=WIDTHS)
def test_nothing_is_wider_than_the_terminal(person: str, other: str, schedule: str, service: str, width: int) -> None:
    roster = company(person, other, schedule, service)
    ana, days = Ref("user", "id", "PANA"), Ref("schedule", "id", "P1")
    desk, search = Ref("escalation_policy", "id", "P1"), Ref("service", "id", "P1")
    answer = Answer(
        NOW,
        list(levels_at(roster, desk, NOW)),
        next_periods(roster, ana, NOW),
        [(search, Maintenance(NOW, NOW + DAY, service))],
    )
    rendered = roster.render(days, NOW, NOW + 3 * DAY)
    assert rendered is not None
    periods = list(periods_between(roster, desk, NOW, NOW + 2 * DAY))
    for text in (
        render_oncall_text(roster, answer, CLOCK, Palette(), width),
        render_periods_text(roster, periods, NOW, NOW + 2 * DAY, Screen(CLOCK, Palette(), width)),
        render_timeline(roster, days, rendered, "Asia/Kathmandu", Screen(CLOCK, Palette(), width)),
        render_explanation(roster, search, NOW, CLOCK, width),
        render_explanation(roster, search, NOW + 10, CLOCK, width),
    ):
        assert not too_wide(text, width)
        assert "\x1b" not in text
    assert f"      {PLACE}\n" in render_oncall_text(roster, answer, CLOCK, Palette(), width)


@given(text=NAMES, width=st.integers(30, 100))
def test_breaking_lines_loses_nothing_but_spaces(text: str, width: int) -> None:
    shown = safe_text(re.sub(r"[^\S ]+", " ", text)).replace("::", ":")
    lines = wrapped(shown, width, indent="  ", hanging="    ")
    assert "".join(lines).replace(" ", "") == shown.replace(" ", "")
    assert all(cell_width(line) <= width for line in lines)


@given(text=NAMES, width=st.integers(4, 40))
def test_a_column_has_its_width_and_says_what_was_cut(text: str, width: int) -> None:
    shown = re.sub(r"\s", " ", text)
    assert cell_width(padded(shown, width)) in (width, width + 1)
    assert cell_width(shortened(shown, width)) <= width
    assert shortened(shown, width) == shown or shortened(shown, width).endswith("…")


@pytest.mark.parametrize(
    ("text", "cells"),
    [("abc", 3), ("名前", 4), ("e\u0301", 1), ("❤\ufe0f", 2), ("👍", 2), ("\u20dd", 0), ("👍\ufe0f", 2), ("", 0)],
)
def test_columns_of_a_terminal(text: str, cells: int) -> None:
    assert cell_width(text) == cells


def test_a_mark_stays_with_its_letter_where_a_word_is_cut() -> None:
    lines = wrapped("e\u0301" * 70, 30)
    assert all(line.startswith("e\u0301") for line in lines)
    assert list(map(cell_width, lines)) == [30, 30, 10]


def test_no_line_that_is_broken_begins_with_a_command() -> None:
    for line in wrapped("x" * 36 + " ::error::gone ::add-mask::me", 40, hanging="  ")[1:]:
        assert not line.lstrip().startswith("::")
    finding = Finding(
        "rule", "error", Ref("user", "id", "P1"), "名前 " * 12, "is wrong, " * 8, "Do this. " * 12, "a.yaml:3"
    )
    assert max(map(cell_width, render_findings([finding], UTC, Palette(), 80).splitlines())) <= 80
    assert len(render_findings([finding], UTC, Palette()).splitlines()) == 2

"""How one difference is shown."""

from __future__ import annotations

from typing import Any

import pytest

from pdsync.model import Ref
from pdsync.plan import Delta
from pdsync.report.plan.delta_text import render_delta
from pdsync.report.plan.field_codec import find_codec
from pdsync.report.plan.value import ValueWriter
from pdsync.report.text.palette import Palette

ANA, BO, CY = (Ref("user", "key", name) for name in ("ana", "bo", "cy"))
OUTSIDE = Ref("escalation_policy", "id", "PDEFAULT")
LABELS = {str(OUTSIDE): "Default \x1b[2J"}


def shown(kind: str, path: str, before: Any, after: Any, width: int = 100) -> list[str]:
    return render_delta(Delta(path, before, after), find_codec(kind, path), ValueWriter(LABELS, width), Palette(), "")


@pytest.mark.parametrize(
    ("kind", "path", "before", "after", "lines"),
    [
        ("service", "auto_resolve_timeout", 14400, 7200, ["auto_resolve_timeout: 4h -> 2h"]),
        ("service", "auto_resolve_timeout", 14400, None, ["auto_resolve_timeout: 4h -> (none)"]),
        (
            "escalation_policy",
            "escalation_rules[0].escalation_delay_in_minutes",
            90,
            10,
            ["escalation_rules[0].escalation_delay_in_minutes: 1h30m -> 10m"],
        ),
        (
            "schedule",
            "schedule_layers[Odd] .[name].rotation_turn_length_seconds",
            604800,
            86400,
            ["schedule_layers[Odd] .[name].rotation_turn_length_seconds: 1w -> 1d"],
        ),
        ("service", "alert_grouping_parameters.config.time_window", 900, 300, ["alert_grouping_parameters.config.time_window: 15m -> 5m"]),
        ("service", "name", "null", "12", ['name: "null" -> "12"']),
        ("service", "name", "a -> b", "a", ['name: "a -> b" -> a']),
        ("team", "description", "", 'say "hi"', ['description: "" -> "say \\"hi\\""']),
        ("service", "status", "active", "disabled", ["status: active -> disabled"]),
        (
            "service",
            "escalation_policy",
            OUTSIDE,
            Ref("escalation_policy", "key", "shop"),
            ['escalation_policy: escalation_policy "Default \\x1b[2J" (PDEFAULT) -> escalation_policy/shop'],
        ),
        (
            "escalation_policy",
            "escalation_rules[1].targets",
            [ANA, BO],
            [BO, CY],
            ["escalation_rules[1].targets:", "  - user/ana", "  + user/cy"],
        ),
        (
            "schedule",
            "schedule_layers[L].users",
            [ANA, BO, CY],
            [BO, ANA, CY],
            ["schedule_layers[L].users:", "  + user/bo", "    user/ana", "  - user/bo", "    user/cy"],
        ),
        (
            "service",
            "support_hours",
            None,
            {"type": "fixed_time_per_day", "start_time": "09:00:00"},
            ["+ support_hours: {start_time: 09:00}"],
        ),
        (
            "service",
            "alert_grouping_parameters",
            {"type": "intelligent", "config": {"time_window": 300}},
            None,
            ["- alert_grouping_parameters: {type: intelligent, config: {time_window: 5m}}"],
        ),
    ],
)  # fmt: skip
def test_a_difference_reads_like_this(kind: str, path: str, before: Any, after: Any, lines: list[str]) -> None:
    assert shown(kind, path, before, after) == lines


def test_a_set_of_targets_or_a_rotation_tells_order_only_where_it_matters() -> None:
    assert shown("team", "nothing", [1, 2], [2, 1]) == ["nothing:", "  + 2", "    1", "  - 2"]


def test_long_texts_are_cut_where_they_differ_and_counted() -> None:
    common = "the same words again and again " * 10
    lines = shown("service", "description", common + "old end", common + "new end", width=80)
    assert lines[0] == "description:"
    assert lines[1].endswith('old end" (317 characters)')
    assert lines[2].endswith('new end" (317 characters)')
    assert all(len(line) < 100 for line in lines)


def test_a_block_that_does_not_fit_is_broken_into_lines() -> None:
    layer = {"name": "Nights", "rotation_turn_length_seconds": 43200, "users": [ANA, BO], "restrictions": []}
    assert shown("schedule", "schedule_layers[Nights]", None, layer, width=60) == [
        "+ schedule_layers[Nights]:",
        "    name: Nights",
        "    rotation_turn_length_seconds: 12h",
        "    users: [user/ana, user/bo]",
    ]

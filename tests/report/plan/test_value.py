"""Values are readable, unambiguous, and cannot be taken for something else."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pdsync.model import Ref
from pdsync.report.plan.field_codec import find_codec
from pdsync.report.plan.value import ValueWriter

WRITER = ValueWriter({"PANA": "Ana", "[user:id:PANA]": "Ana"}, 100)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "(none)"),
        (True, "true"),
        (0, "0"),
        ("plain", "plain"),
        ("true", "'true'"),
        ("with space", "'with space'"),
        ("", "''"),
        (["a", {"b": 1}], "[a, {b: 1}]"),
        (Ref("user", "key", "ana"), "user/ana"),
    ],
)
def test_a_value_in_one_line(value: Any, shown: str) -> None:
    assert WRITER.inline(value).replace('"', "'") == shown


def test_a_number_of_seconds_is_a_duration() -> None:
    assert WRITER.inline(14_400, find_codec("service", "auto_resolve_timeout")) == "4h"


def test_two_long_texts_show_their_first_difference() -> None:
    before, after = "x" * 300 + "old" + "y" * 300, "x" * 300 + "new" + "y" * 300
    old, new = WRITER.text_pair(before, after)
    assert "old" in old
    assert "new" in new
    assert "(603 characters)" in old
    assert len(old) < 120


def test_a_long_text_is_shortened_and_counted() -> None:
    shown = WRITER.text("word " * 100)
    assert shown.endswith("(500 characters)")
    assert len(shown) < 100


def test_a_text_that_is_json_is_shown_as_a_structure() -> None:
    people = [{"type": "escalation_policy", "id": f"${{id:escalation_policy/level-{n}}}"} for n in (1, 2)]
    shown = WRITER.block("Responders", json.dumps(people), None, "  ")
    assert shown == [
        "  Responders (JSON):",
        '    - {type: escalation_policy, id: "${id:escalation_policy/level-1}"}',
        '    - {type: escalation_policy, id: "${id:escalation_policy/level-2}"}',
    ]


@pytest.mark.parametrize("text", ["[" * 199 + "]" * 190, "[" * 5000 + "]" * 5000, "[incident] " * 20, "[]" + " " * 100])
def test_what_only_looks_like_json_stays_one_text(text: str) -> None:
    (line,) = WRITER.block("Message", text, None, "")
    assert line.startswith('Message: "[')
    assert line.endswith(f"({len(text)} characters)")

"""Conditions are read as PagerDuty's overview of the language says, and what is wrong is told at its place."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdsync.condition import Condition, ConditionError, parse
from pdsync.condition.tree import And, Compare, Exists, How, Literal, Matches, Not, Or, Path

DOCUMENTED = (
    "event.summary matches part 'prod' and (event.location == 'US' or event.location == 'Canada')",
    "event.x > 5 and not event.y < 6 or event.z == 2",
    "event.custom_details['system diagnosis'].important_field exists",
    "raw_event.links[0].href matches regex exactly '(?i)this'",
    "now > 2020-01-01 00:00:00 Etc/UTC",
    "now in Mon,Tue,Wed,Thu,Fri 09:00:00 to 17:00:00 America/New_York",
    "trigger_count over 10 seconds > 5",
    "resetting_trigger_count over 1 hour 30 minutes > 50",
    "cache_var.num_db_triggers >= 5",
    "event.source matches exactly 'DB'",
    "event.code == -12 or event.load >= 0.7 or event.big < 45000000000.0",
    "event.custom_details.ok == true and not false",
    "event.summary matches 'the system\\'s down' or event.summary matches 'one \\\\ backslash'",
    "event.summary matches 'こんにちは世界'",
)


@pytest.mark.parametrize("text", DOCUMENTED)
def test_a_documented_condition_is_read_and_written_the_same(text: str) -> None:
    assert str(parse(text)) == text


def test_not_binds_closer_than_and_and_and_closer_than_or() -> None:
    x, y, z = (
        Compare(Path(("event", name)), op, Literal(n)) for name, op, n in (("x", ">", 5), ("y", "<", 6), ("z", "==", 2))
    )
    assert parse("event.x > 5 and not event.y < 6 or event.z == 2").node == Or((And((x, Not(y))), z))
    assert parse("event.x > 5 and (not event.y < 6 or event.z == 2)").node == And((x, Or((Not(y), z))))


def test_words_of_the_language_are_names_behind_a_dot() -> None:
    path = Path(("event", "custom_details", "in", "now", "matches", "part"))
    assert parse("event.custom_details.in.now.matches.part exists").node == Exists(path)
    assert parse("nothing.android exists").node == Exists(Path(("nothing", "android")))


def test_a_text_keeps_what_is_escaped() -> None:
    node = parse(r"event.a matches 'it\'s \\d'").node
    assert node == Matches(Path(("event", "a")), How.WHOLE, Literal(r"it's \d"), False)


def test_line_breaks_are_white_space() -> None:
    assert str(parse("event.a exists\n  and event.b exists\n")) == "event.a exists and event.b exists"


@pytest.mark.parametrize(
    ("text", "column", "message", "hint"),
    [
        ("", 1, "is empty", "Leave out 'if'"),
        ("event.source equals 'x'", 14, "'equals' is not an operator", "matches"),
        ("event.source matchs 'x'", 14, "'matchs' is not an operator", "Did you mean 'matches'"),
        ("event.source matches prt 'x'", 22, "'prt' is not known", "Did you mean 'part'"),
        ("event.source = 'x'", 14, "'=' is not an operator", "=="),
        ("event.source != 'x'", 14, "'!=' is not an operator", "not A == B"),
        ("event.a && event.b", 9, "'&&' is not an operator", "'and'"),
        ("event.a AND event.b", 9, "'AND' is not an operator", "'and'"),
        ("event.source contains 'x'", 14, "'contains'", "matches part"),
        ("event.source does not match 'x'", 14, "'does'", "Put 'not' first"),
        ("event.source not matches 'x'", 14, "'not'", "Put 'not' first"),
        ("event.disk-usage exists", 11, "'-'", "brackets"),
        ('event.source matches "x"', 22, "a value is missing", "single quotes"),
        ("event.source matches 'x", 22, "the quote is not closed", "\\'"),
        ("(event.source matches 'x'", 26, "a parenthesis is not closed", ""),
        ("event.source matches 'x')", 25, "')' has no opening counterpart", ""),
        ("event.a and and event.b", 13, "a value is missing before 'and'", ""),
        ("event.source matches", 21, "a value is missing at the end", ""),
        ("event.a['x' exists", 13, "bracket is not closed", ""),
        ("event.a[-1] exists", 9, "-1 is not a position", "count from 0"),
        ("event.a == nil", 12, "'nil'", "not A exists"),
        ("5", 1, "5 alone is not a condition", "Compare"),
        ("event.a and 'x'", 13, "'x' alone is not a condition", "Compare"),
        ("event.a > 99999999999999999999", 11, "too large", ""),
        ("event.a == 2020-13-01 00:00:00 Etc/UTC", 12, "is not a date", ""),
        ("event.a matches regex event.b", 23, "needs a pattern in quotes", ""),
        ("event.a matches regex exactly '('", 31, "is not a pattern of RE2: missing ): (", "Syntax"),
        ("event.a matches regex '(?<=a)b'", 23, "is not a pattern of RE2", "no look-behind"),
        (r"event.a matches regex 'a\d'", 25, r"'\d' is not an escape sequence", r"'\\d'"),
        (r"event.a matches regex '(a)\\1'", 23, "is not a pattern of RE2", ""),
        ("now in Mon, Tue 09:00:00 to 17:00:00 Etc/UTC", 11, "a time of day is missing", "without spaces"),
        ("now in Mon,Tues 09:00:00 to 17:00:00 Etc/UTC", 11, "a time of day is missing", "Days are Mon, Tue"),
        ("now in Mon-Fri 09:00:00 to 17:00:00 Etc/UTC", 11, "a time of day is missing", "Name each day"),
        ("now in Mon 09:00 to 17:00 Etc/UTC", 12, "a time of day is missing", "09:00:00"),
        ("now in Mon 09:00:00 to 25:00:00 Etc/UTC", 24, "25:00:00 is not a time of day", ""),
        ("now in Mon 09:00:00 17:00:00 Etc/UTC", 21, "'to' is missing", ""),
        ("now in Mon 09:00:00 to 17:00:00 Europe/Belin", 33, "is not a time zone", "Europe/Berlin"),
        ("now in Mon 09:00:00 to 17:00:00", 32, "a time zone is missing at the end", "tz database"),
        ("event.a in Mon 09:00:00 to 17:00:00 Etc/UTC", 9, "'in' is not an operator", "Only 'now'"),
        ("trigger_count > 3", 15, "'over' is missing", "trigger_count over"),
        ("trigger_count over 1 fortnight > 3", 22, "a unit is missing", "second, minute"),
        ("trigger_count over 1 minute 2 minutes > 3", 31, "twice", ""),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_at_its_place(text: str, column: int, message: str, hint: str) -> None:
    with pytest.raises(ConditionError) as caught:
        parse(text)
    assert message in caught.value.message
    assert hint in caught.value.hint
    assert caught.value.column == column


@given(st.text(alphabet="event.abc()[]'\\=>< andormatchesnowin0123:,-", max_size=40))
def test_any_text_is_a_condition_or_has_an_error_within_it(text: str) -> None:
    found = read(text)
    if isinstance(found, ConditionError):
        assert 1 <= found.column <= len(text) + 1
    else:
        assert read(str(found)) == Condition(str(found), found.node)


def read(text: str) -> Condition | ConditionError:
    try:
        return parse(text)
    except ConditionError as error:
        return error


def test_neither_parser_nor_regex_engine_is_imported_before_a_condition_is_read() -> None:
    code = "import sys, pdsync.condition; sys.exit(bool({'lark', 're2', 'difflib'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

"""Conditions are evaluated as PagerDuty's overview of the language says, and each result has its reason."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pdsync.condition import MISSING, Facts, evaluate, parse

EVENT = {
    "summary": "[PROD] Disk space low",
    "source": "web-1",
    "severity": None,
    "custom_details": {
        "load": 7,
        "text": "7",
        "half": 3.0,
        "ok": True,
        "lines": "This has a newline\nin it",
        "from": ["first@x", {"name": "Ann"}],
        "odd key": "yes",
    },
}
MONDAY_NOON = datetime(2022, 1, 3, 20, 0, tzinfo=UTC)
"""Noon in Los Angeles."""


def judge(text: str, **known: object) -> bool | None:
    return evaluate(parse(text), Facts(EVENT, **known)).result  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("event.summary matches '[prod] DISK space low'", True),
        ("event.summary matches exactly '[prod] DISK space low'", False),
        ("event.summary matches '[PROD] Disk space low '", False),
        ("event.summary matches part 'disk'", True),
        ("event.summary matches part exactly 'disk'", False),
        ("event.summary matches part 'network'", False),
        ("event.source matches regex '^WEB-[0-9]+$'", True),
        ("event.source matches regex exactly '^WEB'", False),
        ("event.source matches regex exactly '(?i)^WEB'", True),
        ("event.source matches regex '(?-i)^WEB'", False),
        ("event.custom_details.lines matches regex '.in it'", True),
        ("event.custom_details.lines matches regex '(?-s).in it'", False),
        ("event.custom_details.lines matches regex '^in it'", True),
        ("event.custom_details.lines matches regex '(?-m)^in it'", False),
        ("event.source matches regex 'db|web'", True),
        # Values become text for `matches`, and for nothing else.
        ("event.custom_details.load matches '7'", True),
        ("event.custom_details.ok matches 'TRUE'", True),
        ("event.custom_details.from matches part '\"name\":\"Ann\"'", True),
        ("event.custom_details.from[0] matches part 'first'", True),
        ("event.custom_details.from[1].name matches 'ann'", True),
        ("event.custom_details['odd key'] matches 'yes'", True),
        ("event.custom_details.text > 5", False),
        ("not event.custom_details.text > 5", True),
        ("event.custom_details.text == 7", False),
        ("event.custom_details.load > 5", True),
        ("event.custom_details.load >= 7 and event.custom_details.load <= 7.0", True),
        ("event.custom_details.half == 3", True),
        ("event.custom_details.ok == true", True),
        ("event.custom_details.ok == 1", False),
        ("event.custom_details.ok", True),
        ("event.custom_details.load", False),
        ("not event.custom_details.load", False),
        ("event.custom_details.load or true", False),
        ("true or event.custom_details.load", True),
        ("event.custom_details.load or true or true", True),
        ("event.source == 'WEB-1'", False),
        ("event.source == 'web-1'", True),
        ("9007199254740992 == 9007199254740993.0", True),
        ("9007199254740992 == 9007199254740994.0", False),
        # What is missing matches nothing; only `exists` tells it from null.
        ("event.nowhere matches ''", False),
        ("event.severity matches ''", False),
        ("event.severity exists", True),
        ("event.nowhere exists", False),
        ("event.custom_details.from[2] exists", False),
        ("event.source.deeper exists", False),
        ("event.nowhere > 2", False),
        ("not event.nowhere > 2", True),
        ("2 > 'two'", False),
        ("not 2 > 'two'", True),
        ("2 >= 'two' or 2 < 10", True),
        ("2 <= 'two' and 2 < 10", False),
        ("evnt.source exists", False),
        ("(event.custom_details.load > 5) == true", True),
    ],
)  # fmt: skip
def test_an_event_is_judged(text: str, result: bool) -> None:
    assert judge(text) is result


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("now in Mon,Wed,Fri 01:00:00 to 15:00:00 America/Los_Angeles", True),
        ("now in Mon,Wed,Fri 01:00:00 to 15:00:00 Etc/Utc", False),
        ("now > 2022-01-03 11:59:59 America/Los_Angeles", True),
        ("now > 2022-01-03 12:00:00 America/Los_Angeles", False),
        ("now >= 2022-01-03 20:00:00 Etc/UTC and now < 2022-01-04 00:00:00 Etc/UTC", True),
        ("now > 5", False),
    ],
)
def test_the_time_is_judged(text: str, result: bool) -> None:
    assert judge(text, now=MONDAY_NOON) is result


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("now in Mon 09:00:00 to 17:00:00 Etc/UTC", None),
        ("trigger_count over 1 minute > 3", None),
        ("cache_var.recent matches 'x'", None),
        ("cache_var.recent exists", None),
        ("raw_event.anything exists", None),
        ("not trigger_count over 1 minute > 3", None),
        ("event.source exists and trigger_count over 1 minute > 3", None),
        ("event.nowhere exists and trigger_count over 1 minute > 3", False),
        ("event.source exists or trigger_count over 1 minute > 3", True),
        ("event.nowhere exists or trigger_count over 1 minute > 3", None),
        ("(trigger_count over 1 minute > 3) == true", None),
        # The variable may hold something else than a boolean.
        ("cache_var.muted or event.source exists", None),
        ("event.source exists or cache_var.muted", True),
        ("event.nowhere exists or cache_var.muted", None),
        ("cache_var.muted and event.nowhere exists", False),
        ("cache_var.muted or event.source exists or event.summary exists", True),
    ],
)
def test_what_is_not_known_leaves_a_result_open_unless_the_rest_decides_it(text: str, result: bool | None) -> None:
    assert judge(text) is result


def test_counts_and_cache_variables_are_used_where_they_are_known() -> None:
    known = {"trigger_counts": {60: 4}, "cache_variables": {"hosts": 5, "gone": MISSING}}
    assert judge("trigger_count over 1 minute > 3", **known) is True
    assert judge("trigger_count over 60 seconds > 4", **known) is False
    assert judge("trigger_count over 2 minutes > 3", **known) is None
    assert judge("cache_var.hosts >= 5", **known) is True
    assert judge("cache_var.gone exists", **known) is False


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        ("event.source matches part 'db'", ["event.source is 'web-1', and 'db' is not in it"]),
        ("event.source matches part 'WEB'", ["event.source is 'web-1', and 'WEB' is in it"]),
        ("event.source matches 'db'", ["event.source is 'web-1', not 'db'"]),
        ("event.source matches exactly 'WEB-1'", ["event.source is 'web-1', not 'WEB-1' (case-sensitive)"]),
        ("event.source matches regex '^db'", ["event.source is 'web-1', and the pattern '^db' does not match"]),
        ("event.nowhere matches 'x'", ["event.nowhere does not exist"]),
        ("event.severity matches 'x'", ["event.severity is null"]),
        ("event.custom_details.load > 8", ["event.custom_details.load is 7, not more than 8"]),
        ("event.custom_details.text > 5", ["event.custom_details.text is '7', and '>' compares only numbers, or times"]),
        ("trigger_count over 1 minute > 3", ["the trigger count over 1 minute is not known"]),
        ("not event.source exists", ["event.source exists"]),
        ("now in Mon 01:00:00 to 15:00:00 Etc/UTC",
         ["now is Mon 20:00:00 in Etc/UTC, outside Mon 01:00:00 to 15:00:00 Etc/UTC"]),
        # An `and` fails by its false parts, an `or` holds by its first true one.
        ("event.source exists and event.a exists and event.b exists", ["event.a does not exist", "event.b does not exist"]),
        ("event.a exists or event.source exists or event.summary exists", ["event.source exists"]),
        ("event.a exists or not event.source exists", ["event.a does not exist", "event.source exists"]),
    ],
)  # fmt: skip
def test_the_reasons_are_those_that_decide(text: str, reasons: list[str]) -> None:
    assert list(evaluate(parse(text), Facts(EVENT, now=MONDAY_NOON)).reasons) == reasons


def test_the_explanation_is_a_tree_of_what_was_judged() -> None:
    verdict = evaluate(parse("event.a exists or not (event.source exists and event.b exists)"), Facts(EVENT))
    assert (verdict.result, verdict.join) == (True, "or")
    first, second = verdict.parts
    assert (first.result, first.text) == (False, "event.a exists")
    assert (second.result, second.join) == (True, "not")
    assert [part.result for part in second.parts[0].parts] == [True, False]

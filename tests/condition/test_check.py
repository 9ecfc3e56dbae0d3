"""What never works in a condition is an error, what is most likely not meant a warning."""

from __future__ import annotations

import pytest

from pdsync.condition import parse
from pdsync.condition.check import cache_variables_of, check, check_cache_variables


@pytest.mark.parametrize(
    ("text", "is_error", "message", "hint"),
    [
        ("evnt.source matches 'x'", True, "there is no 'evnt'", "Did you mean 'event.source'?"),
        ("headers.source matches 'x'", False, "there is no 'headers'", "PagerDuty documents event"),
        ("event.source matches part db", False, "'db' is not a field", "single quotes: 'db'"),
        ("event.payload.severity matches 'error'", False, "'payload' is not a field", "Did you mean 'event.severity'?"),
        ("event.sumary matches 'x'", False, "'sumary' is not a field", "Did you mean 'event.summary'?"),
        ("cache_var == 1", True, "needs the name of a variable", "cache_var.name"),
        ("event.severity matches 'warn'", False, "no event has the severity 'warn'", "Did you mean 'warning'?"),
        ("event.severity == 'Critical'", False, "no event has the severity 'Critical'", "'critical'"),
        ("event.summary matches part ''", False, "true of every text", "event.summary exists"),
        ("event.a > 5 and event.a < 3", True, "the condition is never true", "Correct it"),
        ("event.b exists or event.a matches regex 'a^'", False, "a part of the condition is never true", ""),
        ("event.a exists or not event.a exists", False, "true of every event", "Leave out 'if'"),
    ],
)
def test_a_mistake_is_found(text: str, is_error: bool, message: str, hint: str) -> None:
    (found,) = check(parse(text))
    assert found.is_error is is_error
    assert message in found.message
    assert hint in found.hint


@pytest.mark.parametrize(
    "text",
    [
        "event.source matches part 'db'",
        "event.severity matches 'CRITICAL'",
        "event.custom_details.anything matches regex '.*'",
        "event.location == 'US'",
        "raw_event.links[0].href exists",
        "trigger_count over 1 minute > 3 and cache_var.n >= 5",
        "event.severity matches 'info' and not (now in Mon,Tue 09:00:00 to 17:00:00 America/Los_Angeles)",
    ],
)
def test_nothing_is_said_of_what_works(text: str) -> None:
    assert check(parse(text)) == ()


def test_a_trigger_count_is_refused_where_it_is_not_allowed() -> None:
    (found,) = check(parse("event.a exists and trigger_count over 1 minute > 3"), counts_allowed=False)
    assert (found.is_error, "not allowed here" in found.message) == (True, True)


def test_a_cache_variable_that_is_not_defined_is_told() -> None:
    condition = parse("cache_var.db_alert >= 5 and not cache_var['other one'] exists or cache_var.db_alert == 1")
    assert cache_variables_of(condition) == ["db_alert", "other one"]
    first, second = check_cache_variables(condition, ["db_alerts"])
    assert (first.message, first.hint) == (
        "there is no cache variable 'db_alert' here",
        "Did you mean 'cache_var.db_alerts'?",
    )
    assert second.hint == "Add it to cache_variables."

"""Rules about on-call: what breaks each, what does not, and what is new of it after a change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdsync.model import Ref, Resource
from pdsync.oncall.interval import busiest_span, intersect, merge_intervals, total_s
from pdsync.oncall.roster import Roster, roster_of_resources
from pdsync.oncall.rule import RULES
from pdsync.oncall.rulebook import Rulebook, Setting
from tests.support.world import layer, policy, resource, schedule, service, user

NOW = int(datetime.fromisoformat("2027-01-05T12:00+01:00").timestamp())
DAYS = {"type": "daily_restriction", "start_time_of_day": "09:00", "duration_seconds": "8h"}
NIGHTS = {"type": "daily_restriction", "start_time_of_day": "17:00", "duration_seconds": "16h"}
PHONE = {"type": "phone_contact_method", "address": "5550102", "country_code": 49}
LIMITS = {"people": 2, "hours": 60}


def roster(*resources: Resource, complete: bool = False) -> Roster:
    made = roster_of_resources(resources)
    return Roster(made.entries, complete)


def shop(*targets: Any, **spec: Any) -> list[Resource]:
    return [user("ana"), user("bo"), policy("shop", *targets, **spec), service("checkout", "shop")]


def days(*users: str, key: str = "days") -> Resource:
    return schedule(key, layer("Days", *users, restrictions=[DAYS]))


def book(*names: str, severity: Any = "error", exceptions: Sequence[str] = ()) -> Rulebook:
    limits = {rule.name: {name: LIMITS[name] for name in rule.limits} for rule in RULES}
    return Rulebook({name: Setting(severity, limits[name], tuple(exceptions)) for name in names})


WHOLE = schedule("all", layer("All", "ana", "bo"))
SILENT = user("ana", contact_methods=[PHONE], notification_rules=[])
BREAKS: list[tuple[str, str, list[Resource], bool, str | None]] = [
    ("days only", "no_coverage_gap", [*shop({"schedule": "days"}), days("ana", "bo")], False, "shop"),
    ("a person behind", "no_coverage_gap", [*shop({"schedule": "days"}, {"user": "bo"}), days("ana")], False, None),
    ("a schedule from elsewhere", "no_coverage_gap", [*shop({"schedule": {"name": "Elsewhere"}})], False, None),
    ("days and nights", "no_coverage_gap", [*shop({"schedule": "days"}, {"schedule": "nights"}), days("ana"), schedule("nights", layer("N", "bo", restrictions=[NIGHTS]))], False, None),
    ("a person who was deleted", "no_coverage_gap", [policy("shop", {"user": "gone"})], True, "shop"),
    ("days only", "no_schedule_gap", [user("ana"), days("ana")], False, "days"),
    ("always", "no_schedule_gap", [user("ana"), user("bo"), WHOLE], False, None),
    ("one level", "min_two_levels", shop({"user": "ana"}), False, "shop"),
    ("two levels", "min_two_levels", shop({"user": "ana"}, {"user": "bo"}), False, None),
    ("one person", "min_people", [user("ana"), days("ana", "ana")], False, "days"),
    ("two people", "min_people", [user("ana"), user("bo"), days("ana", "bo")], False, None),
    ("the second one is in a layer that is over", "min_people", [user("ana"), user("bo"), schedule("s", layer("Old", "bo", start="2026-01-05T09:00", end="2026-06-01T09:00"), layer("New", "ana"))], False, "s"),
    ("no rule", "everyone_reachable", [SILENT, policy("shop", {"user": "ana"})], True, "ana"),
    ("no rule, and never on call", "everyone_reachable", [SILENT, user("bo"), policy("shop", {"user": "bo"})], True, None),
    ("rules not managed here", "everyone_reachable", shop({"user": "ana"}), False, None),
    ("every day", "max_hours_per_week", [user("ana"), *shop({"schedule": "days"})[2:], days("ana")], False, None),
    ("all week", "max_hours_per_week", [user("ana"), policy("shop", {"schedule": "all"}), schedule("all", layer("All", "ana"))], False, "ana"),
    ("all week, and no one is notified of it", "max_hours_per_week", [user("ana"), schedule("all", layer("All", "ana"))], False, None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("case", "rule", "resources", "complete", "broken_by"), BREAKS, ids=lambda value: str(value)[:40]
)
def test_what_breaks_a_rule(
    case: str, rule: str, resources: list[Resource], complete: bool, broken_by: str | None
) -> None:
    found = book(rule).judge(roster(*resources, complete=complete), NOW)
    assert [finding.name for finding in found] == ([broken_by] if broken_by else [])
    assert all(finding.rule == rule and finding.severity == "error" for finding in found)
    assert all(finding.place == f"{finding.subject.value}.yaml:1" for finding in found)


def test_times_are_those_of_the_gap() -> None:
    world = [user("ana"), days("ana"), policy("shop", {"schedule": "days"})]
    (finding,) = book("no_coverage_gap").judge(roster(*world), NOW)
    opened = int(datetime.fromisoformat("2027-01-05T17:00+01:00").timestamp())
    assert finding.when[0] == (opened, opened + 16 * 3600)
    assert finding.amount == 28 * 16 * 3600


@pytest.mark.parametrize("text", ["shop", "SHOP", "escalation_policy/shop"])
def test_an_exception_is_not_judged(text: str) -> None:
    made = roster(*shop({"user": "ana"}))
    assert not book("min_two_levels", exceptions=[text]).judge(made, NOW)
    assert not book("min_two_levels", exceptions=[text]).unused_names(made)


def test_an_exception_that_names_nothing_is_told() -> None:
    chosen = book("min_two_levels", exceptions=["shop", "chekout", "user/ana"])
    assert [(it.place, it.kind, it.text) for it in chosen.unused_names(roster(*shop({"user": "ana"})))] == [
        ("min_two_levels.except", "escalation_policy", "chekout"),
        ("min_two_levels.except", "escalation_policy", "user/ana"),
    ]


def test_only_what_a_change_makes_worse_is_new() -> None:
    chosen = book("no_coverage_gap", "min_two_levels")
    before = roster(*shop({"schedule": "days"}), days("ana"))
    shorter = schedule("days", layer("Days", "ana", restrictions=[{**DAYS, "duration_seconds": "7h"}]))
    later = schedule("days", layer("Days", "ana", restrictions=[{**DAYS, "start_time_of_day": "10:00"}]))
    longer = schedule("days", layer("Days", "ana", restrictions=[{**DAYS, "duration_seconds": "9h"}]))
    for after, new in ((shorter, ["no_coverage_gap"]), (later, ["no_coverage_gap"]), (longer, [])):
        changed = roster(*shop({"schedule": "days"}), after)
        assert [finding.rule for finding in chosen.judge_change(before, changed, NOW)] == new


def test_who_is_on_call_now_is_judged_of_a_change_only() -> None:
    chosen = book("no_change_of_current_oncall")
    before, after = roster(*shop({"user": "ana"})), roster(*shop({"user": "bo"}))
    assert not chosen.judge(after, NOW)
    (finding,) = chosen.judge_change(before, after, NOW)
    assert finding.subject == Ref("escalation_policy", "key", "shop")
    assert "ana leaves level 1, bo joins level 1" in finding.message
    swapped = roster(*shop({"user": "ana"}, {"user": "bo"}))
    assert "bo joins" in chosen.judge_change(before, swapped, NOW)[0].message
    assert not chosen.judge_change(before, before, NOW)
    turned = roster(*shop({"user": "bo"}, {"user": "ana"}))
    assert "ana leaves level 1" in chosen.judge_change(swapped, turned, NOW)[0].message


def test_whoever_is_not_known_may_be_the_same_person() -> None:
    elsewhere = roster(*shop({"schedule": {"name": "Elsewhere"}}))
    chosen = book("no_change_of_current_oncall")
    assert not chosen.judge_change(roster(*shop({"user": "ana"})), elsewhere, NOW)
    assert not chosen.judge_change(elsewhere, roster(*shop({"user": "ana"})), NOW)


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 12)), max_size=8), st.integers(1, 30))
def test_the_busiest_span_is_the_busiest(pairs: list[tuple[int, int]], length: int) -> None:
    spans = merge_intervals((start, start + more) for start, more in pairs)
    start, held = busiest_span(spans, length)
    every = [total_s(intersect(spans, [(at, at + length)])) for at in range(-40, 90)]
    assert held == max(every)
    assert held == total_s(intersect(spans, [(start, start + length)]))


@pytest.mark.parametrize("text", ["s", "schedule/s", "schedule_v3/s"])
def test_an_exception_may_name_a_shift_based_schedule(text: str) -> None:
    office = {
        "name": "Office",
        "every": "day",
        "from": "09:00",
        "to": "17:00",
        "members": ["ana"],
        "starts": "2027-01-04",
    }
    spec = {"version": 3, "time_zone": "Europe/Berlin", "rotations": [office]}
    made = roster(user("ana"), resource("Schedule", "s", spec))
    assert [finding.name for finding in book("no_schedule_gap").judge(made, NOW)] == ["s"]
    chosen = book("no_schedule_gap", exceptions=[text])
    assert (chosen.judge(made, NOW), chosen.unused_names(made)) == ((), ())

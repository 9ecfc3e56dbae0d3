"""What a change means for the people who are paged: nothing is overlooked by looking only at what is touched, and nothing is invented."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pdsync.model import Ref
from pdsync.oncall.difference import Unknown
from pdsync.oncall.escalation_level import levels_at
from pdsync.oncall.impact import Impact, compute_impact
from pdsync.oncall.load import nights_of, weekends_of
from pdsync.oncall.roster import Entry, Roster
from pdsync.oncall.scope import find_scope, whole_scope
from pdsync.oncall.shift import Shift, shift_at
from pdsync.oncall.uncovered import known_policy_gaps
from pdsync.oncall.urgency import urgency_at
from pdsync.report.impact.impact_risk import find_impact_risks
from pdsync.report.impact.impact_text import render_impact_lines

NOW = 1_795_000_000
DAY_S = 86_400
QUARTER_S = 900
USERS = [Ref("user", "id", key) for key in ("ana", "bo", "cy")]
SCHEDULES = [Ref("schedule", "id", key) for key in ("days", "nights")]
POLICIES = [Ref("escalation_policy", "id", key) for key in ("first", "second")]
SERVICES = [Ref("service", "id", key) for key in ("shop", "mail")]
MINDED = [name for name in Impact.__dataclass_fields__ if name not in ("touches", "kept")]

METHOD = {"type": "sms_contact_method", "address": "5550101"}
RULES = [
    {
        "urgency": urgency,
        "start_delay_in_minutes": 0,
        "contact_method": Ref("contact_method", "name", "sms_contact_method 5550101"),
    }
    for urgency in ("high", "low")
]
RESTRICTIONS: list[list[dict[str, Any]]] = [
    [],
    [{"type": "daily_restriction", "start_time_of_day": "09:00:00", "duration_seconds": 8 * 3600}],
    [
        {
            "type": "weekly_restriction",
            "start_day_of_week": 1,
            "start_time_of_day": "00:00:00",
            "duration_seconds": 6 * DAY_S,
        }
    ],
]


def person(methods: Any = (METHOD,), rules: Any = RULES) -> Entry:
    return Entry({"name": "A name"}, {"contact_methods": list(methods), "notification_rules": list(rules)})


def schedule(*users: Ref, restrictions: Any = (), zone: str = "Europe/Berlin") -> Entry:
    layer = {
        "name": "Week",
        "rotation_virtual_start": "2026-01-05T08:00:00Z",
        "rotation_turn_length_seconds": DAY_S,
        "users": list(users),
        "restrictions": list(restrictions),
    }
    return Entry({"name": "Days", "time_zone": zone, "schedule_layers": [layer]})


def policy(*levels: list[Ref]) -> Entry:
    rules = [{"escalation_delay_in_minutes": 10, "targets": targets} for targets in levels]
    return Entry({"name": "Policy", "escalation_rules": rules})


def service(of: Ref, urgency: str = "high") -> Entry:
    rule = {"type": "constant", "urgency": urgency}
    return Entry({"name": "Shop", "escalation_policy": of, "incident_urgency_rule": rule})


def by_hours(
    during: str, outside: str, days: Any = (1, 2, 3, 4, 5), hours: Any = ("09:00:00", "17:00:00"), rises: str = ""
) -> dict[str, Any]:
    parts = {"during": during, "outside": outside}
    return {
        "incident_urgency_rule": {
            "type": "use_support_hours",
            **{f"{name}_support_hours": {"type": "constant", "urgency": urgency} for name, urgency in parts.items()},
        },
        "support_hours": {
            "type": "fixed_time_per_day",
            "time_zone": "Europe/Berlin",
            "start_time": hours[0],
            "end_time": hours[1],
            "days_of_week": list(days),
        },
        "scheduled_actions": [{"type": "urgency_change", "at": {"type": "named_time", "name": rises}}] if rises else [],
    }


URGENCIES = st.sampled_from(["high", "low", "severity_based"])
ALARMING = st.one_of(
    st.builds(lambda urgency: {"incident_urgency_rule": {"type": "constant", "urgency": urgency}}, URGENCIES),
    st.builds(
        by_hours,
        URGENCIES,
        URGENCIES,
        st.sets(st.integers(1, 7), min_size=1),
        st.sampled_from([("09:00:00", "17:00:00"), ("22:30:00", "06:00:00"), ("00:00:00", "00:00:00")]),
        st.sampled_from(["", "support_hours_start", "support_hours_end"]),
    ),
    st.just({"status": "disabled"}),
)


@st.composite
def entries(draw: st.DrawFn) -> dict[Ref, Entry]:
    found: dict[Ref, Entry] = {}
    for user in USERS:
        if draw(st.integers(0, 4)):
            found[user] = draw(st.sampled_from([person(), person(()), person(rules=RULES[:1])]))
    people = st.lists(st.sampled_from(USERS), min_size=1, max_size=3)
    for ref in SCHEDULES:
        if draw(st.integers(0, 5)):
            found[ref] = schedule(*draw(people), restrictions=draw(st.sampled_from(RESTRICTIONS)))
    targets = st.lists(st.sampled_from([*USERS, *SCHEDULES]), min_size=1, max_size=2, unique=True)
    for ref in POLICIES:
        if draw(st.integers(0, 5)):
            found[ref] = policy(*draw(st.lists(targets, min_size=1, max_size=2)))
    for ref in SERVICES:
        of = draw(st.sampled_from(POLICIES))
        if of in found:
            found[ref] = Entry({"name": "Shop", "escalation_policy": of, **draw(ALARMING)})
    return found


@st.composite
def edits(draw: st.DrawFn) -> tuple[Roster, Roster]:
    """A roster, and the same one with some entries taken from another."""
    before, other = draw(entries()), draw(entries())
    taken = draw(st.sets(st.sampled_from([*USERS, *SCHEDULES, *POLICIES, *SERVICES]), max_size=3))
    after = {ref: entry for ref, entry in before.items() if ref not in taken}
    after |= {ref: entry for ref, entry in other.items() if ref in taken}
    return Roster(before), Roster(after)


@settings(max_examples=150)
@given(pair=edits())
def test_what_is_not_touched_is_equal(pair: tuple[Roster, Roster]) -> None:
    before, after = pair
    narrow = compute_impact(before, after, NOW)
    whole = compute_impact(before, after, NOW, scope=whole_scope(before, after))
    for name in MINDED:
        assert getattr(narrow, name) == getattr(whole, name), name
    if before.entries == after.entries:
        assert not narrow.touches
        assert narrow.is_quiet


@settings(max_examples=100)
@given(pair=edits(), at=st.integers(0, 14 * DAY_S - 1))
def test_it_says_what_is_so_at_any_instant(pair: tuple[Roster, Roster], at: int) -> None:
    before, after = pair
    impact = compute_impact(before, after, NOW)
    moment = NOW + at

    def on_call(roster: Roster, when: int) -> set[tuple[Ref, int, Ref]]:
        return {
            (ref, on_call.level, on_call.responder.user)
            for ref in POLICIES
            if ref in roster.entries
            for on_call in levels_at(roster, ref, when)
            if on_call.responder is not None and on_call.responder.user is not None
        }

    def dark(roster: Roster) -> set[tuple[Ref, int]]:
        """Levels that page someone through a schedule that is not there."""
        on_calls = [on_call for ref in POLICIES if ref in roster.entries for on_call in levels_at(roster, ref, NOW)]
        return {(it.policy, it.level) for it in on_calls if it.responder is not None and it.responder.user is None}

    old, new = on_call(before, NOW), on_call(after, NOW)
    assert {(turn.policy, turn.level, turn.user) for turn in impact.leaves} == {
        (ref, level, user) for ref, level, user in old - new if (ref, level) not in dark(after)
    }
    assert {(turn.policy, turn.level, turn.user) for turn in impact.joins} == {
        (ref, level, user) for ref, level, user in new - old if (ref, level) not in dark(before)
    }
    for ref in SCHEDULES:
        if ref in before.entries and ref in after.entries:
            held = [shift_at(_final(roster, ref, moment), moment) for roster in (before, after)]
            left, taken = (shift.user if shift is not None else None for shift in held)
            moves = [move for move in impact.moves if move.schedule == ref and move.start <= moment < move.end]
            assert [(move.before, move.after) for move in moves] == ([(left, taken)] if left != taken else [])
    for ref in POLICIES:
        gaps = [gap for gap in impact.gaps if gap.subject == ref and not gap.services and gap.start <= moment < gap.end]
        known = all(known_policy_gaps(roster, ref, NOW, impact.until) is not None for roster in (before, after))
        if ref in before.entries and ref in after.entries and known:
            paged = [any(of == ref for of, _, _ in on_call(roster, moment)) for roster in (before, after)]
            assert [gap.appears for gap in gaps] == ([paged[0]] if paged[0] != paged[1] else [])


def _final(roster: Roster, ref: Ref, moment: int) -> tuple[Shift, ...]:
    rendered = roster.render(ref, moment, moment + 1)
    assert rendered is not None
    return rendered.final


@settings(max_examples=100)
@given(before=ALARMING, after=ALARMING, at=st.integers(0, 14 * DAY_S - 1))
def test_urgencies_are_what_they_are_at_any_instant(before: dict[str, Any], after: dict[str, Any], at: int) -> None:
    """Held against `urgency_at`, which `explain` uses, and the lengths against a count of quarters of an hour."""
    of = {"name": "Shop", "escalation_policy": FIRST}
    impact = compute_impact(
        Roster({**BASE, SHOP: Entry({**of, **before})}), Roster({**BASE, SHOP: Entry({**of, **after})}), NOW
    )

    def alarm(fields: dict[str, Any], moment: int) -> str:
        urgency = urgency_at(fields, moment)
        if fields.get("status") == "disabled":
            return "none"
        return "low_rising" if urgency.rises_at is not None else urgency.urgency

    counted: Counter[tuple[str, str]] = Counter()
    for moment in range(NOW, impact.until, QUARTER_S):
        pair = alarm(before, moment), alarm(after, moment)
        counted[pair] += QUARTER_S if pair[0] != pair[1] else 0
    assert {(one.before, one.after): one.seconds for one in impact.alarms} == +counted
    for one in impact.alarms:
        assert (alarm(before, one.start), alarm(after, one.start)) == (one.before, one.after)
        assert one.start == NOW or (alarm(before, one.start - 1), alarm(after, one.start - 1)) != (
            one.before,
            one.after,
        )
        if one.start <= NOW + at < one.end:
            assert (alarm(before, NOW + at), alarm(after, NOW + at)) == (one.before, one.after)


ANA, BO, CY = USERS
DAYS, FIRST, SHOP = SCHEDULES[0], POLICIES[0], SERVICES[0]
BASE = {ANA: person(), BO: person(), DAYS: schedule(ANA), FIRST: policy([DAYS]), SHOP: service(FIRST)}


def test_what_pages_people_who_are_not_known_is_not_known() -> None:
    shifts = Ref("schedule_v3", "id", "PSHIFT")
    before = Roster({**BASE, FIRST: policy([shifts])})
    impact = compute_impact(before, Roster(BASE), NOW)
    assert impact.unknown == (Unknown(FIRST, shifts),)
    assert impact.gaps == ()
    assert impact.joins == impact.leaves == (), "it may have been Ana"
    assert [one.before for one in impact.services] == [(None,)]
    beside = {**BASE, FIRST: policy([shifts], [ANA])}
    covered = compute_impact(Roster(BASE), Roster(beside), NOW)
    assert covered.gaps == (), "Ana is paged at all hours, with or without others"


@pytest.mark.parametrize("missing", ["contact_methods", "notification_rules"])
def test_how_someone_is_reached_is_not_known_where_it_was_not_read(missing: str) -> None:
    lists = {name: items for name, items in person(()).children.items() if name != missing}
    edited = Entry({"name": "A name", "time_zone": "Asia/Kolkata"}, lists)
    impact = compute_impact(Roster(BASE), Roster({**BASE, ANA: edited}), NOW)
    if missing == "notification_rules":
        assert [one.lack for one in impact.unreachable] == ["contact_methods"]
    else:
        assert impact.unreachable == ()


def test_who_comes_on_call_needs_a_rule_for_the_urgencies_that_there_are() -> None:
    quiet = person(rules=RULES[:1])
    before = {**BASE, BO: quiet}
    joined = {**before, DAYS: schedule(BO)}
    assert compute_impact(Roster(before), Roster(joined), NOW).unreachable == ()
    low = {SHOP: service(FIRST, "low")}
    (found,) = compute_impact(Roster({**before, **low}), Roster({**joined, **low}), NOW).unreachable
    assert (found.user, found.lack, found.through) == (BO, "low", DAYS)


@pytest.mark.parametrize(
    ("was", "will", "lack"),
    [
        ({"incident_urgency_rule": {"urgency": "high"}}, by_hours("high", "low"), "low"),
        ({"incident_urgency_rule": {"urgency": "low"}}, {"incident_urgency_rule": {"urgency": "high"}}, "high"),
        ({"status": "disabled"}, {"status": "active"}, "high"),
        (by_hours("low", "low"), by_hours("low", "low", rises="support_hours_start"), "high"),
    ],
)
def test_an_urgency_that_is_new_needs_a_rule(was: dict[str, Any], will: dict[str, Any], lack: str) -> None:
    one_sided = person(rules=[rule for rule in RULES if rule["urgency"] != lack])
    of = {"name": "Shop", "escalation_policy": FIRST}
    before = {**BASE, ANA: one_sided, SHOP: Entry({**of, **was})}
    after = {**before, SHOP: Entry({**of, **will})}
    found = compute_impact(Roster(before), Roster(after), NOW).unreachable
    assert [(one.user, one.lack) for one in found] == [(ANA, lack)]
    assert not compute_impact(Roster(after), Roster(before), NOW).unreachable, "what goes back is not news"


def test_support_hours_that_cannot_be_read_are_not_known() -> None:
    odd = by_hours("high", "low")
    odd["support_hours"] = {**odd["support_hours"], "time_zone": "Mars/Olympus"}
    before = {**BASE, SHOP: Entry({**BASE[SHOP].fields, **odd})}
    impact = compute_impact(Roster(before), Roster(BASE), NOW)
    assert [(one.before, one.after) for one in impact.alarms] == [("unknown", "high")]
    assert "Shop: not known -> high, from now on" in " ".join(render_impact_lines(impact))
    off = Entry({**BASE[SHOP].fields, **odd, "status": "disabled"})
    disabled = compute_impact(Roster(before), Roster({**BASE, SHOP: off}), NOW)
    assert [(one.before, one.after) for one in disabled.alarms] == [("unknown", "none")]
    assert [placed.risk.code for placed in find_impact_risks(disabled)] == ["service_disabled"]


@pytest.mark.parametrize(
    "odd",
    [
        {"incident_urgency_rule": {"type": "constant", "urgency": ["x"]}},
        {**by_hours("low", "high"), "scheduled_actions": [{"type": "urgency_change"}]},
        by_hours("high", "low", hours=("99999999999999:00:00", "17:00:00")),
    ],
)
def test_whatever_an_account_holds_is_no_crash_and_not_nothing(odd: dict[str, Any]) -> None:
    before = {**BASE, SHOP: Entry({**BASE[SHOP].fields, **odd})}
    after = {**BASE, SHOP: Entry({**BASE[SHOP].fields, **by_hours("low", "low")})}
    impact = compute_impact(Roster(before), Roster(after), NOW)
    assert impact.alarms
    assert render_impact_lines(impact)


def test_a_minute_that_is_left_over_is_not_nothing() -> None:
    nearly = by_hours("low", "high", days=range(1, 8), hours=("00:00:00", "23:59:59"))
    impact = compute_impact(
        Roster({**BASE, SHOP: Entry({**BASE[SHOP].fields, **nearly})}),
        Roster({**BASE, SHOP: Entry({**BASE[SHOP].fields, **by_hours("low", "low", days=range(1, 8))})}),
        NOW,
    )
    assert "high -> low, less than a minute of 14 days" in " ".join(" ".join(render_impact_lines(impact)).split())


def test_who_joins_what_has_no_urgent_incidents_needs_no_rule_for_them() -> None:
    quiet = {SHOP: service(FIRST, "low")}
    one_sided = {BO: person(rules=RULES[1:])}
    joined = {DAYS: schedule(ANA, BO)}
    assert not compute_impact(
        Roster({**BASE, **quiet, **one_sided}), Roster({**BASE, **quiet, **one_sided, **joined}), NOW
    ).unreachable
    unused = {ref: entry for ref, entry in {**BASE, **one_sided}.items() if ref != SHOP}
    assert compute_impact(Roster(unused), Roster({**unused, **joined}), NOW).unreachable, "given an incident by hand"


def test_overrides_count_where_the_rosters_hold_them() -> None:
    held = {DAYS: (Shift(NOW - 60, NOW + 3600, BO, ""),)}
    before, after = (Roster(found).with_overrides(held) for found in (BASE, {**BASE, DAYS: schedule(ANA, BO)}))
    impact = compute_impact(before, after, NOW)
    assert impact.leaves == impact.joins == ()
    assert min(move.start for move in impact.moves) >= NOW + 3600


def test_a_description_touches_nothing() -> None:
    renamed = replace(BASE[SHOP], fields={**BASE[SHOP].fields, "description": "Other", "name": "Store"})
    assert not find_scope(Roster(BASE), Roster({**BASE, SHOP: renamed}))


def test_nights_and_weekends_are_those_of_a_clock_on_a_wall() -> None:
    spring = 1_806_000_000  # 25 March 2027; clocks change on the 28th
    nights = nights_of("Europe/Berlin", spring, spring + 7 * DAY_S)
    assert {end - start for start, end in nights} == {8 * 3600, 7 * 3600}
    assert [end - start for start, end in weekends_of("Europe/Berlin", spring, spring + 7 * DAY_S)] == [47 * 3600]


@pytest.mark.parametrize(
    "wrong",
    [
        {"time_zone": "Mars/Olympus"},
        {"schedule_layers": [{**BASE[DAYS].fields["schedule_layers"][0], "rotation_turn_length_seconds": 0}]},
    ],
)
def test_a_schedule_that_cannot_be_read_is_not_known(wrong: dict[str, Any]) -> None:
    odd = Entry({**BASE[DAYS].fields, **wrong})
    impact = compute_impact(
        Roster({**BASE, DAYS: odd, ANA: Entry({"name": "A", "time_zone": "Mars/Olympus"})}), Roster(BASE), NOW
    )
    assert impact.unknown[0] == Unknown(FIRST, DAYS)
    assert not any((impact.moves, impact.gaps, impact.leaves, impact.joins))
    assert render_impact_lines(impact)


@pytest.mark.parametrize("layers", [{}, {"schedule_layers": None}])
def test_a_schedule_of_which_no_layers_were_read_is_not_no_one(layers: dict[str, Any]) -> None:
    days = {DAYS: Entry({"name": "Days", "time_zone": "Etc/UTC", **layers})}
    before, after = (
        Roster({**BASE, **days, FIRST: policy([ANA])}),
        Roster({**BASE, **days, FIRST: policy([DAYS], [BO])}),
    )
    impact = compute_impact(before, after, NOW)
    assert [(one.subject, one.why) for one in impact.unknown] == [(FIRST, DAYS)]
    assert not impact.leaves
    assert [one.after for one in impact.services] == [(None,)]
    assert not compute_impact(after, before, NOW).joins


def test_a_schedule_without_a_layer_has_no_one() -> None:
    days = {DAYS: Entry({"name": "Days", "time_zone": "Etc/UTC", "schedule_layers": []})}
    impact = compute_impact(
        Roster({**BASE, FIRST: policy([ANA])}), Roster({**BASE, **days, FIRST: policy([DAYS])}), NOW
    )
    assert [(gap.subject, gap.start, gap.end) for gap in impact.gaps if gap.appears and gap.subject == FIRST] == [
        (FIRST, NOW, impact.until)
    ]
    assert not impact.unknown

"""Overrides that a change makes or removes: who takes over from whom, for how long, and what remains uncovered."""

from __future__ import annotations

from typing import Any

from pdsync.model import Ref
from pdsync.oncall.impact import Impact, compute_impact
from pdsync.oncall.roster import Entry, Roster
from pdsync.oncall.shift import Shift
from pdsync.oncall.shift_edit import ShiftEdits, ShiftOverride
from pdsync.oncall.takeover import merge_overrides, merge_shift_edits
from pdsync.report.impact.impact_text import impact_parts

NOW = 1_795_428_000
"""Monday, 23 November 2026, 10:00 UTC."""
HOUR_S, DAY_S = 3600, 86_400
ANA, BO, CY = (Ref("user", "id", key) for key in ("ana", "bo", "cy"))
DAYS, FIRST, SHOP = (
    Ref("schedule", "id", "PDAYS1"),
    Ref("escalation_policy", "id", "PFIRST"),
    Ref("service", "id", "PSHOP1"),
)
OFFICE = {"type": "daily_restriction", "start_time_of_day": "09:00:00", "duration_seconds": 8 * HOUR_S}


def company(*restrictions: Any) -> dict[Ref, Entry]:
    """Ana is on call in Berlin, all the time or in office hours."""
    layer = {
        "name": "Week",
        "rotation_virtual_start": "2026-01-05T08:00:00Z",
        "rotation_turn_length_seconds": DAY_S,
        "users": [ANA],
        "restrictions": list(restrictions),
    }
    people = {ref: Entry({"name": name}) for ref, name in ((ANA, "Ana"), (BO, "Bo"), (CY, "Cy"))}
    rules = [{"escalation_delay_in_minutes": 10, "targets": [DAYS]}]
    return {
        **people,
        DAYS: Entry({"name": "Days", "time_zone": "Europe/Berlin", "schedule_layers": [layer]}),
        FIRST: Entry({"name": "First", "escalation_rules": rules}),
        SHOP: Entry({"name": "Shop", "escalation_policy": FIRST}),
    }


def override(user: Ref, start: str, end: str, key: str = "one") -> dict[Ref, Entry]:
    """One that a manifest describes."""
    fields = {"schedule": DAYS, "overrides": [{"user": user, "start": start, "end": end, "absent": False}]}
    ref = Ref("schedule_override", "id", f"schedule:PDAYS1:{key}")
    return {ref: Entry(fields, source="holidays.yaml:6", key=key)}


def said(impact: Impact, part: str = "Overrides that are created or deleted") -> list[str]:
    return [f"{line.sign} {line.text}" for it in impact_parts(impact) if it.title == part for line in it.lines]


def test_an_override_relieves_a_person_although_it_is_months_ahead() -> None:
    base = company()
    made = {**base, **override(BO, "2027-03-27T09:00", "2027-03-28T09:00")}
    impact = compute_impact(Roster(base), Roster(made), NOW)
    # The clocks change that night, so the override is an hour shorter.
    when = "for 23 h: Sat 27 Mar 09:00 CET - Sun 28 Mar 09:00 CEST"
    assert said(impact) == [f"+ Days: Bo takes over from Ana {when}"]
    assert impact.takeovers[0].place == "holidays.yaml:6"
    assert impact.touches
    assert not impact.is_quiet
    assert impact.moves == impact.gaps == ()
    assert said(compute_impact(Roster(made), Roster(base), NOW)) == [
        f"- Days: Ana is on call again instead of Bo {when}"
    ]


def test_an_override_within_the_days_that_are_looked_at_is_told_once() -> None:
    base = company()
    made = {**base, **override(BO, "2026-11-23T10:00:00Z", "2026-11-23T12:00:00Z")}
    impact = compute_impact(Roster(base), Roster(made), NOW)
    assert said(impact) == ["+ Days: Bo takes over from Ana for 2 h: now until Mon 23 Nov 13:00 CET"]
    assert said(impact, "On call now") == [
        "- Ana leaves First, level 1 (through Days)",
        "+ Bo joins First, level 1 (through Days)",
    ]
    assert [(move.start, move.end, move.before, move.after) for move in impact.moves] == [
        (NOW, NOW + 2 * HOUR_S, ANA, BO)
    ]
    assert not [part for part in impact_parts(impact) if part.title.startswith("Shifts that move")]
    assert {turn.place for turn in (*impact.leaves, *impact.joins)} == {"holidays.yaml:6"}
    assert [(it.user, it.before.seconds - it.after.seconds) for it in impact.loads] == [
        (ANA, 2 * HOUR_S),
        (BO, -2 * HOUR_S),
    ]


def test_a_move_through_several_overrides_is_told_by_them() -> None:
    base = company()
    made = {
        **base,
        **override(BO, "2026-11-24T09:00", "2026-11-25T09:00", "first"),
        **override(BO, "2026-11-25T09:00", "2026-12-30T09:00", "second"),
    }
    impact = compute_impact(Roster(base), Roster(made), NOW)
    assert len(impact.moves) == 1, "both overrides, until the 14 days end"
    assert len(said(impact)) == 2
    assert not [part for part in impact_parts(impact) if part.title.startswith("Shifts that move")]
    turned = {**made, DAYS: company(OFFICE)[DAYS]}
    moves = [it for it in impact_parts(compute_impact(Roster(base), Roster(turned), NOW)) if "Shifts" in it.title]
    assert [line.text for it in moves for line in it.lines] == [
        "Days: Ana -> no one, Mon 23 Nov 17:00 - Tue 24 Nov 09:00 CET",
        "Days: Ana -> Bo, from Tue 24 Nov 09:00 CET on",
    ], "the layers change too, so the overrides alone do not say it"


def test_an_override_of_the_person_on_call_says_that_it_changes_nothing() -> None:
    base = company()
    made = {**base, **override(ANA, "2026-12-24T09:00", "2026-12-25T09:00")}
    impact = compute_impact(Roster(base), Roster(made), NOW)
    when = "for 24 h: Thu 24 Dec 09:00 - Fri 25 Dec 09:00 CET"
    assert said(impact) == [f"+ Days: Ana is on call with and without the override {when}"]


def test_what_an_override_leaves_of_a_gap_is_named() -> None:
    base = company(OFFICE)
    made = {**base, **override(BO, "2026-12-24T16:00", "2026-12-24T20:00")}
    impact = compute_impact(Roster(base), Roster(made), NOW)
    assert said(impact) == [
        "+ Days: Bo takes over from Ana for 1 h: Thu 24 Dec 16:00 - 17:00 CET",
        "+ Days: Bo fills a gap for 3 h: Thu 24 Dec 17:00 - 20:00 CET",
        "! Days: still no one is on call for 13 h: Thu 24 Dec 20:00 - Fri 25 Dec 09:00 CET",
    ]
    back = compute_impact(Roster(made), Roster(base), NOW)
    assert said(back) == [
        "- Days: Ana is on call again instead of Bo for 1 h: Thu 24 Dec 16:00 - 17:00 CET",
        "! Days: Bo is no longer on call, and no one takes over for 3 h: Thu 24 Dec 17:00 - 20:00 CET",
    ]


def test_two_people_who_swap_are_two_takeovers_and_what_is_past_is_none() -> None:
    base = company()
    made = {
        **base,
        **override(BO, "2026-12-24T09:00", "2026-12-25T09:00", "first"),
        **override(CY, "2026-12-25T09:00", "2026-12-26T09:00", "second"),
        **override(CY, "2026-11-20T09:00", "2026-11-21T09:00", "past"),
    }
    impact = compute_impact(Roster(base), Roster(made), NOW)
    assert [(it.user, it.relieved, it.joins) for it in impact.takeovers] == [(BO, (ANA,), (BO,)), (CY, (ANA,), (CY,))]


def test_overrides_of_the_account_count_and_those_that_the_plan_removes_are_gone_after_it() -> None:
    base = company()
    ours = override(BO, "2026-11-23T00:00:00Z", "2026-11-25T00:00:00Z", "QOURS1")
    held = {
        DAYS: {"QOURS1": Shift(NOW, NOW + DAY_S, BO, ""), "QTHEIRS": Shift(NOW + 5 * DAY_S, NOW + 6 * DAY_S, CY, "")}
    }
    before, after = merge_overrides(held, Roster({**base, **ours}), Roster(base))
    assert [(it.user, it.start) for it in before.overrides_of(DAYS)] == [(BO, NOW - 10 * HOUR_S), (CY, NOW + 5 * DAY_S)]
    assert [it.user for it in after.overrides_of(DAYS)] == [CY]
    impact = compute_impact(before, after, NOW)
    assert said(impact) == ["- Days: Ana is on call again instead of Bo for 38 h: now until Wed 25 Nov 01:00 CET"]
    assert [(move.before, move.after) for move in impact.moves] == [(BO, ANA)]


def test_an_override_made_over_one_of_the_account_takes_over_from_its_person() -> None:
    base = company()
    ours = override(BO, "2026-12-24T09:00", "2026-12-25T09:00", "address")
    held = {DAYS: {"QTHEIRS": Shift(NOW, NOW + 100 * DAY_S, CY, "")}}
    before, after = merge_overrides(held, Roster(base), Roster({**base, **ours}))
    assert said(compute_impact(before, after, NOW)) == [
        "+ Days: Bo takes over from Cy for 24 h: Thu 24 Dec 09:00 - Fri 25 Dec 09:00 CET"
    ]


def test_manifests_alone_know_their_overrides() -> None:
    roster = Roster({**company(), **override(BO, "2026-11-23T11:00", "2026-11-23T13:00")})
    rendered = roster.render(DAYS, NOW, NOW + 4 * HOUR_S)
    assert rendered is not None
    assert [(shift.user, shift.end - NOW) for shift in rendered.final] == [(BO, 2 * HOUR_S), (ANA, 4 * HOUR_S)]


ROTA = Ref("schedule_v3", "id", "PROTA1")


def rotation(name: str, user: Ref) -> dict[str, Any]:
    """One person, all day and every day."""
    event = {
        "name": name,
        "start_time": "2026-01-05T09:00",
        "end_time": "2026-01-06T09:00",
        "time_zone": "Europe/Berlin",
        "recurrence": ["RRULE:FREQ=DAILY"],
        "effective_since": "2026-01-05T08:00:00Z",
        "effective_until": None,
        "assignment": "rotating",
        "shifts_per_member": 1,
        "members": [user],
    }
    return {"name": name, "events": [event]}


def shift_based() -> dict[Ref, Entry]:
    """Ana and Cy are on call at the same time."""
    rotations = [rotation("Primary", ANA), rotation("Backup", CY)]
    fields = {"name": "Rota", "time_zone": "Europe/Berlin", "rotations": rotations}
    return {**company(), ROTA: Entry(fields)}


def override_of_shifts(user: Ref, instead_of: Ref, rotation: str) -> dict[Ref, Entry]:
    item = {"user": user, "start": "2026-12-24T09:00", "end": "2026-12-25T09:00", "instead_of": instead_of}
    fields = {"schedule": ROTA, "overrides": [{**item, "rotation": rotation}]}
    return {Ref("schedule_override", "id", f"schedule_v3:PROTA1:{rotation}"): Entry(fields, key=rotation)}


def test_an_override_of_a_shift_based_schedule_relieves_one_of_several_people() -> None:
    base = shift_based()
    made = {**base, **override_of_shifts(BO, CY, "Backup")}
    when = "for 24 h: Thu 24 Dec 09:00 - Fri 25 Dec 09:00 CET"
    assert said(compute_impact(Roster(base), Roster(made), NOW)) == [f"+ Rota: Bo takes over from Cy {when}"]
    assert said(compute_impact(Roster(made), Roster(base), NOW)) == [
        f"- Rota: Cy is on call again instead of Bo {when}"
    ]
    twice = {**base, **override_of_shifts(ANA, CY, "Backup")}
    assert said(compute_impact(Roster(base), Roster(twice), NOW)) == [
        f"+ Rota: Ana relieves Cy and is on call already {when}"
    ]


def test_an_override_of_the_account_that_the_plan_removes_is_gone_from_a_shift_based_schedule_too() -> None:
    base = shift_based()
    ours = override_of_shifts(BO, CY, "Backup")
    start = NOW + 10 * DAY_S
    held = ShiftEdits(
        (ShiftOverride(start, 1_798_185_600, CY, BO), ShiftOverride(start, start + DAY_S, ANA, BO, "Primary"))
    )
    rosters = (Roster(base | more, shift_edits={ROTA: held}) for more in (ours, {}))
    before, after = merge_shift_edits(*rosters)
    assert [len(roster.shift_edits[ROTA].overrides) for roster in (before, after)] == [2, 1]
    assert after.shift_edits[ROTA].overrides[0].relieved == ANA
    made = merge_shift_edits(*(Roster(base | more, shift_edits={ROTA: ShiftEdits()}) for more in ({}, ours)))
    assert [len(roster.shift_edits[ROTA].overrides) for roster in made] == [0, 1]

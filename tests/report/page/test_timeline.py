"""A schedule as a picture, before and after a change."""

from __future__ import annotations

from pdsync.oncall.roster import Roster
from pdsync.report.page.timeline import build_timeline, initials
from tests.report.page_world import MONDAY, ref, without_sundays, world

WEEK, NIGHT = ref("schedule", "week"), ref("schedule", "night")
UNTIL = MONDAY + 14 * 86_400


def without(roster: Roster, schedule: object) -> Roster:
    return Roster({held: entry for held, entry in roster.entries.items() if held != schedule})


def test_one_roster_is_a_row_without_a_comparison() -> None:
    made = build_timeline(None, world(), WEEK, MONDAY, UNTIL)
    assert made is not None
    assert (made.name, made.zone, made.state, made.compares) == ("Weekly", "Europe/Berlin", "", False)
    assert [row.label for row in made.rows] == ["On call"]
    assert {load.name for load in made.people} == {"Ana", "Bo"}
    assert all(load.before == "" for load in made.people)
    assert made.facts == (("good", "Someone is on call at all hours"),)


def test_two_rosters_show_what_moves_and_what_is_uncovered() -> None:
    before = world()
    made = build_timeline(before, without_sundays(before), WEEK, MONDAY, UNTIL)
    assert made is not None
    assert made.state == "changed"
    assert [row.label for row in made.rows] == ["Before", "After", "Moves"]
    facts = {text: tone for tone, text in made.facts}
    (gap,) = [text for text in facts if "with no one on call" in text]
    assert facts[gap] == "bad"
    assert any(text.startswith("Covered ") for text in facts)
    assert any(stretch.moved and stretch.after == "no one" for stretch in made.stretches)


def test_bars_fill_their_row() -> None:
    made = build_timeline(None, world(), WEEK, MONDAY, UNTIL)
    assert made is not None
    (row,) = made.rows
    assert abs(sum(float(bar.width) for bar in row.bars) - 100) < 0.01
    assert len(made.days) in (14, 15)


def test_a_schedule_on_one_side_only_is_new_or_removed() -> None:
    both, one = world(), without(world(), NIGHT)
    new, removed = build_timeline(one, both, NIGHT, MONDAY, UNTIL), build_timeline(both, one, NIGHT, MONDAY, UNTIL)
    assert new is not None
    assert removed is not None
    assert (new.state, [row.label for row in new.rows]) == ("new", ["After"])
    assert (removed.state, [row.label for row in removed.rows]) == ("removed", ["Before"])
    assert new.people[0].before == ""
    assert removed.people[0].after == ""


def test_a_schedule_that_neither_side_knows_has_none() -> None:
    assert build_timeline(world(), world(), ref("schedule", "other"), MONDAY, UNTIL) is None
    assert build_timeline(None, None, WEEK, MONDAY, UNTIL) is None


def test_names_have_one_or_two_letters() -> None:
    assert [initials(name) for name in ("Ana", "Ana María Lima", "(bo) x", "!!")] == ["A", "AL", "BX", "?"]

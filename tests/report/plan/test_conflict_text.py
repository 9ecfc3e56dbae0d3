"""What was changed between plan and apply: approved, live now, desired."""

from __future__ import annotations

from pdsync.plan import Change, Operation, Staleness, Verdict
from pdsync.plan.saved.staleness import ThreeWay
from pdsync.report.plan.conflict_text import render_conflicts

SHOP = Change("service/shop", "service", Operation.UPDATE, "Shop", id="P1", source="s.yaml:9")
TILL = Change("service/till", "service", Operation.UPDATE, "Till", id="P2")


def test_each_field_is_shown_three_ways_and_all_changes_are_counted() -> None:
    difference = ThreeWay("auto_resolve_timeout", 14_400, 60, 7_200)
    text = render_conflicts(
        [Staleness(SHOP, Verdict.CONFLICT, "edited since", (difference,)), Staleness(TILL, Verdict.VALID)], {}
    )
    lines = [line.strip() for line in text.splitlines()]
    assert "~ Shop  service/shop  s.yaml:9" in lines
    assert "! edited since" in lines
    assert [line for line in lines if line.split()[0:1] in (["approved"], ["desired"])] == [
        "approved  4h",
        "desired   2h",
    ]
    assert "live now  1m" in lines
    assert "Till" not in text
    assert lines[-1] == "1 change is in conflict, 1 valid, 0 already done: nothing was applied."


def test_foreign_text_is_harmless() -> None:
    it = Staleness(SHOP, Verdict.CONFLICT, "\x1b[31m", (ThreeWay("name", "a", "\x1b[2J", "b"),))
    assert "\x1b" not in render_conflicts([it], {})

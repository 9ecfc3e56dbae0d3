"""What is different for the people who are paged, as risks and as lines."""

from __future__ import annotations

from pdsync.oncall.finding import Finding
from pdsync.oncall.impact import Impact, add_breaches, compute_impact
from pdsync.report.impact.impact_risk import COVERAGE_GAP, UNREACHABLE, find_impact_risks, render_risk_words
from pdsync.report.impact.impact_rule import breach_text, rule_annotations
from pdsync.report.impact.impact_text import QUIET, impact_parts, render_impact_lines
from pdsync.report.text.palette import Palette
from tests.report.page_world import MONDAY, ref, without_sundays, world

BEFORE = world()
AFTER = without_sundays(BEFORE)
IMPACT = compute_impact(BEFORE, AFTER, MONDAY)


def test_hours_without_anyone_are_a_risk_with_its_place() -> None:
    risks = find_impact_risks(IMPACT)
    codes = [placed.risk.code for placed in risks]
    assert COVERAGE_GAP in codes
    assert codes.index(COVERAGE_GAP) < codes.index(UNREACHABLE)
    gap = next(placed.risk for placed in risks if placed.risk.code == COVERAGE_GAP)
    assert gap.message.startswith("no one at all would be paged by 'Thin': Sun 29 Nov")
    assert render_risk_words(placed.risk for placed in risks).startswith("leaves hours at which no one is paged")
    assert find_impact_risks(None) == ()
    assert render_risk_words([]) == ""


def test_each_part_shows_its_first_lines_and_counts_the_rest() -> None:
    few, many = impact_parts(IMPACT, most=1), impact_parts(IMPACT, most=1_000)
    assert [part.title for part in few] == [part.title for part in many]
    assert all(len(part.lines) <= 1 for part in few)
    assert [len(part.lines) + part.more for part in few] == [len(part.lines) for part in many]
    assert not any(part.more for part in many)


def test_an_impact_without_differences_says_so() -> None:
    quiet = compute_impact(BEFORE, BEFORE, MONDAY)
    assert any(QUIET in line for line in render_impact_lines(quiet, None, 100, Palette()))


def test_a_broken_rule_is_a_line_and_an_annotation() -> None:
    policy = ref("escalation_policy", "thin")
    finding = Finding(
        "min_two_levels", "error", policy, "Thin", "escalation policy 'Thin' has only one level", place="a.yaml:3"
    )
    impact: Impact = add_breaches(IMPACT, BEFORE, AFTER, [finding])
    assert "min_two_levels" in breach_text(impact, finding, None)
    (annotation,) = rule_annotations(impact, None)
    assert (annotation.level, annotation.file, annotation.line) == ("error", "a.yaml", 3)
    assert impact.refusal == "the plan breaks a rule of pdsync.yaml: min_two_levels"
    assert rule_annotations(None, None) == []

"""What an apply did, as the comment that showed its plan before."""

from __future__ import annotations

from collections.abc import Sequence

from pdsync.plan import Outcome, Plan, Result, Staleness, Status, Verdict
from pdsync.report.plan.change_diff import WIDTH
from pdsync.report.plan.conflict_text import render_conflicts
from pdsync.report.plan.plan_markdown import (
    ALL_OF_A_PLAN,
    PLAIN,
    Reading,
    plan_sections,
    render_digest,
    render_head,
    render_plan_table,
)
from pdsync.report.result.result_text import render_outcome_text, render_result_summary
from pdsync.report.text.comment import MAX_SIZE, Section, render_comment
from pdsync.report.text.markdown import LONGEST_LINE, shorten

_GOOD = (Status.APPLIED, Status.ALREADY)


def render_result_markdown(
    plan: Plan,
    result: Result | None,
    staleness: Sequence[Staleness] = (),
    reading: Reading = PLAIN,
) -> str:
    """The outcomes, those that need someone first, and the plan folded below. Ends in a line break.

    `result` is None where nothing was applied: because the plan forbids it, or because the account moved away from a saved
    plan, as `staleness` says. At most `MAX_SIZE` bytes of UTF-8.
    """
    head = render_head("pdsync apply", plan.workspace, plan.subdomain)
    if result is None:
        said = "**Nothing was applied.**\n\n" + render_plan_table(plan)
        sections = [*_conflict_sections(plan, staleness), *plan_sections(plan, reading)]
    else:
        first, *rest = render_result_summary(result).splitlines()
        said = f"**{first}**" + "".join(f" {line}" for line in rest) + "\n\n"
        sections = [*_outcome_sections(result), *plan_sections(plan, reading, folded=True)]
    return render_comment(head + said, sections, render_digest(plan), all_of_it=ALL_OF_A_PLAN, max_size=MAX_SIZE)


def _conflict_sections(plan: Plan, staleness: Sequence[Staleness]) -> list[Section]:
    """What someone changed after the plan was approved: approved, live now, desired."""
    conflicts = [it for it in staleness if it.verdict is Verdict.CONFLICT]
    if not conflicts:
        return []
    items = []
    for conflict in conflicts:
        # The heading and the count around a conflict are in the title here.
        lines = render_conflicts([conflict], plan.labels, width=WIDTH).splitlines()[1:-2]
        items.append(tuple(shorten(line.removeprefix("  "), LONGEST_LINE) for line in lines))
    title = f"Changed since the plan was made ({len(conflicts)})"
    return [Section(title, tuple(items), language="text", noun="conflict")]


def _outcome_sections(result: Result) -> list[Section]:
    open_ones = [it for it in result.outcomes if it.status not in _GOOD or it.warning or it.warned]
    done = [it for it in result.outcomes if it not in open_ones]
    sections = [
        Section(f"Needs attention ({len(open_ones)})", tuple(map(_lines, open_ones)), language="text", noun="outcome"),
        Section(f"Done ({len(done)})", tuple(map(_lines, done)), folded=True, language="text", noun="outcome"),
    ]
    return [section for section in sections if section.items]


def _lines(outcome: Outcome) -> tuple[str, ...]:
    lines = render_outcome_text(outcome).splitlines()
    return tuple(shorten(line.removeprefix("  "), LONGEST_LINE) for line in lines)

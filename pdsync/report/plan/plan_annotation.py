"""A plan as annotations of the manifest lines that it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo

from pdsync.model import Source
from pdsync.model.address import shown_address
from pdsync.oncall.impact import Impact
from pdsync.plan import Change, ChildOperation, Operation, Plan
from pdsync.report.impact.impact_risk import find_impact_risks
from pdsync.report.impact.impact_rule import rule_annotations
from pdsync.report.plan.attention import field_of, find_reasons
from pdsync.report.plan.change_text import render_change
from pdsync.report.plan.plan_text import render_plan_summary
from pdsync.report.plan.value import ValueWriter
from pdsync.report.text.annotation import Annotation, Level, split_place
from pdsync.report.text.palette import Palette

_LEVELS: tuple[Level, ...] = ("error", "warning", "notice")
_LONGEST = 40
"""Lines of one annotation."""

Positions = Mapping[str, Mapping[str, Source]]
"""By address and field of `spec`: where it is."""


def render_plan_annotations(
    plan: Plan, positions: Positions, *, impact: Impact | None = None, reader: tzinfo | None = None
) -> str:
    """One annotation a risk, then one a change, on the line of the first field that changes, else on the manifest; then the
    summary.

    The worst come first: GitHub shows ten of each level and step. A delete without a tombstone has no line.
    """
    made = [Annotation("error", (refusal,), title="pdsync refused") for refusal in plan.refusals]
    if plan.failed_tests:
        from pdsync.report.routing.test_text import annotations_of_tests

        made += annotations_of_tests(plan.tests)
    sources = {change.address: change for change in plan.changes}
    for risk in plan.risks:
        place = _place(sources[risk.address], {}) if risk.address in sources else ("", 0, 0)
        made.append(Annotation("warning", (risk.message,), *place, title="pdsync risk"))
    for placed in find_impact_risks(impact, reader):
        where = _at(placed.place)
        made.append(Annotation("warning", (placed.risk.message,), *where, title="pdsync risk"))
    made += rule_annotations(impact, reader)
    if plan.samples is not None and plan.samples.groups:
        from pdsync.report.routing.sample_text import TITLE, render_sample_lines

        made.append(Annotation("warning", [line.strip() for line in render_sample_lines(plan.samples)], title=TITLE))
    writer = ValueWriter(plan.labels)
    made += [_annotation(change, positions.get(change.address, {}), writer) for change in plan.entries]
    made.sort(key=lambda annotation: _LEVELS.index(annotation.level))
    # A refusal may quote a name, and an annotation is the one place where that cannot become a command.
    summary = [line for line in render_plan_summary(plan).splitlines() if not line.startswith("Refused: ")]
    return "".join(annotation.render() for annotation in made) + "\n".join(summary) + "\n"


def _annotation(change: Change, places: Mapping[str, Source], writer: ValueWriter) -> Annotation:
    level: Level = "error" if change.blockers else "warning" if find_reasons(change) else "notice"
    lines = render_change(change, writer, Palette())
    if len(lines) > _LONGEST:
        lines = [*lines[:_LONGEST], f"... {len(lines) - _LONGEST} more lines"]
    place = _place(change, places)
    title = f"pdsync: {change.operation.value} {shown_address(change.address, change.id)}"
    return Annotation(level, [line.removeprefix("  ") for line in lines], *place, title=title)


def _place(change: Change, places: Mapping[str, Source]) -> tuple[str, int, int]:
    """Where a blocker names a field, there; else where the first change is."""
    named = (blocker.partition(": ")[0] for blocker in change.blockers)
    blocked = min((places[name] for name in named if name in places), default=None)
    if blocked is not None:
        return blocked.file, blocked.line, blocked.column
    if change.operation is not Operation.CREATE:
        names = [field_of(delta.path) for delta in change.deltas]
        names += [c.list_name for c in change.children if c.operation in (ChildOperation.ADD, ChildOperation.UPDATE)]
        found = min((places[name] for name in names if name in places), default=None)
        if found is not None:
            return found.file, found.line, found.column
    return _at(change.source or "")


def _at(place: str) -> tuple[str, int, int]:
    return *split_place(place), 0

"""A plan as text for a reviewer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import tzinfo

from pdsync.oncall.impact import Impact
from pdsync.plan import DIGEST_SHOWN, Operation, Pending, Plan
from pdsync.report.impact.impact_risk import PlacedRisk, find_impact_risks
from pdsync.report.impact.impact_text import SPAN, TITLE, render_impact_lines
from pdsync.report.plan.alike import Group, group_changes
from pdsync.report.plan.change_text import Layout, render_change, render_group, shown_name
from pdsync.report.plan.plan_order import Band, arrange_changes
from pdsync.report.plan.value import ValueWriter
from pdsync.report.text.detail import Detail, brief_note
from pdsync.report.text.palette import PLAIN, Palette, Style
from pdsync.report.text.safe_text import cell_width, safe_text
from pdsync.report.text.wrapped import wrapped

_WIDEST_NAME = 36
_HINT_OF_GROUPS = "-v lists each"
_HINT_OF_CREATES = "without PagerDuty's defaults (--full)"
MOST_RISKS = 12
"""How many risks are shown."""
MOST_PENDING = 20
"""How many pending hand-offs are shown."""


def render_plan_text(
    plan: Plan, style: Style = PLAIN, *, impact: Impact | None = None, reader: tzinfo | None = None
) -> str:
    """The whole plan: risks, who is paged, the changes with what needs review first, what is left alone, a summary, what forbids
    it, and what is pending. Ends in a line break.

    The same plan and impact give the same text. Problems are not in it: with them there is no plan to review. Times are on the
    clock of their schedule, and of the `reader` too.
    """
    palette, width = Palette(style.color), max(60, style.width)
    columns = width if style.wraps else 0
    sections = []
    risks = [risk.message for risk in plan.risks]
    placed = find_impact_risks(impact, reader)
    risks += [each.risk.message for each in placed]
    if risks:
        sections.append([palette.paint("strong", "Risks"), *_risks(risks, palette, width, style.detail)])
    if impact is not None:
        lines = render_impact_lines(impact, reader, width, palette, style.detail)
        sections.append([f"{palette.paint('strong', TITLE)} {palette.paint('muted', SPAN)}", *lines])
    if plan.samples is not None:
        from pdsync.report.routing.sample_text import TITLE as SAMPLES
        from pdsync.report.routing.sample_text import render_sample_lines

        sections.append([palette.paint("strong", SAMPLES), *render_sample_lines(plan.samples, columns)])
    if plan.tests:
        from pdsync.report.routing.test_text import TITLE as TESTS
        from pdsync.report.routing.test_text import render_test_lines

        sections.append([palette.paint("strong", TESTS), *render_test_lines(plan.tests, columns)])
    sections += _changes(plan, style, placed)
    if plan.notes:
        sections.append([palette.paint("strong", "Left alone"), *_notes(plan, palette, columns, style.detail)])
    sections.append(_summary(plan, palette, impact, columns))
    if plan.changes:
        sections[-1].append(palette.paint("muted", f"Digest: {plan.digest[:DIGEST_SHOWN]}"))
    return "\n\n".join("\n".join(lines) for lines in sections) + "\n"


def _risks(messages: list[str], palette: Palette, width: int, detail: Detail) -> list[str]:
    lines = []
    most = len(messages) if detail.expanded else MOST_RISKS
    for message in messages[:most]:
        first, *rest = wrapped(safe_text(message), width - 4)
        lines += [f"  {palette.paint('error', '!')} {first}", *(f"    {more}" for more in rest)]
    if len(messages) > most:
        lines.append(f"    and {len(messages) - most} more (-v lists them)")
    return lines


def _changes(plan: Plan, style: Style, placed: Iterable[PlacedRisk]) -> list[list[str]]:
    """A section for each band."""
    palette, width = Palette(style.color), max(60, style.width)
    columns = width if style.wraps else 0
    writer = ValueWriter(plan.labels, width, style.detail)
    told: set[str] = set()
    sections = []
    for section in arrange_changes(plan, placed):
        entries = group_changes(section, style.detail)
        widths: dict[str, int] = defaultdict(int)
        for entry in entries:
            if not isinstance(entry, Group):
                widths[entry.kind] = max(widths[entry.kind], cell_width(shown_name(entry)))
        hints = [_HINT_OF_CREATES] if section.band is Band.CREATE and not style.detail.defaults else []
        hints += [_HINT_OF_GROUPS] if any(isinstance(entry, Group) for entry in entries) else []
        hint = palette.paint("muted", "; ".join(hints)) if hints else ""
        lines = [f"{palette.paint('strong', section.title)}  {hint}".rstrip()]
        for entry in entries:
            if isinstance(entry, Group):
                lines += render_group(entry, writer, palette, Layout(columns=columns))
            else:
                layout = Layout(min(widths[entry.kind], _WIDEST_NAME), columns)
                lines += render_change(entry, writer, palette, layout, told=told)
        sections.append(lines)
    return sections


def _notes(plan: Plan, palette: Palette, columns: int, detail: Detail) -> list[str]:
    lines = []
    for note in plan.notes:
        text = brief_note(note, detail)
        first, *rest = wrapped(safe_text(text), columns - 4) if columns else [safe_text(text)]
        lines += [f"  {palette.paint('warning', '?')} {first}", *(f"    {more}" for more in rest)]
    return lines


def render_plan_summary(plan: Plan, color: bool = False, impact: Impact | None = None) -> str:
    """How much there is to do, in a line, and below it why it may not be done. Ends in a line break."""
    return "\n".join(_summary(plan, Palette(color), impact)) + "\n"


def _summary(plan: Plan, palette: Palette, impact: Impact | None, columns: int = 0) -> list[str]:
    """`columns`: where lines are broken; 0: nowhere."""

    def said(text: str, style: str = "") -> list[str]:
        lines = wrapped(text, columns, hanging="  ") if columns else [text]
        return [palette.paint(style, line) for line in lines] if style else lines

    lines = said(_counts(plan))
    blocked = sum(1 for change in plan.entries if change.blockers)
    if blocked:
        lines += said(
            f"Blocked: {_some(blocked)} cannot be applied as planned (see '!'), {_reach(plan, blocked)}.", "error"
        )
    refused = impact.refusal if impact is not None else ""
    refusals = [*_failed_tests(plan), *plan.refusals, *([refused] if refused else [])]
    for refusal in refusals:
        lines += said(f"Refused: {safe_text(refusal)}", "error")
    for pending in pending_lines(plan.pending):
        lines += said(f"Pending: {pending}", "warning")
    return lines


def _failed_tests(plan: Plan) -> list[str]:
    if not plan.failed_tests:
        return []
    from pdsync.report.routing.test_text import render_refusal

    return [render_refusal(plan.tests)]


def pending_lines(pending: Sequence[Pending]) -> list[str]:
    """What counts only later, in lines of safe text; of many the first ones."""
    lines = [safe_text(str(each)) for each in pending[:MOST_PENDING]]
    return lines + ([f"and {len(pending) - MOST_PENDING} more"] if len(pending) > MOST_PENDING else [])


def _some(count: int) -> str:
    return "1 change" if count == 1 else f"{count} changes"


def _reach(plan: Plan, blocked: int) -> str:
    """What blockers stop: the plan, or only some changes."""
    if plan.has_blockers:
        return "so nothing would be applied"
    waiting = len(plan.skipped) - blocked
    also = f" with {_some(waiting)} that wait{'s' if waiting == 1 else ''} for it" if waiting else ""
    return f"and would be skipped{also}; the rest would be applied"


def _counts(plan: Plan) -> str:
    if not plan.changes:
        objects = "1 object matches" if plan.unchanged == 1 else f"{plan.unchanged} objects match"
        return f"No changes. {objects} the manifests."
    counts = plan.count()
    operations: tuple[Operation, ...] = (Operation.CREATE, Operation.ADOPT, Operation.UPDATE, Operation.DELETE)
    operations += tuple(it for it in (Operation.RELEASE, Operation.REPLACE) if counts[it])
    what = ", ".join(f"{counts[operation]} to {operation.value}" for operation in operations)
    left = counts[Operation.RETIRE] - counts[Operation.REPLACE]
    if left > 0:
        what += f", {left} {'replacement' if left == 1 else 'replacements'} to finish"
    if plan.items_removed:
        what += f", {plan.items_removed} {'item' if plan.items_removed == 1 else 'items'} to remove"
    moved = len({incident.id for change in plan.changes if change.reassign for incident in change.reassign.incidents})
    incidents = f" Reassigns {moved} open incident{'' if moved == 1 else 's'}." if moved else ""
    return f"Plan: {what}; {plan.unchanged} unchanged.{incidents}"

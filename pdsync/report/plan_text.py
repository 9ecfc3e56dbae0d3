"""A plan as text for a reviewer."""

from __future__ import annotations

from pdsync.kinds import KINDS
from pdsync.plan import Change, Operation, Plan
from pdsync.report.change_text import render_change, shown_name
from pdsync.report.palette import Palette
from pdsync.report.safe_text import cell_width, safe_text
from pdsync.report.value import ValueWriter

_WIDEST_NAME = 36
DIGEST_SHOWN = 16
"""How much of a plan's digest is shown: enough that nobody meets two plans of the same."""


def render_plan_text(plan: Plan, color: bool = False, width: int = 100) -> str:
    """The whole plan: changes grouped by kind, what is left alone, what forbids it, and a summary. Ends in a line break.

    The same plan gives the same text. Problems are not in it: with them there is no plan to review.
    """
    palette = Palette(color)
    writer = ValueWriter(plan.labels, max(60, width))
    told: set[str] = set()
    sections = []
    for kind in KINDS:
        changes = [change for change in plan.changes if change.kind == kind.slug]
        if changes:
            sections.append(_section(kind.collection, changes, writer, palette, told))
    if plan.risks:
        heading = palette.paint("strong", "Risks")
        sections.append(
            [heading, *(f"  {palette.paint('error', '!')} {safe_text(risk.message)}" for risk in plan.risks)]
        )
    if plan.notes:
        heading = palette.paint("strong", "Left alone")
        sections.append([heading, *(f"  {palette.paint('warning', '?')} {safe_text(note)}" for note in plan.notes)])
    sections.append(render_plan_summary(plan, color).splitlines())
    if plan.changes:
        sections[-1].append(palette.paint("muted", f"Digest: {plan.digest[:DIGEST_SHOWN]}"))
    return "\n\n".join("\n".join(lines) for lines in sections) + "\n"


def _section(
    collection: str, changes: list[Change], writer: ValueWriter, palette: Palette, told: set[str]
) -> list[str]:
    widest = max(cell_width(shown_name(change)) for change in changes)
    lines = [palette.paint("strong", collection.replace("_", " ").capitalize())]
    for change in changes:
        lines += render_change(change, writer, palette, min(widest, _WIDEST_NAME), told)
    return lines


def render_plan_summary(plan: Plan, color: bool = False) -> str:
    """How much there is to do, in a line, and below it why it may not be done. Ends in a line break."""
    palette = Palette(color)
    lines = [_counts(plan)]
    blocked = sum(1 for change in plan.changes if change.blockers)
    if blocked:
        some = "1 change" if blocked == 1 else f"{blocked} changes"
        text = f"Blocked: {some} cannot be applied as planned (see '!'), so nothing would be applied."
        lines.append(palette.paint("error", text))
    lines += [palette.paint("error", f"Refused: {safe_text(refusal)}") for refusal in plan.refusals]
    return "\n".join(lines) + "\n"


def _counts(plan: Plan) -> str:
    if not plan.changes:
        objects = "1 object is" if plan.unchanged == 1 else f"{plan.unchanged} objects are"
        return f"No changes. {objects} as the manifests say."
    counts = plan.count()
    operations: tuple[Operation, ...] = (Operation.CREATE, Operation.ADOPT, Operation.UPDATE, Operation.DELETE)
    operations += (Operation.RELEASE,) if counts[Operation.RELEASE] else ()
    what = ", ".join(f"{counts[operation]} to {operation.value}" for operation in operations)
    moved = len({incident.id for change in plan.changes if change.reassign for incident in change.reassign.incidents})
    incidents = f" Reassigns {moved} open incident{'' if moved == 1 else 's'}." if moved else ""
    return f"Plan: {what}; {plan.unchanged} unchanged.{incidents}"

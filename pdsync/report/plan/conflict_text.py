"""What someone changed between plan and apply, as text: approved, live now, desired."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pdsync.model.address import shown_address
from pdsync.plan.saved.judgement import Verdict
from pdsync.plan.saved.staleness import Staleness
from pdsync.plan.saved.three_way import ThreeWay
from pdsync.report.plan.change_text import SIGNS, on_clock_of
from pdsync.report.plan.field_codec import find_codec
from pdsync.report.plan.value import ValueWriter
from pdsync.report.text.palette import Palette
from pdsync.report.text.safe_text import safe_text

_INDENT = " " * 6


def render_conflicts(
    staleness: Sequence[Staleness], labels: Mapping[str, str], color: bool = False, width: int = 100
) -> str:
    """Every change in conflict with each field that moved, and how many there are. Ends in a line break."""
    palette = Palette(color)
    writer = ValueWriter(labels, max(60, width))
    conflicts = [it for it in staleness if it.verdict is Verdict.CONFLICT]
    lines = [palette.paint("strong", "Changed since the plan was made")]
    for conflict in conflicts:
        lines += _conflict(conflict, writer, palette)
    valid = sum(1 for it in staleness if it.verdict is Verdict.VALID)
    done = sum(1 for it in staleness if it.verdict is Verdict.ALREADY)
    count = "1 change is" if len(conflicts) == 1 else f"{len(conflicts)} changes are"
    lines += [
        "",
        palette.paint("error", f"{count} in conflict, {valid} valid, {done} already done: nothing was applied."),
    ]
    return "\n".join(lines) + "\n"


def _conflict(conflict: Staleness, writer: ValueWriter, palette: Palette) -> list[str]:
    change = conflict.change
    sign, style = SIGNS[change.operation]
    address = shown_address(change.address, change.id)
    place = "  ".join(safe_text(part) for part in (address if change.name else "", change.source or "") if part)
    name = palette.paint("strong", safe_text(change.name or address))
    lines = [f"  {palette.paint(style, sign)} {name}  {palette.paint('muted', place)}"]
    lines.append(palette.paint("error", f"{_INDENT}! {safe_text(conflict.message)}"))
    for difference in conflict.differences:
        lines += _three(change.kind, difference, on_clock_of(change, writer), palette)
    return lines


def _three(kind: str, difference: ThreeWay, writer: ValueWriter, palette: Palette) -> list[str]:
    codec = find_codec(kind, difference.path)
    lines = [f"{_INDENT}{safe_text(difference.path)}:"]
    for label, style, value in (
        ("approved", "muted", difference.approved),
        ("live now", "error", difference.live),
        ("desired", "create", difference.desired),
    ):
        lines.append(palette.paint(style, f"{_INDENT}  {label.ljust(8)}  {writer.inline(value, codec)}"))
    return lines

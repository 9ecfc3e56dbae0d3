"""Drift as text: edits by hand first, then what was not applied yet."""

from __future__ import annotations

from pdsync.plan.diff.last_applied import Origin
from pdsync.plan.drift import Drift, Moved, MovedField
from pdsync.report.plan.change_text import render_unmanaged
from pdsync.report.plan.field_codec import find_codec
from pdsync.report.plan.plan_text import pending_lines
from pdsync.report.plan.value import ValueWriter
from pdsync.report.text.palette import Palette
from pdsync.report.text.safe_text import safe_text

HEADINGS = {
    Origin.THEIRS: "Edited in the account since it was applied",
    Origin.BOTH: "Edited in the account, and changed in git as well",
    Origin.UNKNOWN: "Differs; cause unknown (edited, deleted, or never applied)",
    Origin.OURS: "Changed in git and not applied yet",
}
_STYLES = {Origin.THEIRS: "error", Origin.BOTH: "error", Origin.UNKNOWN: "warning", Origin.OURS: "update"}
_INDENT = " " * 6


def render_drift_text(drift: Drift, color: bool = False, width: int = 100) -> str:
    """The whole drift, and a summary as its last line. Ends in a line break. The same drift gives the same text."""
    palette = Palette(color)
    writer = ValueWriter(drift.labels, max(60, width))
    sections = []
    for origin, heading in HEADINGS.items():
        moved = drift.of(origin)
        if moved:
            lines = [palette.paint("strong", heading)]
            for each in moved:
                lines += _lines(each, writer, palette)
            sections.append(lines)
    texts = [*(safe_text(note) for note in drift.notes), *render_left(drift, writer)]
    if texts:
        notes = [f"  {palette.paint('warning', '?')} {text}" for text in texts]
        sections.append([palette.paint("strong", "Left alone"), *notes])
    if drift.pending:
        lines = [f"  {palette.paint('warning', '~')} {line}" for line in pending_lines(drift.pending)]
        sections.append([palette.paint("strong", "Pending: applied already, and counts only later"), *lines])
    sections.append([render_drift_summary(drift)])
    return "\n\n".join("\n".join(lines) for lines in sections) + "\n"


def render_drift_summary(drift: Drift) -> str:
    """How much moved, in a line without colour."""
    if not drift.moved:
        objects = "1 object is" if drift.unchanged == 1 else f"{drift.unchanged} objects are"
        return f"No drift. {objects} as the manifests say.{_pending_count(drift)}"
    theirs, both = len(drift.of(Origin.THEIRS)), len(drift.of(Origin.BOTH))
    unknown, ours = len(drift.of(Origin.UNKNOWN)), len(drift.of(Origin.OURS))
    return f"Drift: {theirs} edited, {both} edited and changed in git, {unknown} unclear, {ours} not applied yet; {drift.unchanged} unchanged.{_pending_count(drift)}"


def _pending_count(drift: Drift) -> str:
    return f" {len(drift.pending)} pending." if drift.pending else ""


def render_left(drift: Drift, writer: ValueWriter) -> list[str]:
    """What manifests no longer name and what stays as it is, in a line each. Safe text."""
    return [
        f"{safe_text(change.address)}: {render_unmanaged(left, change.kind, writer)}"
        for change in drift.unmanaged
        for left in change.unmanaged
    ]


def desired_side(field: MovedField) -> str:
    """What the desired value of a difference is: what the manifest says, or the default of what it no longer names."""
    return "default" if field.is_removed else "manifest"


def render_editor(moved: Moved) -> str:
    """Who edited it and when, as far as the account has that on record; empty where it has not. Safe text."""
    editor = moved.editor
    if editor is None:
        return ""
    return safe_text(f"last {editor.action} by {editor.who} ({editor.how}) at {editor.when}")


def _lines(moved: Moved, writer: ValueWriter, palette: Palette) -> list[str]:
    change = moved.change
    style = _STYLES[moved.origin]
    place = "  ".join(safe_text(part) for part in (change.address, change.source or change.id or "") if part)
    lines = [
        f"  {palette.paint(style, '!')} {palette.paint('strong', safe_text(change.name))}  {palette.paint('muted', place)}"
    ]
    if moved.what != "differs":
        lines.append(f"{_INDENT}{safe_text(moved.what)}")
    for field in moved.fields:
        codec = find_codec(change.kind, field.path)
        live, desired = writer.inline(field.live, codec), writer.inline(field.desired, codec)
        tag = "" if field.origin is moved.origin else f"  ({HEADINGS[field.origin].lower()})"
        lines.append(f"{_INDENT}{safe_text(field.path)}: live {live}, {desired_side(field)} {desired}{tag}")
    if editor := render_editor(moved):
        lines.append(palette.paint("muted", f"{_INDENT}{editor}"))
    if change.url:
        lines.append(palette.paint("muted", f"{_INDENT}{safe_text(change.url)}"))
    return lines

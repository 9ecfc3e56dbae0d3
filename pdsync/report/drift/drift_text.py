"""Drift as text: edits by hand first, then what was not applied yet."""

from __future__ import annotations

from pdsync.plan.diff.last_applied import Origin
from pdsync.plan.drift import Drift, Moved, MovedField
from pdsync.report.plan.change_text import on_clock_of, render_unmanaged
from pdsync.report.plan.delta_text import from_defaults
from pdsync.report.plan.field_codec import find_codec
from pdsync.report.plan.plan_text import pending_lines
from pdsync.report.plan.value import ValueWriter
from pdsync.report.text.detail import brief_note
from pdsync.report.text.palette import PLAIN, Palette, Style
from pdsync.report.text.safe_text import safe_text

HEADINGS = {
    Origin.THEIRS: "Edited in the account since it was applied",
    Origin.BOTH: "Edited in the account, and changed in the manifest as well",
    Origin.UNKNOWN: "Differs; cause unknown (edited, deleted, or never applied)",
    Origin.OURS: "Changed in the manifest and not applied yet",
}
_STYLES = {Origin.THEIRS: "error", Origin.BOTH: "error", Origin.UNKNOWN: "warning", Origin.OURS: "update"}
_COUNTED = {
    Origin.THEIRS: "edited in the account",
    Origin.BOTH: "edited and also changed in the manifest",
    Origin.UNKNOWN: "unclear",
    Origin.OURS: "not applied yet",
}
_INDENT = " " * 6


def render_drift_text(drift: Drift, style: Style = PLAIN) -> str:
    """The whole drift, and a summary as its last line. Ends in a line break. The same drift gives the same text."""
    palette = Palette(style.color)
    writer = ValueWriter(drift.labels, max(60, style.width), style.detail)
    sections = []
    for origin, heading in HEADINGS.items():
        moved = drift.of(origin)
        if moved:
            lines = [palette.paint("strong", heading)]
            for each in moved:
                lines += _lines(each, writer, palette)
            sections.append(lines)
    texts = [*(safe_text(brief_note(note, style.detail)) for note in drift.notes), *render_left(drift, writer)]
    if texts:
        notes = [f"  {palette.paint('warning', '?')} {text}" for text in texts]
        sections.append([palette.paint("strong", "Left alone"), *notes])
    if drift.pending:
        lines = [f"  {palette.paint('warning', '~')} {line}" for line in pending_lines(drift.pending)]
        sections.append([palette.paint("strong", "Pending: applied, and takes effect later"), *lines])
    sections.append([render_drift_summary(drift)])
    return "\n\n".join("\n".join(lines) for lines in sections) + "\n"


def render_drift_summary(drift: Drift) -> str:
    """How much moved, in a line without colour."""
    if not drift.moved:
        objects = "1 object matches" if drift.unchanged == 1 else f"{drift.unchanged} objects match"
        return f"No drift. {objects} the manifests.{_pending_count(drift)}"
    counts = ", ".join(f"{len(found)} {word}" for origin, word in _COUNTED.items() if (found := drift.of(origin)))
    return f"Drift: {counts}; {drift.unchanged} unchanged.{_pending_count(drift)}"


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


def render_default(moved: Moved, field: MovedField) -> str:
    """The place of a desired value that comes from Defaults; empty for others. Safe text."""
    place = moved.default_of(field)
    return f"  {from_defaults(place)}" if place else ""


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
    clock = on_clock_of(change, writer)
    for field in moved.fields:
        codec = find_codec(change.kind, field.path)
        live, desired = clock.live.inline(field.live, codec), clock.inline(field.desired, codec)
        tag = "" if field.origin is moved.origin else f"  ({HEADINGS[field.origin].lower()})"
        place = render_default(moved, field)
        lines.append(f"{_INDENT}{safe_text(field.path)}: live {live}, {desired_side(field)} {desired}{place}{tag}")
    if editor := render_editor(moved):
        lines.append(palette.paint("muted", f"{_INDENT}{editor}"))
    if change.url:
        lines.append(palette.paint("muted", f"{_INDENT}{safe_text(change.url)}"))
    return lines

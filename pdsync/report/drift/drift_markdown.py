"""Drift as Markdown, for an issue or a chat."""

from __future__ import annotations

from pdsync.plan.diff.last_applied import Origin
from pdsync.plan.drift import Drift
from pdsync.report.drift.drift_text import (
    HEADINGS,
    desired_side,
    render_default,
    render_drift_summary,
    render_editor,
    render_left,
)
from pdsync.report.plan.change_text import on_clock_of
from pdsync.report.plan.field_codec import find_codec
from pdsync.report.plan.plan_markdown import render_head
from pdsync.report.plan.plan_text import pending_lines
from pdsync.report.plan.value import ValueWriter
from pdsync.report.text.comment import MAX_SIZE, Section, render_comment
from pdsync.report.text.markdown import LONGEST_LINE, shorten
from pdsync.report.text.safe_text import safe_text


def render_drift_markdown(drift: Drift, max_size: int = MAX_SIZE) -> str:
    """The whole drift, at most `max_size` bytes of UTF-8. Foreign text is inert. Ends in a line break."""
    writer = ValueWriter(drift.labels)
    sections = []
    for origin, heading in HEADINGS.items():
        items = []
        for moved in drift.of(origin):
            change = moved.change
            place = change.source or change.id or ""
            lines = [f"! {safe_text(change.name)}  {safe_text(change.address)}  {safe_text(place)}"]
            if moved.what != "differs":
                lines.append(f"    {safe_text(moved.what)}")
            clock = on_clock_of(change, writer)
            for field in moved.fields:
                codec = find_codec(change.kind, field.path)
                lines += [
                    f"    {safe_text(field.path)}:",
                    f"-   live      {clock.live.inline(field.live, codec)}",
                    f"+   {desired_side(field):<8}  {clock.inline(field.desired, codec)}{render_default(moved, field)}",
                ]
            if editor := render_editor(moved):
                lines.append(f"    {editor}")
            items.append(tuple(shorten(line, LONGEST_LINE) for line in lines))
        if items:
            sections.append(Section(heading, tuple(items), folded=origin is Origin.OURS, noun="object"))
    left = render_left(drift, writer)
    if left:
        sections.append(
            Section("No longer managed", tuple((shorten(line, LONGEST_LINE),) for line in left), noun="value")
        )
    if drift.pending:
        items = [(shorten(f"~ {line}", LONGEST_LINE),) for line in pending_lines(drift.pending)]
        sections.append(Section("Pending: applied, and takes effect later", tuple(items), noun="edit"))
    head = render_head("pdsync drift", drift.workspace, drift.subdomain) + render_drift_summary(drift) + "\n\n"
    return render_comment(head, sections, "", all_of_it="Run `pdsync drift` to see all.", max_size=max_size)

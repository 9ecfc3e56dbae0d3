"""Findings of rules: as text, as JSON, and as annotations of a pull request."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo

from pdsync.oncall.finding import Finding
from pdsync.oncall.interval import Interval, total_s
from pdsync.plan.saved.impact_form import FindingForm, WhenForm
from pdsync.report.text.annotation import Annotation, split_place
from pdsync.report.text.clock import utc
from pdsync.report.text.palette import Palette
from pdsync.report.text.safe_text import safe_text
from pdsync.report.text.wrapped import wrapped

_SHOWN = 3
"""How many of the times of a finding are written out."""


def render_findings(findings: Sequence[Finding], zone: tzinfo | None, palette: Palette, columns: int = 0) -> str:
    """One paragraph a finding; times in `zone`, None: that of the machine. `columns`: where lines are broken; 0: nowhere, so that
    a program finds a finding in one line. Ends in a line break unless it is empty."""
    return "".join(f"{line}\n" for finding in findings for line in _lines(finding, zone, palette, columns))


def render_finding_counts(findings: Sequence[Finding]) -> str:
    """How many there are, such as ``1 error, 2 warnings``."""
    counts = Counter(finding.severity for finding in findings)
    words = ((counts["error"], "error"), (counts["warning"], "warning"))
    return ", ".join(f"{count} {word}{'' if count == 1 else 's'}" for count, word in words if count) or "no findings"


def finding_annotations(findings: Sequence[Finding], zone: tzinfo | None) -> list[Annotation]:
    """An annotation for each, at the line that makes it so."""
    return [_annotation(finding, zone) for finding in findings]


def finding_form(finding: Finding) -> FindingForm:
    """The JSON form, times in UTC."""
    return FindingForm(
        rule=finding.rule,
        severity=finding.severity,
        kind=finding.subject.kind,
        name=finding.name,
        message=finding.message,
        hint=finding.hint or None,
        source=finding.place or None,
        when=tuple(WhenForm(utc(start), utc(end)) for start, end in finding.when),
    )


def render_sentence(finding: Finding, zone: tzinfo | None) -> str:
    """A finding in one line: who or what, what is wrong, and when. Not yet safe to print."""
    return f"{subject_text(finding)}{_times(finding.when, zone)}"


def subject_text(finding: Finding) -> str:
    """Who or what, and what is wrong. Not yet safe to print."""
    return f"{finding.subject.kind.replace('_', ' ')} {finding.name!r} {finding.message}"


def _lines(finding: Finding, zone: tzinfo | None, palette: Palette, columns: int) -> list[str]:
    if columns:
        words = f"{finding.severity}: {safe_text(render_sentence(finding, zone))} [{finding.rule}]"
        first, *rest = wrapped(words, columns, hanging="  ")
        lines = [safe_text(finding.place)] if finding.place else []  # whole, so that an editor finds it
        lines = [palette.paint("strong", line) for line in lines]
        # The severity is the first word, which no line is too narrow for.
        lines += [palette.paint(finding.severity, finding.severity) + first[len(finding.severity) :], *rest]
        return [*lines, *(wrapped(safe_text(finding.hint), columns, indent="  ") if finding.hint else [])]
    place = f"{palette.paint('strong', safe_text(finding.place))}: " if finding.place else ""
    severity = palette.paint(finding.severity, finding.severity)
    lines = [f"{place}{severity}: {safe_text(render_sentence(finding, zone))} [{finding.rule}]"]
    return [*lines, f"  {safe_text(finding.hint)}"] if finding.hint else lines


def _annotation(finding: Finding, zone: tzinfo | None) -> Annotation:
    file, line = split_place(finding.place)
    known = (file, line) if line else ("", 0)  # without a line it is the address of a page
    lines = [render_sentence(finding, zone), *([finding.hint] if finding.hint else [])]
    return Annotation(finding.severity, lines, *known, title=finding.rule)


def _times(when: Sequence[Interval], zone: tzinfo | None) -> str:
    if not when:
        return ""
    first = "; ".join(_span(span, zone) for span in when[:_SHOWN])
    more = f"; and {len(when) - _SHOWN} more" if len(when) > _SHOWN else ""
    hours = f", {total_s(when) / 3600:.4g} h together" if len(when) > 1 else ""
    return f": {first}{more}{hours}"


def _span(span: Interval, zone: tzinfo | None) -> str:
    start, end = (datetime.fromtimestamp(moment, UTC).astimezone(zone) for moment in span)
    until = f"{end:%H:%M}" if start.date() == end.date() else f"{end:%a} {end.day} {end:%b %H:%M}"
    return f"{start:%a} {start.day} {start:%b %H:%M} to {until} {end:%Z}"

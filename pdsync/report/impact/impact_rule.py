"""Rules of the team that a plan breaks: what they find, and that the plan may not be applied where one of them is an error."""

from __future__ import annotations

from datetime import UTC, tzinfo

from pdsync.oncall.finding import Finding
from pdsync.oncall.impact import Impact
from pdsync.report.impact.impact_clock import ImpactClock, hours_text
from pdsync.report.oncall.finding_text import finding_annotations, subject_text
from pdsync.report.text.annotation import Annotation

TITLE = "Rules that are broken"
_SHOWN = 2


def breach_text(impact: Impact, finding: Finding, reader: tzinfo | None) -> str:
    """One line, such as ``min_two_levels: escalation policy 'Shop' has one level only``. Not yet safe to print."""
    clock = ImpactClock(impact, reader)
    spans = "; ".join(clock.span(finding.subject, *span) for span in finding.when[:_SHOWN])
    rest = sum(end - start for start, end in finding.when[_SHOWN:])
    times = f": {spans}{f', and {hours_text(rest)} more' if rest else ''}" if spans else ""
    return f"{finding.rule}: {subject_text(finding)}{times}"


def rule_annotations(impact: Impact | None, reader: tzinfo | None) -> list[Annotation]:
    """An annotation for each, at the line that makes it so."""
    return finding_annotations(impact.breaches, reader or UTC) if impact is not None else []

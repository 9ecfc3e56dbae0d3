"""Drift as JUnit XML, which CI servers show as a list of tests: one for each object that moved."""

from __future__ import annotations

from xml.etree import ElementTree

from pdsync.plan.drift import Drift, Moved
from pdsync.report.drift.drift_text import HEADINGS, desired_side, render_default, render_editor
from pdsync.report.plan.change_text import on_clock_of
from pdsync.report.plan.field_codec import find_codec
from pdsync.report.plan.plan_text import pending_lines
from pdsync.report.plan.value import ValueWriter
from pdsync.report.text.safe_text import safe_text


def render_drift_junit(drift: Drift) -> str:
    """One failed test case for each object that moved, and one that passed for all that did not. Ends in a line break."""
    writer = ValueWriter(drift.labels)
    tests = len(drift.moved) + bool(drift.unchanged)
    counts = {"tests": str(tests), "failures": str(len(drift.moved)), "errors": "0", "skipped": "0"}
    suite = ElementTree.Element("testsuite", {"name": safe_text(f"pdsync drift {drift.workspace}"), **counts})
    for moved in drift.moved:
        names = {"classname": safe_text(moved.change.kind), "name": safe_text(moved.change.address)}
        case = ElementTree.SubElement(suite, "testcase", names)
        failure = ElementTree.SubElement(
            case, "failure", {"message": HEADINGS[moved.origin], "type": moved.origin.value}
        )
        failure.text = "\n".join(_lines(moved, writer))
    if drift.unchanged:
        ElementTree.SubElement(suite, "testcase", {"classname": "unchanged", "name": f"{drift.unchanged} objects"})
    if drift.pending:
        # Text next to the cases: what is pending has not failed.
        ElementTree.SubElement(suite, "system-out").text = "\n".join(
            f"pending: {line}" for line in pending_lines(drift.pending)
        )
    ElementTree.indent(suite)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(suite, encoding="unicode") + "\n"


def _lines(moved: Moved, writer: ValueWriter) -> list[str]:
    change = moved.change
    lines = [f"{safe_text(change.name)}: {safe_text(moved.what)}"]
    clock = on_clock_of(change, writer)
    for field in moved.fields:
        codec = find_codec(change.kind, field.path)
        live, desired = clock.live.inline(field.live, codec), clock.inline(field.desired, codec)
        place = render_default(moved, field)
        lines.append(f"{safe_text(field.path)}: live {live}, {desired_side(field)} {desired}{place}")
    lines += [
        part for part in (safe_text(change.source or ""), render_editor(moved), safe_text(change.url or "")) if part
    ]
    return lines

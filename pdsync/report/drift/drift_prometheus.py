"""Drift as a text file for the Prometheus node exporter's textfile collector."""

from __future__ import annotations

from pdsync.plan.diff.last_applied import Origin
from pdsync.plan.drift import Drift
from pdsync.report.text.safe_text import safe_text


def render_drift_prometheus(drift: Drift, checked_at_s: int) -> str:
    """Counts by origin and one sample for each object that moved. `checked_at_s` is a Unix time. Ends in a line break.

    Alert on ``pdsync_drift_objects{origin!="ours"} > 0``, and on ``pdsync_drift_checked_timestamp_seconds`` growing old.
    """
    workspace = _label(drift.workspace)
    lines = [
        "# HELP pdsync_drift_objects Objects that differ from their manifests, by cause.",
        "# TYPE pdsync_drift_objects gauge",
    ]
    for origin in Origin:
        count = len(drift.of(origin))
        lines.append(f'pdsync_drift_objects{{workspace="{workspace}",origin="{origin.value}"}} {count}')
    lines += [
        "# HELP pdsync_drift_object One sample for each object that differs from its manifest.",
        "# TYPE pdsync_drift_object gauge",
    ]
    for moved in drift.moved:
        address = _label(moved.change.address)
        lines.append(
            f'pdsync_drift_object{{workspace="{workspace}",address="{address}",origin="{moved.origin.value}"}} 1'
        )
    lines += [
        "# HELP pdsync_managed_objects_unchanged Objects that match their manifests.",
        "# TYPE pdsync_managed_objects_unchanged gauge",
        f'pdsync_managed_objects_unchanged{{workspace="{workspace}"}} {drift.unchanged}',
        "# HELP pdsync_pending Edits that were applied and take effect later; not drift.",
        "# TYPE pdsync_pending gauge",
        f'pdsync_pending{{workspace="{workspace}"}} {len(drift.pending)}',
        "# HELP pdsync_drift_checked_timestamp_seconds When the account was compared last.",
        "# TYPE pdsync_drift_checked_timestamp_seconds gauge",
        f'pdsync_drift_checked_timestamp_seconds{{workspace="{workspace}"}} {checked_at_s}',
    ]
    return "\n".join(lines) + "\n"


def _label(text: str) -> str:
    # Prometheus text format: backslash, double quote and line feed are escaped in label values.
    return safe_text(text).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")

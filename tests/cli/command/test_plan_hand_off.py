"""Hand-off aware edits from the command line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from pdsync.sandbox import SandboxServer
from tests.cli.conftest import Pdsync


def test_the_command_line_takes_it_and_says_where_it_has_no_place(
    pdsync: Pdsync, online: SandboxServer, folder: Path
) -> None:
    text = """\
apiVersion: pdsync/v1
kind: User
metadata: {name: ana}
spec: {name: Ana Lima, email: ana@example.com, role: limited_user}
---
apiVersion: pdsync/v1
kind: User
metadata: {name: bo}
spec: {name: Bo Berg, email: bo@example.com, role: limited_user}
---
apiVersion: pdsync/v1
kind: Schedule
metadata: {name: days}
lifecycle: {rotation: hand-off aware}
spec:
  time_zone: Europe/Berlin
  schedule_layers:
    - {name: Week, users: [ana], rotation_virtual_start: 2026-01-05T09:00, rotation_turn_length_seconds: 1w}
"""
    file = folder / "rota.yaml"
    later = (datetime.now(UTC) + timedelta(days=8)).isoformat()
    file.write_text(text)
    assert pdsync("apply", "--yes").code == 0
    file.write_text(text.replace("[ana]", "[bo]"))
    shown = pdsync("plan")
    assert "whoever is on call stays until the next hand-off" in shown.out
    assert "Week (until hand-off)" in shown.out
    assert pdsync("apply", "--yes").code == 0
    assert pdsync("plan", "--detailed-exitcode").code == 0
    assert pdsync("drift").code == 0
    assert "Ana Lima, layer Week (until hand-off)" in " ".join(pdsync("oncall", "days", "--live").out.split())
    assert "Bo Berg, layer Week" in " ".join(pdsync("oncall", "days", "--live", "--from", later).out.split())
    file.write_text(text.replace("kind: Schedule", "kind: Team"))
    refused = pdsync("validate")
    assert refused.code == 1
    assert "lifecycle: unknown field 'rotation'" in refused.out
    file.write_text(text.replace("hand-off aware", "handoff-aware"))
    assert "Did you mean 'hand-off aware'?" in pdsync("validate").out

"""A layer that ended before it is made is named at its line, offline where that can be known."""

from __future__ import annotations

from pathlib import Path

import pytest

from pdsync.sandbox import SandboxServer
from tests.cli.conftest import Pdsync
from tests.support.recorded import forget, writes

ROTA = """\
apiVersion: pdsync/v1
kind: User
metadata: {name: ana}
spec: {name: Ana, email: ana@example.com}
---
apiVersion: pdsync/v1
kind: Schedule
metadata: {name: s}
spec:
  time_zone: Europe/Berlin
  schedule_layers:
    - {name: Base, rotation_virtual_start: 2026-01-05T09:00, rotation_turn_length_seconds: 1w, users: [ana]}
    - name: New team
      %s
      rotation_turn_length_seconds: 1w
      users: [ana]
"""
FIRST = "rotation_virtual_start: 2025-01-06T09:00"


@pytest.mark.parametrize(
    ("times", "code", "said"),
    [
        ("end: 2025-12-31T09:00; rotation_virtual_start: 2026-01-05T09:00", 0, "before the first turn"),
        (
            "start: 2026-01-05T09:00; end: 2025-12-31T09:00; rotation_virtual_start: 2025-01-06T09:00",
            1,
            "the layer ends before it starts",
        ),
        (
            "start: 2026-01-05T09:00; end: 2026-01-05T09:00; rotation_virtual_start: 2025-01-06T09:00",
            1,
            "the layer ends before it starts",
        ),
        (
            "start: 2099-01-05T09:00; end: 2098-12-31T09:00; rotation_virtual_start: 2025-01-06T09:00",
            1,
            "the layer ends before it starts",
        ),
        ("start: 2026-01-05T09:00; end: 2026-01-05T08:30:00Z; rotation_virtual_start: 2025-01-06T09:00", 0, ""),
        (
            "start: 2026-01-05T09:00; end: 2026-01-05T08:00:00Z; rotation_virtual_start: 2025-01-06T09:00",
            1,
            "the layer ends before it starts",
        ),
        ("start: 2026-03-29T01:30; end: 2026-03-29T03:30; rotation_virtual_start: 2025-01-06T09:00", 0, ""),
        ("end: 2098-12-31T09:00; rotation_virtual_start: 2025-01-06T09:00", 0, ""),
    ],
)
def test_validate_says_what_needs_no_account(pdsync: Pdsync, folder: Path, times: str, code: int, said: str) -> None:
    file = folder / "rota.yaml"
    file.write_text(ROTA % times.replace("; ", "\n      "))
    run = pdsync("validate", "rota.yaml")
    shown = run.out + run.err
    assert run.code == code, run
    assert said in shown
    if said:
        (line,) = [at for at, text in enumerate(file.read_text().splitlines(), 1) if " end: " in text]
        assert f"rota.yaml:{line}:" in shown


@pytest.mark.parametrize("is_new", [True, False])
def test_plan_and_apply_refuse_it_at_its_line(
    pdsync: Pdsync, folder: Path, online: SandboxServer, is_new: bool
) -> None:
    file = folder / "rota.yaml"
    if not is_new:
        file.write_text(ROTA.partition("    - name: New team")[0])
        assert pdsync("apply", "--yes", "rota.yaml").code == 0
    file.write_text(ROTA % f"end: 2025-12-31T09:00\n      {FIRST}")
    assert pdsync("validate").code == 0
    forget(online)
    for command in (("plan",), ("apply", "--yes"), ("plan", "-o", "json"), ("plan", "-o", "github")):
        run = pdsync(*command)
        assert run.code == 1
        assert (
            "schedule_layers[New team].end: the layer ended at 2025-12-31 09:00 CET, and the account never had it"
            in run.out + run.err
        )
    (line,) = [at for at, text in enumerate(file.read_text().splitlines(), 1) if " end: " in text]
    assert f"rota.yaml:{line}" in run.out + run.err or f"line={line}" in run.out
    assert f"rota.yaml:{line}" in pdsync("plan").err
    assert not writes(online)

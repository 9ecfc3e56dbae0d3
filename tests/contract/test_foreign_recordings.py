"""Recordings of other people's clients, where they are at hand: what those clients need, the sandbox answers.

They are looked for where ``PDSYNC_FOREIGN_RECORDINGS`` says, or else beside the project. Nothing of them is kept here; the
project's own recordings are in tests/contract/recordings.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pdsync.sandbox import SandboxServer
from tests.support.recording.file import load_recording
from tests.support.recording.replay import replay

FOLDER = Path(os.environ.get("PDSYNC_FOREIGN_RECORDINGS") or Path(__file__).parents[3] / "shared" / "foreign")
OF_A_STUB = "the recorded answer is a stub's: the API description pages by cursor, which the client follows too"
OF_AN_ORDER = (
    "the recorded answer is a stub's: PagerDuty sorts the events of a webhook (terraform-provider-pagerduty #934)"
)
ALLOWED = {
    "terraform-webhook": dict.fromkeys((24, 44, 60, 84, 93, 108), OF_AN_ORDER),
    "pagerduty-cli": dict.fromkeys((174, 175, 180, 181), OF_A_STUB),
    "pagerduty-mcp": {
        95: "the recorded answer is a stub's: a layer-based schedule has no rotations, and the client says what PagerDuty says",
        96: "the recorded answer is a stub's: PagerDuty makes Etc/UTC of UTC (terraform-provider-pagerduty #1127)",
    },
}
"""Lines that may differ, by number, with the reason. One that no longer differs fails the test."""
LEAST_RATE = 0.95
ON_DAY = {"terraform-schedulev2": datetime(2031, 6, 1, tzinfo=UTC)}
"""When a recording can be replayed: the events in it must become effective within a year."""
RECORDINGS = (
    *("terraform-core", "terraform-account-key", "terraform-lookups", "terraform-workflow", "terraform-orchestration"),
    "terraform-webhook",
    *("terraform-incident-type", "terraform-service-field", "terraform-enablement", "terraform-schedulev2"),
    "terraform-automation",
    *("pdjs", "pagerduty-cli", "pagerduty-mcp"),
)


@pytest.fixture(scope="module")
def empty() -> Iterator[SandboxServer]:
    with SandboxServer() as sandbox:
        yield sandbox


@pytest.mark.parametrize("name", RECORDINGS)
def test_a_recording(name: str, empty: SandboxServer) -> None:
    path = FOLDER / f"{name}.jsonl"
    if not path.exists():
        pytest.skip("the recordings of other people's clients are not at hand (PDSYNC_FOREIGN_RECORDINGS)")
    state, now = empty.control.state(), datetime.now(UTC)
    ahead = ON_DAY.get(name, now) - now
    empty.control.advance(ahead.total_seconds())
    try:
        outcomes = replay(empty.url, load_recording(path), lambda: datetime.now(UTC) + ahead)
        assert empty.control.breaks() == []
    finally:
        empty.control.restore(state)
        empty.control.reset_clock()
    differing = {it.line["n"]: str(it) for it in outcomes if it.differences}
    allowed = ALLOWED.get(name, {})
    assert "\n".join(text for number, text in differing.items() if number not in allowed) == ""
    assert sorted(set(allowed) - set(differing)) == [], "these no longer differ: take them out of ALLOWED"
    assert len(differing) <= (1 - LEAST_RATE) * len(outcomes)

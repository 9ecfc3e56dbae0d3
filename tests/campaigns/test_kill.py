"""A process that is killed or stopped at any write: what it had begun is whole, and the next run does the rest."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryFile

import pytest

from pdsync.apply import bulk_creation
from tests.campaigns.bulk import begin_bulk, begin_replacing
from tests.campaigns.company import RECEIVER
from tests.campaigns.harness import EXAMPLES, SMALL, Harness, make_harness
from tests.campaigns.ledger import difference, duplicates
from tests.campaigns.setting import ALONE, IN_GROUPS, RUNS
from tests.campaigns.test_fault import WRITES, undisturbed
from tests.support.process import start_process

_HELD_MS = 150
_PATIENCE_S = 60
_PROGRAM = """
from pdsync.apply import bulk_creation
from pdsync.cli.main import run
bulk_creation.BULK = {least}
run()
"""


APPLY = ("-q", "apply", "--yes", "--secrets-to", RECEIVER)


def stop_at(harness: Harness, index: int, number: signal.Signals, arguments: Sequence[str] = APPLY) -> tuple[int, str]:
    """Sends a signal while the write of this number is under way; gives exit code and what was said. Waits until PagerDuty is
    through with what it got."""
    rule = {"match": {"method": WRITES, "nth": index}, "action": {"type": "latency", "ms": _HELD_MS}}
    harness.server.control.set_faults({"rules": [rule]})
    program = _PROGRAM.format(least=bulk_creation.BULK)
    command = [sys.executable, "-c", program, *arguments]
    with TemporaryFile("w+") as output, start_process(command, stdout=output, stderr=output) as process:
        end = time.monotonic() + _PATIENCE_S
        while not harness.server.control.faults()[0]["struck"] and process.poll() is None:
            assert time.monotonic() < end
            time.sleep(0.002)
        process.send_signal(number)
        process.wait(_PATIENCE_S)
        output.seek(0)
        said = output.read()
    time.sleep(_HELD_MS / 1000 + 0.05)
    harness.server.control.clear_faults()
    return process.returncode, said


def check_next_run(harness: Harness, wanted: object, where: str) -> None:
    assert harness.apply().code == 0, where
    assert not duplicates(harness.state()), where
    assert not difference(harness.ledger(), wanted), where + difference(harness.ledger(), wanted)  # type: ignore[arg-type]
    harness.assert_secrets_known()
    harness.assert_journals_true()


def kill_each(harness: Harness, indices: Iterable[int], wanted: object) -> None:
    for index in indices:
        harness.restore()
        code, _ = stop_at(harness, index, signal.SIGKILL)
        assert code == -signal.SIGKILL
        journal = harness.journals()[0]
        assert not journal.ended
        shown = harness.run("journal", "show")
        assert shown.code == 0
        assert "it was killed" in shown.out
        check_next_run(harness, wanted, f"killed at write {index}")
        harness.count(kills=1)


def stop_each(harness: Harness, indices: Iterable[int], wanted: object) -> None:
    for index in indices:
        for number in (signal.SIGINT, signal.SIGTERM):
            harness.restore()
            code, err = stop_at(harness, index, number)
            assert code == 130, (index, number, err)
            assert "Traceback" not in err
            journal = harness.journals()[0]
            assert journal.ended
            assert journal.exit_code == 130
            assert "unknown" not in journal.outcomes.values()
            assert "skipped" in journal.outcomes.values()
            check_next_run(harness, wanted, f"{number.name} at write {index}")
            harness.count(stops=1)


def interrupt_some(harness: Harness, wanted: object) -> None:
    """Kills and stops at as many writes of the undisturbed apply as a run has time for."""
    writes = sum(asked["method"] != "GET" for asked in harness.server.requests())
    step = max(1, writes // RUNS) if RUNS else 1
    kill_each(harness, range(1, writes + 1, step), wanted)
    stop_each(harness, range(1, writes // 2, 4 * step), wanted)


@pytest.mark.parametrize(("least", "kills", "stops"), [(ALONE, (9,), (3,)), (IN_GROUPS, (5,), ())])
def test_a_kill_or_a_signal_in_the_middle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, least: int, kills: tuple[int, ...], stops: tuple[int, ...]
) -> None:
    monkeypatch.setattr(bulk_creation, "BULK", least)
    with make_harness(tmp_path, monkeypatch, SMALL) as harness:
        wanted, _ = undisturbed(harness)
        kill_each(harness, kills, wanted)
        stop_each(harness, stops, wanted)


@pytest.mark.parametrize(("least", "kills"), [(ALONE, (2, 5, 8)), (IN_GROUPS, (3,))])
def test_a_kill_in_the_middle_of_a_replacement(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, least: int, kills: tuple[int, ...]
) -> None:
    monkeypatch.setattr(bulk_creation, "BULK", least)
    with make_harness(tmp_path, monkeypatch, SMALL) as harness:
        begin_replacing(harness)
        wanted, _ = undisturbed(harness)
        kill_each(harness, kills, wanted)


@pytest.mark.campaign
@pytest.mark.parametrize("least", [ALONE, IN_GROUPS], ids=["alone", "in groups"])
def test_every_write_of_a_replacement(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, least: int) -> None:
    monkeypatch.setattr(bulk_creation, "BULK", least)
    with make_harness(tmp_path, monkeypatch, SMALL) as harness:
        begin_replacing(harness)
        wanted, _ = undisturbed(harness)
        interrupt_some(harness, wanted)
        harness.report("kill (replacements)")


@pytest.mark.campaign
def test_every_write_of_the_small_company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with make_harness(tmp_path, monkeypatch, SMALL) as harness:
        wanted, _ = undisturbed(harness)
        interrupt_some(harness, wanted)
        harness.report("kill (small company)")


@pytest.mark.campaign
@pytest.mark.parametrize("least", [ALONE, IN_GROUPS], ids=["alone", "in groups"])
def test_every_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, least: int) -> None:
    monkeypatch.setattr(bulk_creation, "BULK", least)
    with make_harness(tmp_path, monkeypatch, EXAMPLES) as harness:
        wanted, _ = undisturbed(harness)
        interrupt_some(harness, wanted)
        harness.report("kill (example company)")


@pytest.mark.campaign
def test_every_write_of_many_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with make_harness(tmp_path, monkeypatch, SMALL) as harness:
        begin_bulk(harness)
        wanted, _ = undisturbed(harness)
        interrupt_some(harness, wanted)
        harness.report("kill (many changes at once)")

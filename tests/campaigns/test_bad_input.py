"""Bad input: manifests, configurations, plan files, fault and state files, journals and API answers that someone spoiled."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from pdsync.sandbox import SandboxServer
from tests.campaigns.harness import SMALL, Harness, make_harness
from tests.campaigns.setting import RUNS, SEED
from tests.campaigns.spoiler import LONGEST_S, Spoiler, resident_mib

_SHARE_WHOLE = 0.1
_SHARE_WHOLE_OF_MANY = 0.04
_REPORT_EACH = 2_500
_MOST_GROWN_MIB = 100.0
_WARM_AFTER = 0.2
"""The part of a campaign after which all modules are loaded and all caches filled."""


def spoil_all(harness: Harness, runs: int, seed: int, share_whole: float) -> float:
    """Spoils so many inputs; gives by how many MiB the process grew once it was warm."""
    spoiler = Spoiler(harness)
    warm_mib = 0.0
    for number in range(runs):
        random = Random(f"{seed}:{number}")
        if number == int(runs * _WARM_AFTER):
            warm_mib = resident_mib()
        try:
            name = spoiler.spoil(random, share_whole)
        except BaseException as error:
            error.add_note(f"seed {seed}, run {number}")
            raise
        finally:
            spoiler.restore()
        harness.count(inputs=1, **{name: 1})
        if number % _REPORT_EACH == _REPORT_EACH - 1:
            harness.report("bad input so far")
    assert harness.run("-q", "plan", "--detailed-exitcode").code == 0
    return resident_mib() - warm_mib


def test_some_spoiled_inputs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with make_harness(tmp_path, monkeypatch) as harness:
        spoil_all(harness, 100, SEED, _SHARE_WHOLE)


@pytest.mark.campaign
def test_many_spoiled_inputs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with make_harness(tmp_path, monkeypatch) as harness:
        grown_mib = spoil_all(harness, RUNS or 50_000, SEED + 1, _SHARE_WHOLE_OF_MANY)
        assert grown_mib < _MOST_GROWN_MIB
        harness.count(mib_grown_when_warm=round(grown_mib))
        harness.report("bad input")


def _fifo(place: Path) -> None:
    os.mkfifo(place)


def _sparse(place: Path) -> None:
    with place.open("wb") as file:
        file.truncate(1 << 30)


def _loop(place: Path) -> None:
    place.symlink_to(place.name)


def _folder_loop(place: Path) -> None:
    place.unlink(missing_ok=True)
    place.with_suffix("").symlink_to("..")
    place.write_text("kind: [")


def _device(place: Path) -> None:
    place.symlink_to("/dev/zero")


def _laughs(place: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 40)]
    place.write_text("\n".join(lines))


def _deep(place: Path) -> None:
    place.write_text("[" * 100_000)


@pytest.mark.parametrize("make", [_fifo, _sparse, _loop, _folder_loop, _device, _laughs, _deep])
def test_files_that_are_traps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Callable[[Path], None]) -> None:
    with make_harness(tmp_path, monkeypatch, SMALL) as harness:
        begun = time.monotonic()
        make(tmp_path / "manifests" / "trap.yaml")
        assert harness.run("validate").code == 1
        harness.server.control.forget()
        assert harness.apply().code == 1
        (tmp_path / "manifests" / "trap.yaml").unlink()
        make(tmp_path / "trap.json")
        assert harness.run("-q", "apply", "--yes", "--plan", "trap.json").code
        assert harness.run("journal", "show", "trap.json").code
        assert harness.run("--config", "trap.json", "plan").code
        assert not [asked for asked in harness.server.requests() if asked["method"] != "GET"]
        assert time.monotonic() - begun < LONGEST_S


@pytest.mark.parametrize(
    "row",
    [
        {"id": "PX", "name": "X", "description": 7},
        {"id": "PX", "name": ["X"]},
        {"id": "PX", "name": "X", "schedule_layers": 1.5},
        {"id": "PX", "name": "X", "escalation_rules": [{"targets": 3}]},
        {"id": None, "name": "X"},
        "X",
    ],
    ids=str,
)
@pytest.mark.parametrize("kind", ["teams", "schedules", "escalation_policies"])
def test_an_answer_that_cannot_be_understood_is_told_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, row: Any
) -> None:
    with make_harness(tmp_path, monkeypatch, SMALL) as harness:
        body = json.dumps({kind: [row], "more": False, "limit": 100, "offset": 0})
        action = {"type": "content_type", "content_type": "application/json", "body": body}
        harness.server.control.set_faults({"rules": [{"match": {"path": f"/{kind}"}, "action": action}]})
        run = harness.apply()
        assert not [asked for asked in harness.server.requests() if asked["method"] != "GET"] or run.code in (0, 3, 6)
        if not isinstance(row, dict) or row.get("id") is None or (kind == "teams" and not isinstance(row["name"], str)):
            assert run.code == 1
            assert not [asked for asked in harness.server.requests() if asked["method"] != "GET"]


def test_a_state_whose_numbers_no_database_holds_is_refused() -> None:
    with SandboxServer() as server:
        state = json.loads(json.dumps(server.control.state()))
        state["user"][0]["number"] = 10**30
        with pytest.raises(ValueError, match="number must be a whole number"):
            server.control.restore(state)


@pytest.mark.parametrize("user", [{}, None, "manager", {"id": ""}, {"id": 7}], ids=str)
def test_a_member_without_an_id_is_told_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, user: Any) -> None:
    with make_harness(tmp_path, monkeypatch, SMALL) as harness:
        assert harness.apply().code == 0
        body = json.dumps({"members": [{"user": user, "role": "responder"}], "more": False, "limit": 100, "offset": 0})
        action = {"type": "content_type", "content_type": "application/json", "body": body}
        harness.server.control.set_faults({"rules": [{"match": {"path": "/teams/*/members"}, "action": action}]})
        run = harness.run("plan", "--all-roles")
        assert run.code == 1
        assert "that cannot be read" in run.err

"""Bad input: manifests, configurations, plan files, fault and state files, journals and API answers that somebody spoiled."""

from __future__ import annotations

import contextlib
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

_LONGEST_S = 20.0
_NASTY = [
    b"\x00", b"\xff\xfe", b"\xc3\x28", b"\xef\xbb\xbf", b"\t", b"\r", b"\x1b[2J", b"\xe2\x80\xae",
    b"&a [*a]", b"*nowhere", b"!!python/object/apply:os.system ['false']", b"!!binary |", b"<<: *x", b"? [",
    b".nan", b".inf", b"-.inf", b"NaN", b"1e999", b"9" * 400, b"0x" + b"f" * 300, b"2026-01-01", b"12:30:45", b"null", b"~",
    b"[" * 300, b"{" * 300, b"{a: " * 300, b"- " * 300, b"'", b'"', b"|", b">", b"%TAG ! x", b"---", b"...", b": ", b" #",
    b"../../../etc/passwd", b"/dev/zero", b"${x}", b"$(x)", b"{{x}}", b"::error::x", b"<script>", b"name: x\nname: x\n", b"kind: Service\n",
]  # fmt: skip


def mutate(text: bytes, random: Random) -> bytes:
    """The text with one to four pieces spoiled."""
    for _ in range(random.randint(1, 4)):
        at = random.randint(0, len(text))
        to = min(len(text), at + random.choice([0, 1, 1, 3, 20]))
        match random.randrange(5):
            case 0:
                text = text[:at] + random.choice(_NASTY) + text[to:]
            case 1:
                text = text[:at] + text[to:]
            case 2:
                text = text[:at] + text[at : at + random.randint(1, 60)] * random.choice([2, 3, 50]) + text[to:]
            case 3:
                text = text[:at] + bytes(random.randrange(256) for _ in range(3)) + text[to:]
            case _:
                text = text[:at]
    return text


def mutate_json(document: Any, random: Random) -> Any:
    """The document with one value somewhere inside replaced, or taken away."""
    if isinstance(document, dict) and document and random.random() < 0.85:
        key = random.choice(sorted(document))
        if random.random() < 0.15:
            return {name: value for name, value in document.items() if name != key}
        return {**document, key: mutate_json(document[key], random)}
    if isinstance(document, list) and document and random.random() < 0.85:
        at = random.randrange(len(document))
        return [*document[:at], mutate_json(document[at], random), *document[at + 1 :]]
    return random.choice([None, True, -1, 10**30, 1.5, "", "\x00", "x" * 5000, [], {}, [[]], {"a": 1}, "2026-13-45"])


class Spoiler:
    """A workspace, its account in step with it, and every way to spoil it."""

    def __init__(self, harness: Harness) -> None:
        self.harness = harness
        self.manifest = harness.folder / "manifests" / "all.yaml"
        self.config = harness.folder / "pdsync.yaml"
        self.plan_file = harness.folder / "plan.json"
        assert harness.run("-q", "plan", "--out", "plan.json").code == 0
        self.good = {file: file.read_bytes() for file in (self.manifest, self.config, self.plan_file)}
        assert harness.apply("--journal", "good.jsonl").code == 0
        self.journal = harness.folder / "good.jsonl"
        self.good[self.journal] = self.journal.read_bytes()
        self.state = json.loads(json.dumps(harness.server.control.state()))

    def restore(self) -> None:
        for file, text in self.good.items():
            file.unlink(missing_ok=True)
            file.write_bytes(text)

    def spoil(self, random: Random) -> str:
        """Spoils one thing, runs what reads it, and says which. What is refused must not have written anything."""
        self.restore()
        ways: dict[str, Callable[[Random], None]] = {
            "manifest": self._manifest,
            "configuration": self._config,
            "plan file": self._plan_file,
            "journal": self._journal,
            "faults and state": self._sandbox_files,
            "answer": self._answer,
        }
        name = random.choice(list(ways))
        begun = time.monotonic()
        ways[name](random)
        assert time.monotonic() - begun < _LONGEST_S, name
        return name

    def _manifest(self, random: Random) -> None:
        self.manifest.write_bytes(mutate(self.good[self.manifest], random))
        checked = self.harness.run("validate")
        self.harness.server.control.forget()
        run = self.harness.run("-q", "plan")
        assert run.code in (0, 1, 5), run
        if checked.code:
            assert run.code, (checked, run)
            applied = self.harness.apply()
            assert applied.code
        self._assert_nothing_written()

    def _config(self, random: Random) -> None:
        self.config.write_bytes(mutate(self.good[self.config], random))
        self.harness.server.control.forget()
        self.harness.run("-q", "plan")
        self._assert_nothing_written()

    def _plan_file(self, random: Random) -> None:
        text = self.good[self.plan_file]
        spoiled = (
            json.dumps(mutate_json(json.loads(text), random)).encode()
            if random.random() < 0.7
            else mutate(text, random)
        )
        self.plan_file.write_bytes(spoiled)
        self.harness.server.control.forget()
        run = self.harness.run("-q", "apply", "--yes", "--plan", "plan.json")
        assert run.code or spoiled == text or json.loads(spoiled) == json.loads(text), run
        self._assert_nothing_written()

    def _journal(self, random: Random) -> None:
        self.journal.write_bytes(mutate(self.good[self.journal], random))
        assert self.harness.run("journal", "show", "good.jsonl").code in (0, 1)
        lines = self.good[self.journal].decode().splitlines()
        at = random.randrange(len(lines))
        lines[at] = json.dumps(mutate_json(json.loads(lines[at]), random))
        self.journal.write_text("\n".join(lines))
        assert self.harness.run("journal", "show", "good.jsonl").code in (0, 1)

    def _sandbox_files(self, random: Random) -> None:
        """What the sandbox refuses is said in one of its own errors."""
        faults = {"seed": 1, "rules": [{"match": {"path": "/x/*", "nth": 1}, "action": {"type": "drop"}}]}
        with contextlib.suppress(ValueError), SandboxServer(faults=mutate_json(faults, random)):
            pass
        control = self.harness.server.control
        with contextlib.suppress(ValueError, _sandbox_error()):
            control.restore(mutate_json(self.state, random))
        control.restore(self.state)

    def _answer(self, random: Random) -> None:
        """PagerDuty answers something else than it should: any command ends with words, and none writes on it."""
        path = random.choice(["/users", "/teams", "/services", "/escalation_policies", "/schedules", "/**"])
        kind = path.strip("/*") or "users"
        answer = {kind: self.state.get({"escalation_policies": "escalation_policy"}.get(kind, kind[:-1]), [])}
        body = {**answer, "limit": 100, "offset": 0, "more": False, "total": None}
        text = json.dumps(mutate_json(body, random)) if random.random() < 0.8 else str(mutate(b"{}", random))
        action = {"type": "content_type", "content_type": "application/json", "body": text}
        control = self.harness.server.control
        control.set_faults({"rules": [{"match": {"method": "GET", "path": path}, "action": action}]})
        control.forget()
        run = self.harness.run("-q", "plan", "--detailed-exitcode")
        assert run.code in (0, 1, 2, 5), run
        self._assert_nothing_written()
        self.harness.run("drift")
        self._assert_nothing_written()
        control.clear_faults()

    def _assert_nothing_written(self) -> None:
        written = [asked for asked in self.harness.server.requests() if asked["method"] != "GET"]
        assert not written, written


def _sandbox_error() -> type[Exception]:
    from pdsync.sandbox import SandboxError

    return SandboxError


def spoil_all(harness: Harness, runs: int, seed: int) -> None:
    spoiler = Spoiler(harness)
    for number in range(runs):
        random = Random(f"{seed}:{number}")
        try:
            name = spoiler.spoil(random)
        except BaseException as error:
            error.add_note(f"seed {seed}, run {number}")
            raise
        harness.count(**{name.replace(" ", "_"): 1})
    spoiler.restore()
    assert harness.run("-q", "plan", "--detailed-exitcode").code == 0


def test_a_hundred_spoiled_inputs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with make_harness(tmp_path, monkeypatch) as harness:
        spoil_all(harness, 100, SEED)


@pytest.mark.campaign
def test_many_spoiled_inputs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with make_harness(tmp_path, monkeypatch) as harness:
        spoil_all(harness, RUNS or 50_000, SEED + 1)
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
        assert time.monotonic() - begun < _LONGEST_S


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

"""Canaries in every field of every kind that takes secrets: no output and no file holds one, whatever fails.

The fields are found by their codecs, so a kind with a secret is searched as soon as it is declared.
"""

from __future__ import annotations

import base64
import html
import json
import os
import shlex
import signal
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import yaml

from pdsync.apply.request import Requester
from pdsync.kinds import BY_SLUG
from pdsync.model import Kind, Scope
from tests.campaigns.canary import CHANGED, Planted, all_planted, canary
from tests.campaigns.harness import Harness, make_harness
from tests.campaigns.setting import RUNS
from tests.campaigns.test_kill import stop_at
from tests.campaigns.test_secret import said_by
from tests.support.samples import KEYS
from tests.support.surroundings import minimal, surroundings

_FAULTS: list[dict[str, Any]] = [
    {"type": "error", "status": status, "body": {"error": {"message": "ECHO", "code": 2001, "errors": ["ECHO"]}}}
    for status in (400, 403, 409, 422, 500)
] + [
    {"type": "content_type", "content_type": "text/html", "body": "ECHO"},
    {"type": "content_type", "content_type": "application/json", "body": "ECHO"},
    {"type": "drop", "when": "after"},
    {"type": "truncate", "keep": 0.4},
]


def _as_yaml(documents: Iterable[tuple[Kind, str, dict[str, Any]]]) -> str:
    return "---\n".join(
        yaml.safe_dump(
            {"apiVersion": "pdsync/v1", "kind": kind.name, "metadata": {"name": key}, "spec": spec}, allow_unicode=True
        )
        for kind, key, spec in documents
    )


def beside() -> str:
    """The manifests of what those with canaries refer to."""
    kinds = {case.kind.slug: case.kind for case in all_planted()}.values()
    around = [(BY_SLUG[it.kind], it.key) for it in surroundings(*kinds)]
    return _as_yaml((kind, key, minimal(kind, key)) for kind, key in around if key in KEYS[kind.slug])


def with_canaries() -> str:
    return _as_yaml((case.kind, case.key, case.spec) for case in all_planted())


def set_canaries(patch: pytest.MonkeyPatch, shift: int = 0) -> None:
    for case in all_planted():
        for number in case.numbers:
            patch.setenv(f"CANARY_{number}", canary(number + shift))


def forms(value: str) -> set[str]:
    return {
        value,
        json.dumps(value)[1:-1],
        quote(value, safe=""),
        html.escape(value),
        shlex.quote(value),
        base64.b64encode(f"user:{value}".encode()).decode()[8:-4],
        value[:14],
        value[-14:],
    }


def assert_clean(text: str, where: object) -> None:
    assert_none_of(all_planted(), text, where)


def assert_all_say_none(*commands: tuple[str, ...]) -> None:
    for arguments in commands:
        assert_clean(said_by(arguments), arguments)


def sending_again() -> list[str]:
    """What sends secrets again that PagerDuty never shows; of the other kinds the option is refused."""
    kinds = {case.kind.slug for case in all_planted() if any(it.SEALED for it in case.kind.open_fields.values())}
    assert kinds
    return [word for case in all_planted() if case.kind.slug in kinds for word in ("--send-secrets", case.address)]


def assert_none_of(cases: Sequence[Planted], text: str, where: object) -> None:
    for case in cases:
        for value in case.values:
            assert not [form for form in forms(value) if form in text], (case.name, where)


def assert_files_are_clean(folder: Path) -> int:
    count = 0
    for place, _, names in os.walk(folder):
        for name in names:
            if not name.startswith("handed-out"):
                assert_clean((Path(place) / name).read_text(errors="replace"), name)
                count += 1
    return count


def _echoing(action: dict[str, Any]) -> dict[str, Any]:
    """The fault with what it repeats: the values in several forms, and a piece."""
    values = [canary(number) for case in all_planted() for number in case.numbers]
    said = [form for value in values for form in (value, quote(value), f"Bearer {value}", value[:20])]
    said += [base64.b64encode(f"user:{value}".encode()).decode() for value in values]
    text = " ".join(said)
    body = json.dumps({"error": {"message": text, "errors": [text]}})
    if action["type"] == "content_type":
        return {**action, "body": body if "json" in action["content_type"] else text}
    if action["type"] == "error":
        return {**action, "body": {"error": {"message": text, "code": 2001, "errors": [text]}}}
    return action


def _is_always_secret(case: Planted) -> bool:
    """Whether plain text is refused in the field: then no answer shows it."""
    scope = Scope()
    plain = json.loads(json.dumps(case.spec[case.declared.name]).replace("${env:", "a {"))
    case.declared.codec.desired(plain, scope, ())
    return bool(scope.problems)


def _apply(harness: Harness, *arguments: str) -> None:
    """An apply that nothing disturbs: all objects are there after it."""
    done = harness.run("-vv", "apply", "--yes", "--secrets-out", *arguments)
    assert done.code == 0, done.out + done.err
    assert_clean(done.out + done.err, arguments)
    held = json.dumps(harness.state())
    for case in all_planted():
        assert case.key in held or f"Canary {case.numbers.start}" in held, case.name


def _undisturbed(harness: Harness) -> int:
    """The number of writes of an apply that nothing disturbs."""
    before = len(harness.server.requests())
    _apply(harness, "handed-out.jsonl")
    writes = sum(asked["method"] != "GET" for asked in harness.server.requests()[before:])
    assert writes
    return writes


def check_a_kill(harness: Harness, index: int) -> None:
    """An apply that is killed while PagerDuty has its write of this number: what it said, what it left, what undoes it, and the next run."""
    harness.restore()
    arguments = ("-vv", "apply", "--yes", "--secrets-out", f"handed-out-{index}-killed.jsonl")
    code, said = stop_at(harness, index, signal.SIGKILL, arguments)
    assert code == -signal.SIGKILL
    assert_clean(said, f"killed at write {index}")
    assert_files_are_clean(harness.folder)
    for number, after in enumerate((("journal", "show"), ("journal", "restore", "last"), ("apply",))):
        more = () if after[-1] == "show" else ("--yes", "--secrets-out", f"handed-out-{index}-{number}.jsonl")
        assert_clean(said_by(("-vv", *after, *more)), (index, after))
    assert_files_are_clean(harness.folder)
    harness.count(kills=1)


class TestField:
    """The fields of all kinds at once, each in an object of its own, through everything that could say their values."""

    @pytest.fixture
    def empty(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Harness]:
        """An account in which nothing is applied yet."""
        with make_harness(tmp_path, monkeypatch, beside()) as made:
            (tmp_path / "manifests" / "canaries.yaml").write_text(with_canaries(), encoding="utf-8")
            set_canaries(monkeypatch)
            for name in ("PDSYNC_SAMPLE_ONE", "PDSYNC_SAMPLE_TWO"):
                monkeypatch.setenv(name, f"another-{name.lower()}")
            monkeypatch.setenv("FINGERPRINT_KEY", "a-key-of-fingerprints-0123456789")
            monkeypatch.setenv("TMPDIR", str(tmp_path))
            monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
            config = tmp_path / "pdsync.yaml"
            config.write_text(f"{config.read_text()}secrets: {{fingerprint_key: FINGERPRINT_KEY}}\n")
            yield made

    @pytest.fixture
    def harness(self, empty: Harness) -> Harness:
        """An account that holds what the manifests with canaries refer to: only they are left to be applied."""
        if not _beside:
            file = empty.folder / "manifests" / "canaries.yaml"
            file.unlink()
            assert empty.apply("--secrets-out", "handed-out-beside.jsonl").code == 0
            file.write_text(with_canaries(), encoding="utf-8")
            _beside.update(empty.state())
        empty.start = {**_beside}
        empty.restore()
        return empty

    def test_no_output_holds_it(self, harness: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
        assert_all_say_none(
            ("-vv", "validate"), ("-vv", "plan"), ("-vv", "plan", "--out", "plan.json", "--report", "plan.md", "--page", "plan.html"),
            ("-vv", "plan", "-o", "json"), ("-vv", "plan", "-o", "markdown"), ("-vv", "plan", "-o", "github"), ("-vv", "plan", "-o", "html"),
        )  # fmt: skip
        _apply(harness, "handed-out.jsonl", "--report", "apply.md")
        assert_all_say_none(
            ("-vv", "plan"), ("-vv", "drift", "-o", "json", "--out", "drift.json"),
            ("-vv", "journal", "show"), ("-vv", "journal", "show", "-o", "json"), ("-vv", "export", "--out", "exported"),
        )  # fmt: skip
        assert harness.journals()
        set_canaries(monkeypatch, CHANGED)
        addresses = [case.address for case in all_planted()]
        sent = sending_again()
        assert_all_say_none(
            ("-vv", "plan"), *(("-vv", "accept", address) for address in addresses), ("-vv", "plan", "-o", "json", *sent),
        )  # fmt: skip
        _apply(harness, "handed-out-2.jsonl", *sent)
        _apply(harness, "handed-out-3.jsonl")
        assert_all_say_none(
            ("-vv", "journal", "show", "--before"), ("-vv", "drift"), ("-vv", "release", "--yes", *addresses),
        )  # fmt: skip
        assert assert_files_are_clean(harness.folder) > 8
        # Anything else is shown by the sandbox as PagerDuty shows it.
        secret = [case for case in all_planted() if _is_always_secret(case)]
        assert secret
        assert_none_of(secret, json.dumps(harness.state()), "the state of the sandbox")

    @pytest.mark.parametrize(
        "action", _FAULTS, ids=[f"{it['type']} {it.get('status', it.get('content_type', ''))}" for it in _FAULTS]
    )
    def test_no_answer_that_repeats_it_gets_through(self, harness: Harness, action: dict[str, Any]) -> None:
        fault = _echoing(action)
        methods = ("POST", "PUT", "PATCH")
        harness.server.control.set_faults(
            {"rules": [{"match": {"method": method}, "action": fault} for method in methods]}
        )
        for number, output in enumerate(("text", "json")):
            sinks = ("--secrets-out", f"handed-out-{number}.jsonl", "--report", "apply.md")
            assert_all_say_none(("-vv", "apply", "--yes", "-o", output, *sinks))
        assert harness.server.control.faults()[0]["struck"]
        harness.server.control.clear_faults()
        assert_clean(said_by(("journal", "show")), "journal")
        assert_files_are_clean(harness.folder)

    def test_no_crash_report_holds_it(self, harness: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
        body = Requester.body
        values = [value for case in all_planted() for value in case.values]

        def fail(self: Requester, *arguments: Any) -> Any:
            raise RuntimeError(repr(body(self, *arguments)), json.dumps(values))

        monkeypatch.setattr(Requester, "body", fail)
        said = said_by(("-vv", "apply", "--yes", "--secrets-out", "handed-out.jsonl"))
        assert "unexpected error" in said
        assert_clean(said, "crash")
        assert_files_are_clean(harness.folder)

    def test_no_kill_and_no_restore_lets_it_out(self, harness: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
        writes = _undisturbed(harness)
        for index in (1, writes // 2 + 1, writes):
            check_a_kill(harness, index)
        set_canaries(monkeypatch, CHANGED)
        for arguments in (
            ("-vv", "apply", "--yes", "--secrets-out", "handed-out-4.jsonl", *sending_again()),
            ("-vv", "journal", "restore", "last", "--dry-run"), ("-vv", "journal", "restore", "last", "--yes", "--secrets-out", "handed-out-5.jsonl"),
            ("-vv", "journal", "show", "--before"), ("-vv", "journal", "show", "-o", "json"),
        ):  # fmt: skip
            assert_clean(said_by(arguments), arguments)
        assert_files_are_clean(harness.folder)

    @pytest.mark.campaign
    def test_no_kill_at_any_write_lets_it_out(self, empty: Harness) -> None:
        writes = _undisturbed(empty)
        for index in range(1, writes + 1, max(1, writes // RUNS) if RUNS else 1):
            check_a_kill(empty, index)
        empty.report("secret (fields of all kinds)")

    def test_without_its_value_nothing_is_written(self, harness: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
        for case in all_planted():
            with monkeypatch.context() as patch:
                for number in case.numbers:
                    patch.delenv(f"CANARY_{number}")
                assert harness.run("validate").code == 0
                before = len(harness.server.requests())
                run = harness.apply("--secrets-out", "handed-out.jsonl")
                assert run.code == 1, case.name
                said = [f"the environment has no CANARY_{number}" in run.err for number in case.numbers]
                assert all(said), (case.name, run.err)
                assert {it["method"] for it in harness.server.requests()[before:]} == {"GET"}, case.name


_beside: dict[str, Any] = {}
"""The account that holds what the manifests with canaries refer to, once it was made."""

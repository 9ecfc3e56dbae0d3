"""Canaries in every field of every kind that takes secrets: no output and no file holds one, whatever fails.

The fields are found by their codecs, so a kind with a secret is searched as soon as it is declared.
"""

from __future__ import annotations

import base64
import contextlib
import html
import json
import os
import shlex
import signal
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import yaml

from pdsync.apply.request import Requester
from pdsync.kinds import BY_SLUG, KINDS
from pdsync.model import Field, Kind, Scope
from pdsync.model.codec.plain import Codec, Nullable
from pdsync.model.codec.secret import Secret, SecretMap, SecretTree
from tests.campaigns.harness import Harness, make_harness
from tests.campaigns.setting import RUNS
from tests.campaigns.test_kill import stop_at
from tests.campaigns.test_secret import said_by
from tests.support.samples import KEYS, samples
from tests.support.surroundings import minimal, surroundings

FIELDS = [(kind, declared) for kind in KINDS for declared in kind.fields if declared.codec.has_secrets()]
_BESIDE: dict[str, dict[str, Any]] = {
    "automation_runner": {"runner_type": "runbook", "runbook_base_uri": "acme"},
    "service": {"escalation_policy": "first"},
}
"""What goes with the secret of a kind and is not in its shortest manifest."""
_HELD: dict[str, dict[str, Any]] = {
    "incident_workflow": {
        "steps": [
            {"name": "Typed", "action": "test:typed-action:1", "inputs": {"Password Input": "${env:CANARY_0}"}},
            {"name": "Post", "action": "slack:send-markdown-message:3", "inputs": {"Workspace": "T1", "Message": "Hi", "Channel ID": "${env:CANARY_1}"}},
        ]
    }
}  # fmt: skip
"""Values with canaries, where the codec does not say which texts of it may be secrets."""
_FAULTS: list[dict[str, Any]] = [
    {"type": "error", "status": status, "body": {"error": {"message": "ECHO", "code": 2001, "errors": ["ECHO"]}}}
    for status in (400, 403, 409, 422, 500)
] + [
    {"type": "content_type", "content_type": "text/html", "body": "ECHO"},
    {"type": "content_type", "content_type": "application/json", "body": "ECHO"},
    {"type": "drop", "when": "after"},
    {"type": "truncate", "keep": 0.4},
]


def canary(number: int) -> str:
    """A value that JSON, HTML, URLs and shells spell in other ways."""
    return f"canary{number}&Qx/Zk+P=<{number}>-'d\"w-canary-end"


@dataclass
class Planted:
    """A manifest with canaries in it."""

    kind: Kind
    declared: Field
    spec: dict[str, Any]
    count: int

    @property
    def values(self) -> list[str]:
        return [canary(number) for number in range(self.count)]


def plant(codec: Codec | None, value: Any, count: list[int]) -> Any:
    """The value with a canary in each text that may be a secret."""
    if isinstance(value, Mapping):
        return {name: plant(codec.part(name) if codec else None, inner, count) for name, inner in value.items()}
    if isinstance(value, list):
        return [plant(codec.part(at) if codec else None, inner, count) for at, inner in enumerate(value)]
    if isinstance(value, str) and codec is not None and codec.takes_secrets():
        count[0] += 1
        reference = f"${{env:CANARY_{count[0] - 1}}}"
        return f"https://hooks.example.com/{reference}" if value.startswith("http") else reference
    return value


def _examples(codec: Codec) -> Iterator[Any]:
    with contextlib.suppress(AssertionError):
        yield from samples(codec)
    inner = codec.inner if isinstance(codec, Nullable) else codec
    if isinstance(inner, Secret):
        yield "https://a"
        yield "a"
    elif isinstance(inner, SecretMap):
        yield {"X-Key": "a", "Password": "b"}
    elif isinstance(inner, SecretTree):
        yield {"access_token": "a", "deep": [{"Project": "b"}]}


def planted(kind: Kind, declared: Field) -> Planted:
    """The shortest manifest of the kind, with canaries in the field."""
    held = _HELD.get(kind.slug, {}).get(declared.name)
    if held is not None:
        return Planted(
            kind, declared, {**minimal(kind, "Canary"), declared.name: held}, json.dumps(held).count("CANARY_")
        )
    for example in _examples(declared.codec):
        count = [0]
        value = plant(declared.codec, example, count)
        spec = {**minimal(kind, "Canary"), **_BESIDE.get(kind.slug, {}), declared.name: value}
        scope = Scope()
        kind.read_desired(spec, scope, ("spec",))
        if count[0] and not scope.problems:
            return Planted(kind, declared, spec, count[0])
    raise AssertionError(
        f"no sample of {kind.slug}.{declared.name} holds a secret: add one to tests/support/samples.py"
    )


def manifests_of(case: Planted) -> str:
    around = [(BY_SLUG[it.kind], it.key) for it in surroundings(case.kind) if it.key in KEYS[it.kind]]
    documents = [(kind.name, key, minimal(kind, key)) for kind, key in around] + [(case.kind.name, "canary", case.spec)]
    return "---\n".join(
        yaml.safe_dump(
            {"apiVersion": "pdsync/v1", "kind": kind, "metadata": {"name": key}, "spec": spec}, allow_unicode=True
        )
        for kind, key, spec in documents
    )


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


def assert_clean(case: Planted, text: str, where: object) -> None:
    for value in case.values:
        assert not [form for form in forms(value) if form in text], (case.kind.slug, case.declared.name, where)


def assert_files_are_clean(case: Planted, folder: Path) -> int:
    count = 0
    for place, _, names in os.walk(folder):
        for name in names:
            if not name.startswith("handed-out"):
                assert_clean(case, (Path(place) / name).read_text(errors="replace"), name)
                count += 1
    return count


def _echoing(action: dict[str, Any], case: Planted) -> dict[str, Any]:
    """The fault with what it repeats: the values in several forms, and a piece."""
    said = [form for value in case.values for form in (value, quote(value), f"Bearer {value}", value[:20])]
    said += [base64.b64encode(f"user:{value}".encode()).decode() for value in case.values]
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


def _undisturbed(case: Planted, harness: Harness) -> int:
    """The number of writes of an apply that nothing disturbs."""
    assert_clean(case, said_by(("-vv", "apply", "--yes", "--secrets-out", "handed-out.jsonl")), "apply")
    writes = sum(asked["method"] != "GET" for asked in harness.server.requests())
    assert writes
    return writes


def check_a_kill(case: Planted, harness: Harness, index: int) -> None:
    """An apply that is killed while PagerDuty has its write of this number: what it said, what it left, what undoes it, and the next run."""
    harness.restore()
    arguments = ("-vv", "apply", "--yes", "--secrets-out", f"handed-out-{index}-killed.jsonl")
    code, said = stop_at(harness, index, signal.SIGKILL, arguments)
    assert code == -signal.SIGKILL
    assert_clean(case, said, f"killed at write {index}")
    assert_files_are_clean(case, harness.folder)
    for number, after in enumerate((("journal", "show"), ("journal", "restore", "last"), ("apply",))):
        more = () if after[-1] == "show" else ("--yes", "--secrets-out", f"handed-out-{index}-{number}.jsonl")
        assert_clean(case, said_by(("-vv", *after, *more)), (index, after))
    assert_files_are_clean(case, harness.folder)
    harness.count(kills=1)


@pytest.mark.parametrize(("kind", "declared"), FIELDS, ids=[f"{kind.slug}.{it.name}" for kind, it in FIELDS])
class TestField:
    """One field of one kind, through everything that could say its value."""

    @pytest.fixture
    def case(self, kind: Kind, declared: Field) -> Planted:
        return planted(kind, declared)

    @pytest.fixture
    def harness(self, case: Planted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Harness]:
        with make_harness(tmp_path, monkeypatch, manifests_of(case)) as made:
            for number, value in enumerate(case.values):
                monkeypatch.setenv(f"CANARY_{number}", value)
            for name in ("PDSYNC_SAMPLE_ONE", "PDSYNC_SAMPLE_TWO"):
                monkeypatch.setenv(name, f"another-{name.lower()}")
            monkeypatch.setenv("FINGERPRINT_KEY", "a-key-of-fingerprints-0123456789")
            monkeypatch.setenv("TMPDIR", str(tmp_path))
            monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
            config = tmp_path / "pdsync.yaml"
            config.write_text(f"{config.read_text()}secrets: {{fingerprint_key: FINGERPRINT_KEY}}\n")
            yield made

    def test_no_output_holds_it(self, case: Planted, harness: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
        apply = ("-vv", "apply", "--yes", "--secrets-out")
        for arguments in (
            ("-vv", "validate"), ("-vv", "plan"), ("-vv", "plan", "--out", "plan.json", "--report", "plan.md", "--page", "plan.html"),
            ("-vv", "plan", "-o", "json"), ("-vv", "plan", "-o", "markdown"), ("-vv", "plan", "-o", "github"), ("-vv", "plan", "-o", "html"),
            (*apply, "handed-out.jsonl", "--report", "apply.md"), ("-vv", "plan"), ("-vv", "drift", "-o", "json", "--out", "drift.json"),
            ("-vv", "journal", "show"), ("-vv", "journal", "show", "-o", "json"), ("-vv", "export", "--out", "exported"),
        ):  # fmt: skip
            assert_clean(case, said_by(arguments), arguments)
        assert harness.journals()
        for number in range(case.count):
            monkeypatch.setenv(f"CANARY_{number}", canary(number + case.count))
        changed = Planted(case.kind, case.declared, case.spec, case.count * 2)
        for arguments in (
            ("-vv", "plan"), ("-vv", "accept", f"{case.kind.slug}/canary"), ("-vv", "plan", "-o", "json", "--send-secrets", f"{case.kind.slug}/canary"),
            (*apply, "handed-out-2.jsonl", "--send-secrets", f"{case.kind.slug}/canary"), (*apply, "handed-out-3.jsonl"),
            ("-vv", "journal", "show", "--before"), ("-vv", "drift"), ("-vv", "release", "--yes", f"{case.kind.slug}/canary"),
        ):  # fmt: skip
            assert_clean(changed, said_by(arguments), arguments)
        assert assert_files_are_clean(changed, harness.folder) > 8
        if _is_always_secret(case):  # anything else is shown by the sandbox as PagerDuty shows it
            assert_clean(changed, json.dumps(harness.state()), "the state of the sandbox")

    @pytest.mark.parametrize(
        "action", _FAULTS, ids=[f"{it['type']} {it.get('status', it.get('content_type', ''))}" for it in _FAULTS]
    )
    def test_no_answer_that_repeats_it_gets_through(
        self, case: Planted, harness: Harness, action: dict[str, Any]
    ) -> None:
        fault = _echoing(action, case)
        methods = ("POST", "PUT", "PATCH")
        harness.server.control.set_faults(
            {"rules": [{"match": {"method": method}, "action": fault} for method in methods]}
        )
        for number, output in enumerate(("text", "json")):
            arguments = (
                "-vv",
                "apply",
                "--yes",
                "-o",
                output,
                "--secrets-out",
                f"handed-out-{number}.jsonl",
                "--report",
                "apply.md",
            )
            assert_clean(case, said_by(arguments), arguments)
        harness.server.control.clear_faults()
        assert_clean(case, said_by(("journal", "show")), "journal")
        assert_files_are_clean(case, harness.folder)

    def test_no_crash_report_holds_it(self, case: Planted, harness: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
        body = Requester.body

        def fail(self: Requester, *arguments: Any) -> Any:
            raise RuntimeError(repr(body(self, *arguments)), json.dumps(case.values))

        monkeypatch.setattr(Requester, "body", fail)
        said = said_by(("-vv", "apply", "--yes", "--secrets-out", "handed-out.jsonl"))
        assert "unexpected error" in said
        assert_clean(case, said, "crash")
        assert_files_are_clean(case, harness.folder)

    def test_no_kill_and_no_restore_lets_it_out(
        self, case: Planted, harness: Harness, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        check_a_kill(case, harness, _undisturbed(case, harness) // 2 + 1)
        for number in range(case.count):
            monkeypatch.setenv(f"CANARY_{number}", canary(number + case.count))
        changed = Planted(case.kind, case.declared, case.spec, case.count * 2)
        address = f"{case.kind.slug}/canary"
        for arguments in (
            ("-vv", "apply", "--yes", "--secrets-out", "handed-out-4.jsonl", "--send-secrets", address),
            ("-vv", "journal", "restore", "last", "--dry-run"), ("-vv", "journal", "restore", "last", "--yes", "--secrets-out", "handed-out-5.jsonl"),
            ("-vv", "journal", "show", "--before"), ("-vv", "journal", "show", "-o", "json"),
        ):  # fmt: skip
            assert_clean(changed, said_by(arguments), arguments)
        assert_files_are_clean(changed, harness.folder)

    @pytest.mark.campaign
    def test_no_kill_at_any_write_lets_it_out(self, case: Planted, harness: Harness) -> None:
        writes = _undisturbed(case, harness)
        for index in range(1, writes + 1, max(1, writes // RUNS) if RUNS else 1):
            check_a_kill(case, harness, index)
        harness.report(f"secret ({case.kind.slug}.{case.declared.name})")

    def test_without_its_value_nothing_is_written(
        self, case: Planted, harness: Harness, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for number in range(case.count):
            monkeypatch.delenv(f"CANARY_{number}")
        assert harness.run("validate").code == 0
        before = len(harness.server.requests())
        run = harness.apply("--secrets-out", "handed-out.jsonl")
        assert run.code == 1
        assert all(f"the environment has no CANARY_{number}" in run.err for number in range(case.count)), run.err
        assert {it["method"] for it in harness.server.requests()[before:]} == {"GET"}

"""A workspace with its account in step, and every way to spoil what pdsync reads.

Some ways run whole commands against the sandbox; the others call what reads the input, so that very many can be tried.
"""

from __future__ import annotations

import contextlib
import io
import json
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlsplit

import yaml
from requests import PreparedRequest, Response

from pdsync.account import Extent, fetch_account
from pdsync.cli.error import CliError
from pdsync.cli.files.journal_file import read_journal
from pdsync.cli.files.plan_file import read_plan_file
from pdsync.cli.manifest_text import of_manifests, render_annotations, render_problems
from pdsync.cli.setting.config import read_config
from pdsync.client import Error, RestApiV2Client
from pdsync.engine import EngineError
from pdsync.manifest import LoadResult, load_texts
from pdsync.manifest.file import decode
from pdsync.manifest.flaw import Flaw
from pdsync.model import Account, Resource, UnreadableError, digest_of
from pdsync.plan import Plan, PlanOptions, build_plan, render_plan_json
from pdsync.plan.drift import compute_drift
from pdsync.plan.json_form import from_json
from pdsync.plan.plan import PlanDocument
from pdsync.report.drift.drift_text import render_drift_text
from pdsync.report.plan.plan_markdown import render_plan_markdown
from pdsync.report.plan.plan_text import render_plan_text
from pdsync.report.result.journal import build_journal
from pdsync.report.result.journal_text import render_journal_text
from pdsync.report.text.palette import Palette
from pdsync.sandbox import SandboxError
from pdsync.sandbox.fault import FaultError, FaultInjector
from tests.campaigns.company import SETTINGS
from tests.campaigns.harness import TOKEN, Harness
from tests.campaigns.ledger import duplicates
from tests.campaigns.mutation import mutate, mutate_json, render_json, replace_value
from tests.client.transport import Transport, answer
from tests.support.setting import CONFIG, MANAGED

LONGEST_S = 20.0
"""What one input may take, on a machine that does other things too."""
_OPTIONS = PlanOptions("acme", managed_kinds=MANAGED, prune="owned")
_FAULTS = {
    "seed": 1,
    "rules": [
        {"match": {"path": "/x/*", "nth": 1, "method": ["POST"], "probability": 0.5, "times": 2}, "action": {"type": "drop", "when": "after"}},
        {"match": {}, "action": {"type": "error", "status": 500, "headers": {"a": "b"}, "body": {"error": {"message": "no"}}}},
        {"match": {"token": "x"}, "action": {"type": "latency", "ms": 1}},
        {"match": {}, "action": {"type": "edit", "requests": [{"method": "PUT", "path": "/teams/x", "body": {}}]}},
        {"match": {}, "action": {"type": "lag", "reads": 1}},
    ],
}  # fmt: skip


_SHORT = """\
apiVersion: pdsync/v1
kind: User
metadata: {name: cy}
spec:
  name: Cy Okafor
  email: cy@example.com
  role: limited_user
  contact_methods:
    - {phone: "+351 912 345 678", label: Mobile}
    - {sms: "+351 912 345 678"}
  notification_rules:
    - {contact_method: {phone: "+351 912 345 678"}, urgency: high, start_delay_in_minutes: 5m}
---
apiVersion: pdsync/v1
kind: Schedule
metadata: {name: weekly}
spec: {name: Weekly, rotation: {weekly: [ana, bo], starts: 2026-01-05T09:00}}
---
apiVersion: pdsync/v1
kind: Schedule
metadata: {name: office}
spec:
  name: Office
  schedule_layers:
    - name: Hours
      rotation_virtual_start: 2026-01-05T09:00
      rotation_turn_length_seconds: 12h
      users: [ana, bo]
      restrictions:
        - {days: mon-fri, start_time_of_day: "09:00", duration_seconds: 8h}
        - {days: [sat, sun], start_time_of_day: "10:00", duration_seconds: 6h30m}
---
apiVersion: pdsync/v1
kind: Service
metadata: {name: search}
spec: {name: Search}
---
apiVersion: pdsync/v1
kind: Service
metadata: {name: basket}
spec: {name: Basket, auto_resolve_timeout: 90m}
"""
_DEFAULTS = """\
apiVersion: pdsync/v1
kind: Defaults
spec:
  Service:
    escalation_policy: shop
    auto_resolve_timeout: 1d12h
    incident_urgency_rule: {type: constant, urgency: low}
  Schedule: {time_zone: Europe/Berlin, teams: [shop]}
  User: {time_zone: Europe/Lisbon, job_title: Engineer}
"""


class Spoiler:
    """Spoils one thing after the other. What cannot be understood is told, and nothing is written because of it."""

    def __init__(self, harness: Harness) -> None:
        self.harness = harness
        self.manifests = [harness.folder / "manifests" / name for name in ("all.yaml", "short.yaml", "defaults.yaml")]
        self.config = harness.folder / "pdsync.yaml"
        for file, written in zip(self.manifests[1:], (_SHORT, _DEFAULTS), strict=True):
            file.write_text(written)
        self.config.write_text(
            CONFIG + SETTINGS + "prune: {mode: report, max_deletes: 3, kinds: {Team: {mode: owned}}}\nregion: us\n"
        )
        self.plan_file = harness.folder / "plan.json"
        assert harness.run("-q", "plan", "--out", "plan.json").code == 0
        self.good = {file: file.read_bytes() for file in (*self.manifests, self.config, self.plan_file)}
        assert harness.apply("--journal", "good.jsonl").code == 0
        self.journal = harness.folder / "good.jsonl"
        self.good[self.journal] = self.journal.read_bytes()
        self.state = json.loads(json.dumps(harness.server.control.state()))
        self.resources, self.account, self.answers = self._read_all()
        self.inside: dict[str, Callable[[Random], None]] = {
            "manifests": self._manifest,
            "values": self._value,
            "configurations": self._config,
            "plan files": self._plan_file,
            "journals": self._journal,
            "fault files": self._fault_file,
            "answers": self._answer,
        }
        self.whole: dict[str, Callable[[Random], None]] = {
            "manifests (whole command)": self._command_with_manifest,
            "configurations (whole command)": self._command_with_config,
            "plan files (whole command)": self._command_with_plan_file,
            "journals (whole command)": self._command_with_journal,
            "states (whole sandbox)": self._state,
            "answers to reads (whole command)": self._command_with_answer,
            "answers to writes (whole command)": self._apply_with_answer,
        }

    def restore(self) -> None:
        """All files are as they should be again."""
        for file, text in self.good.items():
            if file.is_symlink() or not file.is_file() or file.read_bytes() != text:
                file.unlink(missing_ok=True)
                file.write_bytes(text)

    def spoil(self, random: Random, share_whole: float) -> str:
        """Spoils one thing, has it read, and says what it was. `share_whole` is how often whole commands run."""
        ways = self.whole if random.random() < share_whole else self.inside
        name = random.choice(list(ways))
        begun = time.monotonic()
        ways[name](random)
        assert time.monotonic() - begun < LONGEST_S, name
        return name

    def _read_all(self) -> tuple[tuple[Resource, ...], Account, dict[str, bytes]]:
        """Manifests, account, and PagerDuty's answers by path and query."""
        loaded = load_texts([(file.name, self.good[file].decode()) for file in self.manifests])
        assert not loaded.problems, loaded.problems
        resources = loaded.resources
        answers: dict[str, bytes] = {}

        def keep(response: Response, *args: Any, **options: Any) -> None:
            answers[_place(response.request)] = response.content

        with RestApiV2Client(TOKEN, base_url=self.harness.server.url) as client:
            client.hooks["response"].append(keep)
            account = fetch_account(client, Extent(resources, also=lambda raw: True, everything=True))
        return resources, account, answers

    # Called inside of this process: thousands a minute.

    def _manifest(self, random: Random) -> None:
        spoiled = random.choice(self.manifests)
        text = decode(mutate(self.good[spoiled], random))
        if isinstance(text, Flaw):
            assert text.message
            return
        loaded = self._load_with(spoiled, text)
        shown = of_manifests(loaded.problems)
        assert all(problem.line >= 1 and problem.message and problem.file for problem in shown)
        _assert_shown(render_problems(shown, Palette()) + render_annotations(shown))
        if not loaded.problems:
            self._look_at(build_plan(loaded.resources, self.account, _OPTIONS))

    def _value(self, random: Random) -> None:
        """One value in a short form or in Defaults is another one: one mistake is one message, at the line of that value."""
        spoiled = random.choice(self.manifests[1:])
        documents = list(yaml.safe_load_all(self.good[spoiled]))
        document = random.choice(documents)
        place = replace_value(document["spec"], random)
        text = yaml.safe_dump_all(documents, sort_keys=False, allow_unicode=True)
        found = self._load_with(spoiled, text).problems
        missing = [it for it in found if it.message.endswith(" is missing")]  # each is a mistake of its own
        assert len(found) - len(missing) <= (0 if missing else 1), (place, text, found)
        assert all(it.source.file == spoiled.name for it in found if it not in missing), (place, text, found)
        assert not [it for it in found if it.message == "does not fit its schema"], (place, text, found)

    def _load_with(self, spoiled: Path, text: str) -> LoadResult:
        """All manifests, one of the files with another text."""
        return load_texts(
            [(file.name, text if file == spoiled else self.good[file].decode()) for file in self.manifests]
        )

    def _config(self, random: Random) -> None:
        text = decode(mutate(self.good[self.config], random))
        if not isinstance(text, Flaw):
            with contextlib.suppress(CliError):
                read_config(text, self.config)

    def _spoiled_plan(self, random: Random) -> tuple[bytes, bool]:
        """A plan file, and whether it was sealed again: by someone who knows how."""
        text = self.good[self.plan_file]
        if random.random() < 0.3:
            return mutate(text, random), False
        body = mutate_json(json.loads(text), random)
        sealed = isinstance(body, dict) and random.random() < 0.7
        if sealed:
            with contextlib.suppress(AttributeError, KeyError, OverflowError, RecursionError, TypeError, ValueError):
                body["digest"] = from_json(body, PlanDocument).plan().digest
            with contextlib.suppress(RecursionError):
                body["seal"] = digest_of({name: value for name, value in body.items() if name != "seal"})
        return render_json(body, random).encode(), sealed

    def _plan_file(self, random: Random) -> None:
        spoiled, sealed = self._spoiled_plan(random)
        place = self.harness.folder / "spoiled.json"
        place.write_bytes(spoiled)
        try:
            read = read_plan_file(place)
        except (CliError, EngineError):
            return
        assert sealed or json.loads(spoiled) == json.loads(self.good[self.plan_file])
        assert read.plan.digest == read.plan.to_json()["digest"]

    def _journal(self, random: Random) -> None:
        place = self.harness.folder / "spoiled.jsonl"
        place.write_bytes(self._spoiled_journal(random))
        try:
            journal = build_journal(read_journal(place))
        except CliError:
            return
        _assert_shown(render_journal_text(journal))
        json.dumps(journal.to_json())

    def _spoiled_journal(self, random: Random) -> bytes:
        text = self.good[self.journal]
        if random.random() < 0.3:
            return mutate(text, random)
        lines = text.decode().splitlines()
        at = random.randrange(len(lines))
        lines[at] = render_json(mutate_json(json.loads(lines[at]), random), random)
        return "\n".join(lines).encode()

    def _fault_file(self, random: Random) -> None:
        with contextlib.suppress(FaultError):
            FaultInjector().set(mutate_json(_FAULTS, random))

    def _answer(self, random: Random) -> None:
        """PagerDuty answers one question otherwise than it should."""
        where = random.choice(sorted(self.answers))
        answers = {**self.answers, where: self._spoiled_answer(self.answers[where], random)}

        def give(request: PreparedRequest) -> Response:
            made = answer(200, None, {"content-type": "application/json"})
            made._content = answers.get(_place(request), b"{}")
            return made

        try:
            with RestApiV2Client(TOKEN, base_url="http://127.0.0.1:9", sleep=lambda seconds: None) as client:
                client.mount("http://", Transport(give))
                account = fetch_account(client, Extent(self.resources))
        except (Error, UnreadableError):
            return
        self._look_at(build_plan(self.resources, account, _OPTIONS))

    def _spoiled_answer(self, text: bytes, random: Random) -> bytes:
        if random.random() < 0.2:
            return mutate(text, random)
        return render_json(mutate_json(json.loads(text), random), random).encode()

    def _look_at(self, plan: Plan) -> None:
        """Whatever the plan is, it can be shown, written and read again."""
        _assert_shown(render_plan_text(plan) + render_plan_markdown(plan) + render_drift_text(compute_drift(plan, {})))
        text = render_plan_json(plan)
        again = from_json(json.loads(text.encode("utf-8", "surrogatepass")), PlanDocument).plan()
        assert render_plan_json(again) == text

    # Whole commands over HTTP.

    def _command_with_manifest(self, random: Random) -> None:
        spoiled = random.choice(self.manifests)
        spoiled.write_bytes(mutate(self.good[spoiled], random))
        checked = self.harness.run("validate", "-o", random.choice(["text", "json", "github"]))
        self.harness.server.control.forget()
        run = self.harness.run("-q", "plan")
        assert run.code in (0, 1, 5), run
        if checked.code:
            assert run.code, (checked, run)
            assert self.harness.apply().code
        self.harness.run("oncall")
        self._assert_nothing_written()

    def _command_with_config(self, random: Random) -> None:
        self.config.write_bytes(mutate(self.good[self.config], random))
        self.harness.server.control.forget()
        self.harness.run("-q", "plan")
        self.harness.run("validate")
        self._assert_nothing_written()

    def _command_with_plan_file(self, random: Random) -> None:
        """Sealed again or not: it is not a plan that anyone reviewed, and nothing of it is done."""
        spoiled, _ = self._spoiled_plan(random)
        self.plan_file.write_bytes(spoiled)
        self.harness.server.control.forget()
        run = self.harness.run("-q", "apply", "--yes", "--plan", "plan.json")
        self._assert_nothing_written()
        assert run.code or isinstance(json.loads(spoiled), dict), run
        self.harness.run("journal", "show", "plan.json")

    def _command_with_journal(self, random: Random) -> None:
        self.journal.write_bytes(self._spoiled_journal(random))
        assert self.harness.run("journal", "show", "good.jsonl").code in (0, 1)
        assert self.harness.run("journal", "show", "good.jsonl", "-o", "json").code in (0, 1)

    def _state(self, random: Random) -> None:
        """What the sandbox refuses is said in one of its own errors; what it takes it can be asked for."""
        control = self.harness.server.control
        try:
            control.restore(mutate_json(self.state, random))
        except (ValueError, SandboxError):
            return
        control.forget()
        assert self.harness.run("-q", "plan").code in (0, 1, 5)
        self._assert_nothing_written()
        failed = [asked for asked in self.harness.server.requests() if asked["status"] >= 500]
        assert not failed, failed
        control.restore(self.state)

    def _command_with_answer(self, random: Random) -> None:
        """Any command ends with words, and none writes on it."""
        where = random.choice(sorted(self.answers))
        text = self._spoiled_answer(self.answers[where], random)
        control = self.harness.server.control
        control.set_faults(_giving(text, {"method": "GET", "path": urlsplit(where).path}))
        control.forget()
        run = self.harness.run("-q", "plan", "--detailed-exitcode")
        assert run.code in (0, 1, 2, 5), run
        self.harness.run("drift")
        if random.random() < 0.2:
            self.harness.run("export", "--out", f"out-{random.random()}")
        self._assert_nothing_written()
        control.clear_faults()

    def _apply_with_answer(self, random: Random) -> None:
        """The answer to a write, or what is read between the writes, is nonsense. The next run converges."""
        control = self.harness.server.control
        control.restore(self.harness.start)
        made = random.choice(
            ["user", "team", "schedule", "escalation_policy", "service", "contact_method", "integration"]
        )
        rows = self.state.get(made) or [{}]
        text = self._spoiled_answer(json.dumps({made: random.choice(rows)}).encode(), random)
        match = {"method": random.choice([["POST"], ["PUT"], ["POST", "PUT"], ["GET"]]), "nth": random.randint(1, 12)}
        control.set_faults(_giving(text, match))
        first = self.harness.apply()
        assert first.code in (0, 1, 3, 4, 6), first
        control.clear_faults()
        again = self.harness.apply()
        assert again.code == 0, (first, again)
        assert not duplicates(self.harness.state()), first
        self.harness.forget_journals()
        control.restore(self.state)

    def _assert_nothing_written(self) -> None:
        written = [asked for asked in self.harness.server.requests() if asked["method"] != "GET"]
        assert not written, written


def _giving(text: bytes, match: dict[str, Any]) -> dict[str, Any]:
    body = text.decode("utf-8", "replace")
    action = {"type": "content_type", "content_type": "application/json", "body": body}
    return {"rules": [{"match": match, "action": action}]}


def _place(request: PreparedRequest) -> str:
    return request.path_url


def _assert_shown(text: str) -> None:
    """It can be printed, and has no control character but line breaks."""
    io.TextIOWrapper(io.BytesIO(), encoding="utf-8").write(text)
    assert not [char for char in text if char != "\n" and not char.isprintable()], text


def resident_mib() -> float:
    """What this process holds of memory."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    raise AssertionError("no VmRSS")

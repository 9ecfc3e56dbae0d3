"""Who takes part in the race: how each writes the world down, plans and applies, and what it needs to be here."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from race_terraform import cli_configuration, configuration
from race_world import World
from sandbox_process import TOKEN

ROOT = Path(__file__).resolve().parents[1]
QUIET, CHANGES = 0, 2
"""The exit codes of all three for a plan, where it has nothing to do and where it has."""


class Contestant(Protocol):
    name: str

    def missing(self) -> str | None:
        """A sentence that says why it cannot take part here."""

    def write(self, world: World, folder: Path, url: str) -> None:
        """Writes the world into its folder. May be called again for a changed world."""

    def command(self, phase: str, folder: Path) -> list[str]:
        """`phase` is `plan` or `apply`."""

    def environment(self, folder: Path, url: str) -> dict[str, str]:
        """What its process finds, beside what ours has."""


@dataclass(frozen=True)
class Pdsync:
    name: str = "pdsync"

    def missing(self) -> str | None:
        return None

    def write(self, world: World, folder: Path, url: str) -> None:
        (folder / "pdsync.yaml").write_text("workspace: race\npaths: [manifests]\npeople: managed\n")
        (folder / "manifests").mkdir(exist_ok=True)
        for collection, rows in manifests(world).items():
            (folder / "manifests" / f"{collection}.yaml").write_text("".join(rows))

    def command(self, phase: str, folder: Path) -> list[str]:
        options = ["--detailed-exitcode"] if phase == "plan" else ["--yes"]
        return [sys.executable, "-m", "pdsync", "--quiet", "--timeout", "3h", phase, *options]

    def environment(self, folder: Path, url: str) -> dict[str, str]:
        return {"PDSYNC_API_URL": url, "PAGERDUTY_TOKEN": TOKEN}


def manifests(world: World) -> dict[str, list[str]]:
    """Documents of YAML by collection."""
    records = world.records()
    return {
        "users": [_document("User", it, name=it["name"], email=it["email"]) for it in records["users"]],
        "teams": [
            _document("Team", it, name=it["name"], members=[{"user": key} for key in it["members"]])
            for it in records["teams"]
        ],
        "schedules": [
            _document("Schedule", it, name=it["name"], time_zone="Etc/UTC", schedule_layers=[_layer(it["users"])])
            for it in records["schedules"]
        ],
        "policies": [
            _document("EscalationPolicy", it, name=it["name"], escalation_rules=[_rule(it["schedule"])])
            for it in records["policies"]
        ],
        "services": [
            _document("Service", it, name=it["name"], description=it["description"], escalation_policy=it["policy"])
            for it in records["services"]
        ],
    }


def _document(kind: str, row: dict[str, Any], **spec: Any) -> str:
    head = f"apiVersion: pdsync/v1\nkind: {kind}\nmetadata: {{name: {row['key']}}}\n"
    return f"---\n{head}spec: {json.dumps(spec)}\n"


def _layer(users: list[str]) -> dict[str, Any]:
    return {
        "name": "All",
        "users": users,
        "rotation_virtual_start": "2026-01-05T09:00",
        "rotation_turn_length_seconds": "1w",
    }


def _rule(schedule: str) -> dict[str, Any]:
    return {"escalation_delay_in_minutes": 10, "targets": [{"schedule": schedule}]}


@dataclass(frozen=True)
class PlainScript:
    """`plain_script.py`, by a Python that has the library: ours, or the one of script/install-clients."""

    name: str = "plain script"

    def missing(self) -> str | None:
        if self._python() is None:
            return "The plain script is left out: the package pagerduty is not installed (script/install-clients installs it)."
        return None

    def write(self, world: World, folder: Path, url: str) -> None:
        (folder / "world.json").write_text(json.dumps(world.records()))

    def command(self, phase: str, folder: Path) -> list[str]:
        options = ["--apply"] if phase == "apply" else []
        return [self._python() or "", str(ROOT / "benchmarks" / "plain_script.py"), "world.json", *options]

    def environment(self, folder: Path, url: str) -> dict[str, str]:
        return {"PDSYNC_API_URL": url, "PAGERDUTY_TOKEN": TOKEN}

    def _python(self) -> str | None:
        if importlib.util.find_spec("pagerduty") is not None:
            return sys.executable
        clients = Path(os.environ.get("PDSYNC_CLIENTS", ROOT / ".clients"))
        return shutil.which(clients / "pypi" / "bin" / "python")


@dataclass(frozen=True)
class Terraform:
    """The programs `terraform` and `terraform-provider-pagerduty` of PATH. Nothing is downloaded."""

    name: str = "Terraform"

    def missing(self) -> str | None:
        absent = [it for it in ("terraform", "terraform-provider-pagerduty") if shutil.which(it) is None]
        return f"Terraform is left out: {' and '.join(absent)} not found on PATH." if absent else None

    def write(self, world: World, folder: Path, url: str) -> None:
        (folder / "main.tf").write_text(configuration(world, url, TOKEN))
        provider = shutil.which("terraform-provider-pagerduty")
        assert provider is not None
        (folder / "cli.tfrc").write_text(cli_configuration(Path(provider).absolute().parent))

    def command(self, phase: str, folder: Path) -> list[str]:
        options = ["-detailed-exitcode"] if phase == "plan" else ["-auto-approve"]
        return ["terraform", phase, "-input=false", "-no-color", *options]

    def environment(self, folder: Path, url: str) -> dict[str, str]:
        return {"TF_CLI_CONFIG_FILE": str(folder / "cli.tfrc"), "CHECKPOINT_DISABLE": "1"}


CONTESTANTS: dict[str, Contestant] = {"pdsync": Pdsync(), "script": PlainScript(), "terraform": Terraform()}

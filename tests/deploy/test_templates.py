"""What the templates promise of the containers and pipelines that they make."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from pdsync.cli.main import cli
from pdsync.sandbox import SandboxServer
from tests.cli.conftest import MANIFESTS, Pdsync

ROOT = Path(__file__).resolve().parents[2]
KUBERNETES = sorted((ROOT / "deploy" / "kubernetes").glob("*.yaml"))


def _pod(document: dict[str, Any]) -> dict[str, Any]:
    spec = document["spec"]
    job = spec["jobTemplate"]["spec"] if document["kind"] == "CronJob" else spec
    assert job["backoffLimit"] == 0
    return job["template"]["spec"]  # type: ignore[no-any-return]


@pytest.mark.parametrize("file", KUBERNETES, ids=lambda file: file.name)
def test_a_pod_may_do_nothing_that_it_does_not_need(file: Path) -> None:
    document = yaml.safe_load(file.read_text())
    if document["kind"] == "CronJob":
        assert document["spec"]["concurrencyPolicy"] == "Forbid"
    pod = _pod(document)
    assert pod["automountServiceAccountToken"] is False
    assert pod["securityContext"]["runAsNonRoot"] is True
    (container,) = pod["containers"]
    security = container["securityContext"]
    assert security["readOnlyRootFilesystem"] is True
    assert security["allowPrivilegeEscalation"] is False
    assert security["capabilities"] == {"drop": ["ALL"]}
    assert container["resources"]["limits"]["memory"]
    assert all("secretKeyRef" in variable["valueFrom"] for variable in container["env"])


def _commands(text: str) -> list[list[str]]:
    return [shlex.split(found) for found in re.findall(r"^ *(?:- )?(pdsync [^|>;\n]*)", text, re.M)]


def test_the_options_in_the_templates_are_there() -> None:
    commands = _commands((ROOT / "deploy/gitlab/pdsync.gitlab-ci.yml").read_text())
    commands += [["pdsync", *_pod(yaml.safe_load(file.read_text()))["containers"][0]["args"]] for file in KUBERNETES]
    commands += [hook["entry"].split() for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())]
    seen = set()
    for _, name, *words in commands:
        command = cli.commands.get(name)
        seen.add(name)
        if command is None:
            continue
        known = {option for param in command.params if isinstance(param, click.Option) for option in param.opts}
        assert {word for word in words if word.startswith("-")} <= known
    assert seen >= {"validate", "plan", "apply"}


def test_a_mounted_config_map_is_a_tree_of_manifests(
    folder: Path, pdsync: Pdsync, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Kubernetes mounts files as links to a hidden folder, which it swaps when the map changes."""
    data = folder / "mount" / "..2026_11_24"
    data.mkdir(parents=True)
    (data / "pdsync.yaml").write_text("workspace: acme\n")
    (data / "shop.yaml").write_text(MANIFESTS)
    (folder / "mount" / "..data").symlink_to("..2026_11_24")
    for name in ("pdsync.yaml", "shop.yaml"):
        (folder / "mount" / name).symlink_to(f"..data/{name}")
    monkeypatch.chdir(folder / "mount")
    assert pdsync("validate").out == "1 user, 1 escalation policy, 1 service: valid.\n"


def test_a_folder_that_cannot_be_written_is_enough(
    folder: Path, pdsync: Pdsync, manifests: Path, online: SandboxServer
) -> None:
    (folder / ".pdsync").write_text("where the journal would be, as on a read-only file system")
    before = sorted(os.walk(folder))
    for command in (["validate"], ["plan"], ["apply", "--yes"], ["plan", "-o", "markdown"]):
        assert pdsync(*command).code == 0
    assert sorted(os.walk(folder)) == before


def test_the_image_is_made_of_files_that_its_context_holds() -> None:
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = {
        word
        for line in re.findall(r"^COPY (?!--from)(.*)$", (ROOT / "Dockerfile").read_text(), re.M)
        for word in line.split()[:-1]
    }
    assert copied == allowed
    assert all((ROOT / name).exists() for name in allowed)


def test_the_plan_job_of_gitlab_ends_as_the_plan_does(tmp_path: Path) -> None:
    """The lines of the job, with a pdsync that exits as it is told."""
    jobs = yaml.safe_load((ROOT / "deploy/gitlab/pdsync.gitlab-ci.yml").read_text())
    fake = tmp_path / "pdsync"
    fake.write_text('#!/bin/sh\nif [ "$1" = comment ]; then exit "$COMMENT"; fi\necho x >"$3"\nexit "$CODE"\n')
    fake.chmod(0o755)
    expected = {("0", "0"): 0, ("2", "0"): 0, ("1", "0"): 1, ("5", "1"): 5, ("2", "1"): 1}
    for (code, comment), wanted in expected.items():
        script = "set -e\n" + "\n".join(jobs["pdsync-plan"]["script"])
        env = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "CODE": code, "COMMENT": comment, "GITLAB_TOKEN": "x"}
        assert subprocess.run(["sh", "-c", script], cwd=tmp_path, env=env).returncode == wanted

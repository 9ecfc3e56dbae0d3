"""The project's own workflows: what they run is there, and nothing in them can change under a release."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
ALL = [*WORKFLOWS, ROOT / "deploy/github/workflow.yml"]


def load(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / ".github/workflows" / name).read_text())
    return found


def test_each_action_has_one_commit_everywhere_and_says_its_version() -> None:
    pins = defaultdict(set)
    for file in ALL:
        for action, pin in re.findall(r"uses: ([^@\s]+)@(.*)$", file.read_text(), re.M):
            if action != "pdsync/pdsync":
                assert re.fullmatch(r"[0-9a-f]{40} # v\d+\.\d+\.\d+", pin), f"{file.name}: {action}@{pin}"
                pins[action].add(pin)
    assert {action: pin for action, pin in pins.items() if len(pin) > 1} == {}
    assert len(pins) == 6


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_the_scripts_that_a_workflow_runs_are_there(file: Path) -> None:
    for script in re.findall(r"(?<![\w/])(?:\./)?(script/[\w-]+)", file.read_text()):
        assert (ROOT / script).stat().st_mode & 0o100, script


def test_the_tests_run_on_every_python_that_the_package_names() -> None:
    classifiers = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["classifiers"]
    named = [found[1] for text in classifiers if (found := re.fullmatch(r".* :: (3\.\d+)", text))]
    job = load("ci.yml")["jobs"]["test"]
    assert job["strategy"]["matrix"]["python"] == named
    assert [step["run"] for step in job["steps"] if "run" in step] == ["./script/test", "./script/demo"]


def test_what_builds_a_release_can_publish_nothing_and_what_publishes_builds_nothing() -> None:
    jobs = load("release.yml")["jobs"]
    for name in ("test", "build"):
        assert jobs[name]["permissions"] == {"contents": "read"}
    assert jobs["build"]["needs"] == "test"
    assert not any("script/test" in step.get("run", "") for step in jobs["build"]["steps"])
    for name in ("sign", "pypi", "github"):
        steps = jobs[name]["steps"]
        assert steps[0]["uses"].startswith("actions/download-artifact@")
        assert not any("script/" in step.get("run", "") or "checkout" in step.get("uses", "") for step in steps)
    publishers = {name for name, job in jobs.items() if "write" in job["permissions"].values()}
    assert publishers == {"sign", "image", "pypi", "github"}
    assert "secrets." not in (ROOT / ".github/workflows/release.yml").read_text()


def test_what_builds_the_site_cannot_push_it() -> None:
    jobs = load("docs.yml")["jobs"]
    assert jobs["build"]["permissions"] == {"contents": "read"}
    assert jobs["publish"]["needs"] == "build"
    assert not any(
        "script/" in step.get("run", "") or "checkout" in step.get("uses", "") for step in jobs["publish"]["steps"]
    )


def test_nothing_is_published_that_is_not_signed() -> None:
    jobs = load("release.yml")["jobs"]
    assert jobs["pypi"]["needs"] == ["sign", "image"]
    assert jobs["github"]["needs"] == "pypi"
    for name in ("sign", "image"):
        assert any(step.get("uses", "").startswith("actions/attest-build-provenance@") for step in jobs[name]["steps"])
    publish = next(step for step in jobs["pypi"]["steps"] if "pypi-publish" in step.get("uses", ""))
    assert publish["with"]["attestations"] is True
    image = next(step["run"] for step in jobs["image"]["steps"] if step.get("id") == "image")
    assert "--provenance mode=max --sbom true" in image

"""The race runs from end to end, and says who could not take part."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import race_contestants
from race_contestants import PlainScript, Terraform
from race_terraform import cli_configuration, configuration
from race_world import World

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
SMALL = World(users=3, teams=2, members=2, schedules=2, policies=2, services=3)


def test_the_world_of_the_documentation_needs_1160_writes_and_10_pages() -> None:
    world = World()
    assert (world.objects, world.memberships, world.least_creates, world.least_reads) == (860, 300, 1_160, 10)
    assert world.of_objects(10_000).objects == pytest.approx(10_000, abs=3)


def test_a_race_prints_requests_seconds_and_ratios_of_each_phase() -> None:
    command = [sys.executable, "race.py", "--scale", "0.01", "--latency", "1", "--plans", "1", "--only", "pdsync"]
    done = subprocess.run(command, cwd=BENCHMARKS, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    rows = [line.split(" | ") for line in done.stdout.splitlines() if line.startswith("| | pdsync")]
    assert len(rows) == 4  # two plans and two applies, each of which ended as it must
    for _, _, requests, of_floor, *_ in rows:
        assert int(requests) > 0
        assert float(of_floor) >= 1
    assert re.search(r"^\| apply, empty account \| floor \| 12 \|", done.stdout, re.M)


def test_who_is_not_installed_is_left_out_with_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PDSYNC_CLIENTS", str(tmp_path))
    monkeypatch.setattr(race_contestants.importlib.util, "find_spec", lambda name: None)
    assert Terraform().missing() == (
        "Terraform is left out: terraform and terraform-provider-pagerduty not found on PATH."
    )
    assert "the package pagerduty is not installed" in (PlainScript().missing() or "")


def test_the_configuration_of_terraform_has_every_object_and_membership_once() -> None:
    text = configuration(SMALL, "http://127.0.0.1:1", "secret")
    blocks = re.findall(r'^resource "(\w+)" "([\w-]+)"', text, re.M)
    assert len(blocks) == len(set(blocks)) == SMALL.objects + SMALL.memberships
    assert set(re.findall(r"\b(pagerduty_\w+)\.([\w-]+)\.id", text)) <= set(blocks)


@pytest.mark.skipif(shutil.which("terraform") is None, reason="terraform is not installed")
def test_terraform_can_read_its_configuration(tmp_path: Path) -> None:
    """Its own formatter parses both files, and has nothing to change."""
    (tmp_path / "main.tf").write_text(configuration(SMALL, "http://127.0.0.1:1", "secret"))
    done = subprocess.run(["terraform", "fmt", "-check", "-diff"], cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")


def test_terraform_gets_its_provider_from_the_folder_on_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("terraform", "terraform-provider-pagerduty"):
        (programs / name).write_text("#!/bin/sh\n")
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(programs))
    assert Terraform().missing() is None
    Terraform().write(SMALL, tmp_path, "http://127.0.0.1:1")
    written = Path(Terraform().environment(tmp_path, "")["TF_CLI_CONFIG_FILE"]).read_text()
    assert written == cli_configuration(programs)
    assert f'"PagerDuty/pagerduty" = "{programs}"' in written
    assert 'api_url_override = "http://127.0.0.1:1"' in (tmp_path / "main.tf").read_text()

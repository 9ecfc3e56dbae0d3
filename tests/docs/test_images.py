"""The pictures of the README and the tutorial show what is made now, and so does the plan that the README quotes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.chromium import needs_chromium

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def differences() -> list[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PAGERDUTY", "PDSYNC"))}
    command = [sys.executable, str(ROOT / "script" / "generate-screenshots"), "--check"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == (1 if done.stderr else 0), done.stderr
    return done.stderr.splitlines()


@needs_chromium  # without it, no one can make them again
def test_the_images_show_the_pages_that_are_made_now(differences: list[str]) -> None:
    assert [line for line in differences if not line.startswith("README.md")] == []


def test_the_readme_quotes_the_plan_that_is_made_now(differences: list[str]) -> None:
    assert [line for line in differences if line.startswith("README.md")] == []


def test_every_image_is_shown_and_there() -> None:
    pages = "".join(page.read_text(encoding="utf-8") for page in (ROOT / "README.md", *(ROOT / "docs").rglob("*.md")))
    shown = set(re.findall(r"!\[[^\]]{20,}\]\((?:\.\./|docs/)?images/([^)]+)\)", pages))
    assert shown == {image.name for image in (ROOT / "docs" / "images").glob("*.png")}

"""PyPI shows the README without the project's files around it: it renders there, and its links lead out of it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from readme_renderer import markdown

ROOT = Path(__file__).resolve().parents[2]
REPOSITORY = re.compile(
    r"https://(?:github\.com/pdsync/pdsync/blob|raw\.githubusercontent\.com/pdsync/pdsync)/v[\d.]+/"
)


@pytest.fixture(scope="module")
def page() -> str:
    command = [sys.executable, "-m", "hatchling", "metadata"]
    told = json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout)
    assert told["readme"]["content-type"] == "text/markdown"
    html = markdown.render(told["readme"]["text"])
    assert html is not None
    return html


def test_the_page_shows_the_readme(page: str) -> None:
    assert re.search(r"<h1[^>]*>pdsync\b", page)
    assert "<pre" in page


def test_every_link_and_picture_of_the_page_leads_somewhere(page: str) -> None:
    targets = re.findall(r'\b(?:href|src|srcset)="([^"]*)"', page)
    assert targets
    for target in targets:
        assert target.startswith(("https://", "#")), target
        if REPOSITORY.match(target):
            assert (ROOT / REPOSITORY.sub("", target).partition("#")[0]).exists(), target

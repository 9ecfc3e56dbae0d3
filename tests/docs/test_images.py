"""The pictures of the tutorial show what is made now."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.support.chromium import needs_chromium

ROOT = Path(__file__).resolve().parents[2]


@needs_chromium  # who has none cannot make them again
def test_the_images_show_the_page_that_is_made_now() -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PAGERDUTY", "PDSYNC"))}
    command = [sys.executable, str(ROOT / "script" / "generate-screenshots"), "--check"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr


def test_every_image_is_shown_and_there() -> None:
    pages = "".join(page.read_text(encoding="utf-8") for page in (ROOT / "docs").rglob("*.md"))
    shown = set(re.findall(r"!\[[^\]]{20,}\]\((?:\.\./)?images/([^)]+)\)", pages))
    assert shown == {image.name for image in (ROOT / "docs" / "images").glob("*.png")}

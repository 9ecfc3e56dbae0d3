"""The script in the guide to webhooks stores what pdsync gives it."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

from pdsync.apply.handed_out import HandedOut

PAGE = (Path(__file__).resolve().parents[2] / "docs/how-to/webhooks.md").read_text(encoding="utf-8")


def test_the_script_gives_the_secret_to_the_vault(tmp_path: Path) -> None:
    found = re.search(r"```sh\n(.*?)```", PAGE, re.DOTALL)
    assert found is not None
    for name, text in {
        "store-secret.sh": found[1],
        "vault": f"#!/bin/sh\nprintf '%s\\n' \"$@\" > {tmp_path}/arguments\ncat > {tmp_path}/taken\n",
    }.items():
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o700)
    given = HandedOut("webhook_subscription/feed", "P1", 'The "feed"', "signing secret", "hidden-for-good")
    path = {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}
    subprocess.run([tmp_path / "store-secret.sh"], input=given.line.encode(), check=True, env={**os.environ, **path})
    arguments = (tmp_path / "arguments").read_text().split("\n")
    assert arguments[:4] == ["kv", "put", "secret/pagerduty/webhook_subscription/feed", "signing_secret=-"]
    assert (tmp_path / "taken").read_text() == "hidden-for-good"

"""The look-up of known vulnerabilities: what is known fails, what cannot be known is said and fails nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).parents[2] / "script" / "audit-dependencies"
FLAW = {"id": "PYSEC-2031-1", "fix_versions": ["9.9"]}


def entry(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "version": "1.0", "vulns": [], **more}


@pytest.mark.parametrize(
    ("answer", "code", "said"),
    [
        ([entry("click"), entry("requests")], 0, ""),
        ([entry("click"), entry("requests", vulns=[FLAW])], 1, "requests 1.0: PYSEC-2031-1; mended in 9.9\n"),
        ([entry("click", skip_reason="not found")], 0, "pip-audit: skipped, no list"),
        ([entry("click"), entry("x", skip_reason="not found")], 0, "pip-audit: skipped in part"),
        (None, 0, "pip-audit: skipped, the known vulnerabilities cannot be read (no network)"),
    ],
    ids=["clean", "a flaw", "no list", "a part of a list", "no network"],
)
def test_what_is_known_fails_and_nothing_else(tmp_path: Path, answer: Any, code: int, said: str) -> None:
    told = json.dumps({"dependencies": answer}) if answer is not None else ""
    assert_asked = (
        "import sys; asked = open(sys.argv[sys.argv.index('-r') + 1]).read(); assert 'requests==' in asked, asked"
    )
    stub = f"{assert_asked}\nprint({told!r})\n" + ("sys.exit('no network')" if answer is None else "")
    (tmp_path / "pip_audit.py").write_text(stub)
    done = subprocess.run(
        [sys.executable, SCRIPT], capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(tmp_path)}
    )
    assert (done.returncode, done.stderr) == (code, "")
    assert done.stdout.startswith(said)
    assert bool(done.stdout) == bool(said)

"""Line program: a process that takes a JSON object a line, and answers each with one."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).parents[2]
LIMIT_S = 30
"""For one answer; a command that asks people for something waits for ever."""


def clients_folder() -> Path:
    """Where `script/install-clients` puts the clients that are driven as real programs."""
    return Path(os.environ.get("PDSYNC_CLIENTS") or ROOT / ".clients")


class LineProgram:
    """What it complains of is told only where it does not answer."""

    def __init__(self, command: Sequence[str], env: dict[str, str]) -> None:
        self._stderr = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 (it ends with the program)
        self._process = subprocess.Popen(
            command,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._stderr,
            text=True,
            encoding="utf-8",
        )

    def ask(self, question: dict[str, Any]) -> dict[str, Any]:
        self.tell(question)
        assert self._process.stdout is not None
        limit = threading.Timer(LIMIT_S, self._process.kill)
        limit.start()
        line = self._process.stdout.readline()
        limit.cancel()
        assert line, f"the program has ended, or gave no answer within {LIMIT_S} s: {question}\n{self._said()}"
        answer: dict[str, Any] = json.loads(line)
        return answer

    def tell(self, message: dict[str, Any]) -> None:
        """Waits for no answer."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(message) + "\n")
        self._process.stdin.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(20)
        finally:
            self._process.kill()
            self._process.wait()
            assert self._process.stdout is not None
            self._process.stdout.close()
            self._stderr.close()

    def _said(self) -> str:
        self._stderr.seek(0)
        return self._stderr.read()

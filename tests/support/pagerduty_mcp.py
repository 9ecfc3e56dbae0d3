"""pagerduty-mcp as a test drives it: a server of the Model Context Protocol on its standard input and output."""

from __future__ import annotations

import functools
import json
import os
from pathlib import Path
from typing import Any

import pytest
import requests

from pdsync.sandbox import SandboxServer
from tests.support.line_program import ROOT, LineProgram, clients_folder

SCRIPTS = ROOT / "tests" / "contract" / "python"
TOKEN = "u+contract-test-0003"
_PROTOCOL = "2025-06-18"


@functools.cache
def missing_program() -> str:
    """Why the program from PyPI cannot be used; empty where it can."""
    folder = clients_folder() / "pypi"
    if not all((folder / "bin" / name).exists() for name in ("pagerduty-mcp", "python")):
        return "pagerduty-mcp is not installed: script/install-clients does it where there is Python 3.12 or newer"
    if (folder / "requirements.txt").read_bytes() != (SCRIPTS / "requirements.txt").read_bytes():
        return "another version of pagerduty-mcp is installed: script/install-clients renews it"
    return ""


def program() -> Path:
    """The program from PyPI. Skips the test where there is none."""
    if missing_program():
        pytest.skip(missing_program())
    return clients_folder() / "pypi" / "bin" / "pagerduty-mcp"


def environment(url: str, home: Path, reads: Path | None = None) -> dict[str, str]:
    """What the program is started with; no variable of this process reaches it but PATH. ``reads`` is the file for what it
    reads (sitecustomize.py)."""
    made = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "TZ": "UTC",
        "NO_PROXY": "*",
        "PYTHONPATH": str(SCRIPTS),
        "PAGERDUTY_API_HOST": url,
        "PAGERDUTY_USER_API_KEY": TOKEN,
    }
    if reads is not None:
        made["PDSYNC_READS"] = str(reads)
    return made


class PagerDutyMcp:
    """Calls tools, and looks at the account behind them."""

    def __init__(self, program: LineProgram, sandbox: SandboxServer) -> None:
        self._program = program
        self._sandbox = sandbox
        self._requests = 0
        self.calls = 0
        self.called: set[str] = set()
        client = {"name": "pdsync", "version": "1"}
        self._ask("initialize", {"protocolVersion": _PROTOCOL, "capabilities": {}, "clientInfo": client})
        self._program.tell({"jsonrpc": "2.0", "method": "notifications/initialized"})

    def tools(self) -> set[str]:
        """The names of all that it offers."""
        return {it["name"] for it in self._ask("tools/list", {})["tools"]}

    def __call__(self, tool: str, **arguments: Any) -> Any:
        """What a tool that succeeds gives: the model, the rows of a list, or text."""
        given = self._call(tool, arguments)
        assert not given["isError"], f"{tool} {arguments}: {_text(given)}"
        value = given.get("structuredContent", {"result": None})
        value = value.get("result", value)
        if isinstance(value, str) and value.startswith("{"):
            value = json.loads(value)
        return value.get("response", value) if isinstance(value, dict) else value

    def refused(self, tool: str, **arguments: Any) -> str:
        """What a tool that fails says."""
        given = self._call(tool, arguments)
        assert given["isError"], f"{tool} {arguments}: {_text(given)}"
        return _text(given)

    def get(self, path: str) -> Any:
        """What the account says of itself; the client is not asked."""
        return self._sandbox.control.edit("GET", path)

    def set_up(self, path: str, body: dict[str, Any]) -> Any:
        """Makes by a request of another client what this one has no tool for."""
        headers = {"Authorization": f"Token token={TOKEN}"}
        answer = requests.post(self._sandbox.url + path, json=body, headers=headers, timeout=30)
        assert answer.ok, answer.text
        return answer.json()

    def rows(self, kind: str, **fields: Any) -> list[dict[str, Any]]:
        """The objects of a kind, as the account stores them, that have these values."""
        rows = self._sandbox.control.state().get(kind, [])
        return [it for it in rows if all(it.get(name) == value for name, value in fields.items())]

    def row(self, kind: str, **fields: Any) -> dict[str, Any]:
        """The only one."""
        found = self.rows(kind, **fields)
        assert len(found) == 1, f"{len(found)} of kind {kind} with {fields}"
        return found[0]

    def _call(self, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
        self.calls += 1
        self.called.add(tool)
        return self._ask("tools/call", {"name": tool, "arguments": arguments})

    def _ask(self, method: str, parameters: dict[str, Any]) -> dict[str, Any]:
        self._requests += 1
        answer = self._program.ask({"jsonrpc": "2.0", "id": self._requests, "method": method, "params": parameters})
        assert answer.get("id") == self._requests, answer
        result: dict[str, Any] = answer["result"]
        return result


def _text(given: dict[str, Any]) -> str:
    return "".join(it["text"] for it in given["content"])

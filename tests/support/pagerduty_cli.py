"""pagerduty-cli as a test drives it."""

from __future__ import annotations

import csv
import io
import json
import shlex
from dataclasses import dataclass
from typing import Any

from pdsync.sandbox import SandboxServer
from tests.support.node_program import NodeProgram

# Of the old form, 20 characters, which the client sends as "Token token=": and of a user, so that /users/me is there.
TOKEN = "u+contract-test-0001"


@dataclass(frozen=True, slots=True)
class Printed:
    stdout: str
    stderr: str

    @property
    def id(self) -> str:
        """What a command prints that is told to print an id alone."""
        return self.stdout.strip()

    @property
    def rows(self) -> list[list[str]]:
        """The cells of what was printed as CSV, without its header."""
        return list(csv.reader(io.StringIO(self.stdout)))[1:]


class PagerDutyCli:
    """Runs commands, and looks at the account behind them."""

    def __init__(self, program: NodeProgram, sandbox: SandboxServer) -> None:
        self._program = program
        self._sandbox = sandbox
        self.commands = 0

    def __call__(self, command: str, stdin: str = "", status: int = 0) -> Printed:
        """Runs a command, as it is typed into a shell after `pd`. It must end with that exit status."""
        self.commands += 1
        answer = self._program.ask({"argv": shlex.split(command), "stdin": stdin})
        said = f"pd {command}: exit status {answer['status']}\n{answer['stdout']}{answer['stderr']}"
        assert answer["status"] == status, said
        return Printed(answer["stdout"], answer["stderr"])

    def send(self, method: str, path: str, body: Any) -> Any:
        """`pd rest post` or `put`, and what it prints."""
        return json.loads(self(f"rest {method} -e {path} -d {shlex.quote(json.dumps(body))}").stdout)

    def get(self, path: str) -> Any:
        """What the account says of itself; the client is not asked."""
        return self._sandbox.control.edit("GET", path)

    def rows(self, kind: str, **fields: Any) -> list[dict[str, Any]]:
        """The objects of a kind, as the account stores them, that have these values."""
        rows = self._sandbox.control.state().get(kind, [])
        return [it for it in rows if all(it.get(name) == value for name, value in fields.items())]

    def row(self, kind: str, **fields: Any) -> dict[str, Any]:
        """The only one."""
        found = self.rows(kind, **fields)
        assert len(found) == 1, f"{len(found)} of kind {kind} with {fields}"
        return found[0]

"""pdjs as a test drives it."""

from __future__ import annotations

from typing import Any

from pdsync.sandbox import SandboxServer
from tests.support.node_program import NodeProgram

TOKEN = "u+contract-test-0002"


class PdJs:
    """Runs programs in JavaScript that use the library, and looks at the account behind it."""

    def __init__(self, program: NodeProgram, sandbox: SandboxServer) -> None:
        self._program = program
        self._sandbox = sandbox
        self.programs = 0

    def __call__(self, program: str, **given: Any) -> Any:
        """The value that the program returns. Its free names are those of tests/contract/node/pdjs.js."""
        self.programs += 1
        answer = self._program.ask({"program": program, "given": given})
        assert "error" not in answer, f"{program}: {answer['error']}"
        return answer["value"]

    def rows(self, kind: str) -> list[dict[str, Any]]:
        return self._sandbox.control.state().get(kind, [])

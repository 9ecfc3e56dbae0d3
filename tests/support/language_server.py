"""The YAML language server, as an editor drives it: JSON-RPC on its standard input and output."""

from __future__ import annotations

import json
import subprocess
import threading
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.support.line_program import LIMIT_S
from tests.support.node_program import packages


@dataclass(frozen=True, slots=True)
class Complaint:
    """A diagnostic; lines count from 0."""

    line: int
    message: str


class LanguageServer:
    """One editor with one folder open. `settings` are those of the editor, such as the content of .vscode/settings.json."""

    def __init__(self, folder: Path, settings: dict[str, Any]) -> None:
        program = packages() / "node_modules" / "yaml-language-server" / "bin" / "yaml-language-server"
        self._settings = {"yaml.schemaStore.enable": False, **settings}
        self._process = subprocess.Popen(
            ["node", str(program), "--stdio"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._asked = 0
        self._complaints: dict[str, list[Complaint]] = {}
        root = {"uri": folder.as_uri(), "name": folder.name}
        capabilities = {
            "workspace": {"configuration": True, "workspaceFolders": True},
            "textDocument": {"completion": {"completionItem": {"snippetSupport": True}}, "hover": {}},
        }
        self._ask(
            "initialize",
            {"processId": None, "rootUri": folder.as_uri(), "workspaceFolders": [root], "capabilities": capabilities},
        )
        self._tell("initialized", {})
        self._tell("workspace/didChangeConfiguration", {"settings": None})
        while self._read().get("method") != "workspace/configuration":
            pass  # until it has the settings, it knows no schema

    def open(self, file: Path, text: str) -> None:
        """Opens a file that an editor shows as `text`, saved or not, for the first time."""
        assert file.as_uri() not in self._complaints, "of a second text the server may complain late"
        document = {"uri": file.as_uri(), "languageId": "yaml", "version": 1, "text": text}
        self._tell("textDocument/didOpen", {"textDocument": document})

    def complaints(self, file: Path) -> list[Complaint]:
        """What the server complains of in an open file."""
        while file.as_uri() not in self._complaints:
            self._read()
        return self._complaints[file.as_uri()]

    def complete(self, file: Path, line: int, column: int) -> set[str]:
        """What the server offers at a place of an open file."""
        found = self._ask("textDocument/completion", _place(file, line, column))
        return {item["label"] for item in (found["items"] if isinstance(found, dict) else found or ())}

    def hover(self, file: Path, line: int, column: int) -> str:
        """What the server shows for a place of an open file."""
        found = self._ask("textDocument/hover", _place(file, line, column))
        return found["contents"]["value"] if found else ""

    def _ask(self, method: str, params: dict[str, Any]) -> Any:
        self._asked += 1
        self._send({"id": self._asked, "method": method, "params": params})
        while True:
            message = self._read()
            if "method" not in message and message["id"] == self._asked:
                return message.get("result")

    def _tell(self, method: str, params: dict[str, Any]) -> None:
        self._send({"method": method, "params": params})

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self._process.stdin.flush()

    def _read(self) -> dict[str, Any]:
        """One message of the server. Questions about the settings are answered."""
        limit = threading.Timer(LIMIT_S, self._process.kill)
        limit.start()
        message = self._next()
        limit.cancel()
        if message.get("method") == "textDocument/publishDiagnostics":
            self._complaints[message["params"]["uri"]] = [
                Complaint(it["range"]["start"]["line"], it["message"]) for it in message["params"]["diagnostics"]
            ]
        elif "method" in message and "id" in message:
            self._send({"id": message["id"], "result": self._answer(message)})
        return message

    def _next(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        length = 0
        while (line := self._process.stdout.readline().strip()) or not length:
            assert line, f"the server has ended, or gave no answer within {LIMIT_S} s"
            name, _, value = line.decode().partition(":")
            length = int(value) if name.lower() == "content-length" else length
        message: dict[str, Any] = json.loads(self._process.stdout.read(length))
        return message

    def _answer(self, message: dict[str, Any]) -> Any:
        if message["method"] != "workspace/configuration":
            return None
        return [self._section(item.get("section", "")) for item in message["params"]["items"]]

    def _section(self, section: str) -> Any:
        """The settings below a dotted name, as an editor gives them."""
        found: dict[str, Any] = {}
        for name, value in self._settings.items():
            if name.startswith(f"{section}."):
                *path, last = name[len(section) + 1 :].split(".")
                inner = found
                for part in path:
                    inner = inner.setdefault(part, {})
                inner[last] = value
        return found

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.communicate()


def _place(file: Path, line: int, column: int) -> dict[str, Any]:
    return {"textDocument": {"uri": file.as_uri()}, "position": {"line": line, "character": column}}

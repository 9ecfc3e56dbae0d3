"""Every text of the project that a person reads: pages, help texts, messages, docstrings, comments, descriptions, templates.

A text is given with the file and the line where it begins, so that a finding points at its place.
"""

from __future__ import annotations

import ast
import io
import json
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import click

from tests.house.source import PACKAGE

ROOT = PACKAGE.parent
_GENERATED = {"client/endpoint_table.py"}
_DESCRIBING = {"description", "errorMessage", "title", "deprecated"}
_TAG = re.compile(r"<(style|script)\b.*?</\1>|<[^>]*>|\{[{%#].*?[}%#]\}", re.DOTALL)


@dataclass(frozen=True)
class Text:
    """`file` is a path below the root of the repository. `line` is where the text begins."""

    file: str
    line: int
    text: str


@cache
def all_texts() -> tuple[Text, ...]:
    rooms = page_texts(), code_texts(), help_texts(), schema_texts(), template_texts(), sample_texts()
    return tuple(text for room in rooms for text in room if text.text)


def pages() -> list[Path]:
    """The pages that people read. The changelog is history, and stays as it was written."""
    return [*sorted((ROOT / "docs").rglob("*.md")), *(ROOT / name for name in _TOP)]


_TOP = ("README.md", "CONTRIBUTING.md", "SECURITY.md", "examples/README.md", "schemas/README.md")


def page_texts() -> Iterator[Text]:
    for page in pages():
        yield Text(_below_root(page), 1, page.read_text(encoding="utf-8"))


def code_texts() -> Iterator[Text]:
    """String literals and docstrings, and blocks of comments. An f-string counts as one text, with {} for what is filled in."""
    for file in sorted(PACKAGE.rglob("*.py")):
        if file.relative_to(PACKAGE).as_posix() in _GENERATED:
            continue
        source, name = file.read_text(encoding="utf-8"), _below_root(file)
        for line, text in [*strings(ast.parse(source)), *comments(source)]:
            yield Text(name, line, text)


def strings(tree: ast.AST) -> Iterator[tuple[int, str]]:
    parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            said = [str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values]
            yield node.lineno, "".join(said)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in parts:
            yield node.lineno, node.value


def comments(source: str) -> Iterator[tuple[int, str]]:
    """Comments on lines that follow each other are one text, because sentences go on from one to the next."""
    begin, last = 0, -1
    block: list[str] = []
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type != tokenize.COMMENT:
            continue
        if token.start[0] != last + 1 and block:
            yield begin, "\n".join(block)
            block = []
        if not block:
            begin = token.start[0]
        block.append(token.string.removeprefix("#").strip())
        last = token.start[0]
    if block:
        yield begin, "\n".join(block)


def help_texts() -> Iterator[Text]:
    """What every command and option says of itself. Texts that are put together from parts are seen here as a user sees them."""
    from pdsync.cli.main import cli

    for path, command in _commands(cli, "pdsync"):
        yield Text(f"help of {path}", 1, command.help or "")
        yield Text(f"help of {path}", 1, command.epilog or "")
        for option in command.params:
            yield Text(f"help of {path}: {option.name}", 1, getattr(option, "help", None) or "")


def _commands(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            if (inner := command.get_command(context, name)) is not None:
                yield from _commands(inner, f"{path} {name}")


def schema_texts() -> Iterator[Text]:
    for file in sorted((ROOT / "schemas").glob("*.json")):
        for text in _described(json.loads(file.read_text(encoding="utf-8"))):
            yield Text(_below_root(file), 1, text)


def _described(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for name, value in node.items():
            if name in _DESCRIBING and isinstance(value, str):
                yield value
            yield from _described(value)
    elif isinstance(node, list):
        for value in node:
            yield from _described(value)


def template_texts() -> Iterator[Text]:
    """The text of HTML templates, without their tags. Lines are kept."""
    for file in sorted(PACKAGE.rglob("*.html")):
        plain = _TAG.sub(lambda found: "\n" * found[0].count("\n"), file.read_text(encoding="utf-8"))
        yield Text(_below_root(file), 1, plain)


def sample_texts() -> Iterator[Text]:
    """Examples and what is deployed: comments and texts alike are read by those who copy them."""
    files = [*(ROOT / "examples").rglob("*.yaml"), *(ROOT / "deploy").rglob("*"), ROOT / "action.yml"]
    for file in sorted(file for file in files if file.suffix in {".yaml", ".yml", ".sh"}):
        yield Text(_below_root(file), 1, file.read_text(encoding="utf-8"))


def _below_root(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()

"""Where generic code says the name of a kind. What the engine must know of a kind, the kind declares."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from pdsync.kinds import KINDS
from tests.house.source import modules

_COMMON = frozenset({"account"})
"""A slug that is also a common word: options, messages and answers of PagerDuty have it for what every kind belongs to."""
NAMES = {name for kind in KINDS for name in (kind.name, kind.slug)} - _COMMON
ROOMS_THAT_MAY = (
    "kinds/",
    "plan/checks/",
    "oncall/",
    "routing/",
    "report/",
    "sandbox/",
    "client/",
    "forge/",
    "probe/",
    "terraform/",
)
_NAMING_CALLS = {"command", "group"}
_CATALOGUE = {"KINDS", "BY_NAME", "BY_SLUG", "TESTS"}


def kind_names() -> list[str]:
    """Each place as ``path:line 'name'``."""
    return [
        f"{path}:{line} {name!r}"
        for path, module in modules().items()
        if not path.startswith(ROOMS_THAT_MAY)
        for line, name in sorted([*_said(module), *imported(module)])
    ]


def _said(module: ast.Module) -> Iterator[tuple[int, str]]:
    return ((literal.lineno, str(literal.value)) for literal in literals(module))


def imported(module: ast.Module) -> Iterator[tuple[int, str]]:
    """What is imported of `pdsync.kinds` beside the catalogue: one kind, or a part of it."""
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names if name.name.startswith("pdsync.kinds."))
        elif isinstance(node, ast.ImportFrom) and node.module == "pdsync.kinds":
            yield from ((node.lineno, name.name) for name in node.names if name.name not in _CATALOGUE)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("pdsync.kinds."):
            yield from ((node.lineno, f"{node.module}.{name.name}") for name in node.names)


def literals(module: ast.Module) -> Iterator[ast.Constant]:
    """Strings that are a kind's name, but for docstrings and the names of commands."""
    apart = {id(node) for node in _docstrings(module)} | {id(node) for node in _command_names(module)}
    for node in ast.walk(module):
        if isinstance(node, ast.Constant) and node.value in NAMES and id(node) not in apart:
            yield node


def _docstrings(module: ast.Module) -> Iterator[ast.AST]:
    """A string that is a statement, as the texts below the fields of a class are too."""
    return (node.value for node in ast.walk(module) if isinstance(node, ast.Expr))


def _command_names(module: ast.Module) -> Iterator[ast.AST]:
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _NAMING_CALLS:
            yield from node.args[:1]
            yield from (keyword.value for keyword in node.keywords if keyword.arg == "name")

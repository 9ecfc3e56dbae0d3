"""Where generic code says the name of a kind. What the engine must know of a kind, the kind declares."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from pdsync.kinds import KINDS
from tests.house.source import modules

NAMES = {name for kind in KINDS for name in (kind.name, kind.slug)}
COMMON = frozenset({"account"})
"""A slug that is also a common word: options, messages and answers of PagerDuty have it for what every object belongs to. It is the
kind's name only where code compares it with a kind, looks it up, refers to it, or gives it as a kind."""
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
_SAYS_A_KIND = {"kind", "slug", "kinds", "slugs"}
"""The last word of a name that holds the name of a kind, or several."""
_TAKES_A_KIND = {"get", "pop", "setdefault", "Ref", "Reference", "BareReference", "KeyReference"}
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
    """Strings that are a kind's name, except docstrings, names of commands and names that a module exports; of a common word, those that
    code uses as the name of a kind."""
    apart = {id(node) for found in (_docstrings, _command_names, _exported_names) for node in found(module)}
    as_kinds = {id(node) for node in _used_as_kinds(module)}
    for node in ast.walk(module):
        if not isinstance(node, ast.Constant) or node.value not in NAMES or id(node) in apart:
            continue
        if node.value not in COMMON or id(node) in as_kinds:
            yield node


def _used_as_kinds(module: ast.Module) -> Iterator[ast.AST]:
    """What is compared with a kind, matched with one, a key that is looked up, referred to, or given or assigned as a kind."""
    for node in ast.walk(module):
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            if any(_says_a_kind(side) for side in sides):
                yield from (part for side in sides for part in ast.walk(side))
        elif isinstance(node, ast.Match) and _says_a_kind(node.subject):
            yield from (part for case in node.cases for part in ast.walk(case.pattern))
        elif isinstance(node, ast.Subscript) and _last_word(node.value) != "Literal":
            yield from ast.walk(node.slice)
        elif isinstance(node, ast.Call):
            yield from (keyword.value for keyword in node.keywords if keyword.arg in _SAYS_A_KIND)
            if _last_word(node.func) in _TAKES_A_KIND:
                yield from (part for argument in node.args[:1] for part in ast.walk(argument))
        elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(_says_a_kind(target) for target in targets):
                yield from ast.walk(node.value)


def _says_a_kind(node: ast.AST) -> bool:
    """Whether it is a name such as ``kind``, ``live.kind`` or ``_THEIR_SLUGS``, or a call or an item of one."""
    return _last_word(node).lower().rpartition("_")[2] in _SAYS_A_KIND


def _last_word(node: ast.AST) -> str:
    if isinstance(node, ast.Call):
        return _last_word(node.func)
    if isinstance(node, ast.Subscript):
        return _last_word(node.value)
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _exported_names(module: ast.Module) -> Iterator[ast.AST]:
    """The names of ``__all__``: those of Python, which tests of imports look at."""
    for node in module.body:
        if isinstance(node, ast.Assign) and any(_last_word(target) == "__all__" for target in node.targets):
            yield from ast.walk(node.value)


def _docstrings(module: ast.Module) -> Iterator[ast.AST]:
    """A string that is a statement, as the texts below the fields of a class are too."""
    return (node.value for node in ast.walk(module) if isinstance(node, ast.Expr))


def _command_names(module: ast.Module) -> Iterator[ast.AST]:
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _NAMING_CALLS:
            yield from node.args[:1]
            yield from (keyword.value for keyword in node.keywords if keyword.arg == "name")

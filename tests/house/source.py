"""The modules of pdsync as syntax trees, and the figure that may only shrink."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2] / "pdsync"
OFFENDERS = Path(__file__).with_name("offenders.json")


@cache
def modules() -> dict[str, ast.Module]:
    """Each module by its path below pdsync, such as ``plan/order.py``."""
    files = sorted(PACKAGE.rglob("*.py"))
    return {
        file.relative_to(PACKAGE).as_posix(): ast.parse(file.read_text(encoding="utf-8"), str(file)) for file in files
    }


def functions(module: ast.Module) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Every function with its name as Python qualifies it: ``Class.method``, ``outer.inner``."""

    def walk(node: ast.AST, prefix: str) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
        for child in ast.iter_child_nodes(node):
            name = prefix
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                name = f"{prefix}{child.name}."
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
                yield name.removesuffix("."), child
            yield from walk(child, name)

    return walk(module, "")


def most_entered_modules() -> dict[str, int]:
    """How many modules a plan may enter, by what is counted. The figures may only shrink: see ``script/measure --write``."""
    counts: dict[str, int] = json.loads(OFFENDERS.read_text(encoding="utf-8"))["entered_modules"]
    return counts

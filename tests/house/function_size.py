"""How long the functions of pdsync are, and how many arguments they take."""

from __future__ import annotations

import ast

from tests.house.source import functions, modules

MAX_LINES = 60
MAX_ARGUMENTS = 5


def too_large() -> dict[str, str]:
    """Functions over a limit, as ``path:name``, with what is too much of them."""
    found: dict[str, str] = {}
    for path, module in modules().items():
        for name, function in functions(module):
            said = []
            if (lines := count_lines(function)) > MAX_LINES:
                said.append(f"{lines} lines")
            if (arguments := count_arguments(function)) > MAX_ARGUMENTS and not _may_take_more(path, function):
                said.append(f"{arguments} arguments")
            if said:
                found[f"{path}:{name}"] = ", ".join(said)
    return found


def count_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """From `def` to the last line; decorators are not counted."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


def count_arguments(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    given = function.args
    names = [argument.arg for argument in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
    return len([name for name in names if name not in {"self", "cls"}])


def _may_take_more(path: str, function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """A public signature of the client is its users' to have; a command, as its callback does, takes what its options are."""
    is_public = not function.name.startswith("_") or function.name == "__init__"
    if path.startswith("client/") and is_public:
        return True
    if path == f"cli/command/{function.name}.py":
        return True
    decorators = [ast.unparse(decorator) for decorator in function.decorator_list]
    return any(decorator.startswith("click.pass_") or ".command(" in decorator for decorator in decorators)

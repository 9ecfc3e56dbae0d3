"""Events in files: problems are reported with their line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any, NoReturn

from pdsync.engine.error import EngineError
from pdsync.manifest.file import read_text
from pdsync.manifest.flaw import Flaw
from pdsync.manifest.places import Place
from pdsync.model.scope import Problem, render_path
from pdsync.routing.event import Event, event_of_body
from pdsync.routing.event_check import find_event_problems

MAX_BYTES = 100_000_000


class EventError(EngineError):
    """A file does not contain an event that PagerDuty would accept."""


def load_event(name: str, text: str | Flaw | None = None) -> Event:
    """The event in the file of that name, or in `text`. Raises EventError with everything that is wrong."""
    text = check_text(name, read_text(name) if text is None else text)
    body = parse_json(name, text)
    problems = find_event_problems(body)
    if problems:
        raise_problems(name, text, problems)
    return event_of_body(body)


def check_text(name: str, text: str | Flaw) -> str:
    """The text, if it could be read. Raises EventError."""
    if isinstance(text, Flaw):
        raise EventError(f"{name}: {text.message}", text.hint)
    return text


def parse_json(name: str, text: str, line: int = 1) -> Any:
    """The JSON of a text that begins at a line of the file. Raises EventError."""
    try:
        return json.loads(text, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        place = f"{name}:{line + error.lineno - 1}:{error.colno}"
        raise EventError(f"{place}: this is not JSON: {error.msg}", "An event is the JSON that a tool sends.") from None
    except RecursionError:
        raise EventError(f"{name}: this JSON is nested too deeply", "An event is the JSON that a tool sends.") from None
    except ValueError as error:
        raise EventError(f"{name}: this is not JSON: {error}") from None


def raise_problems(name: str, text: str, problems: Iterable[Problem], line: int = 1) -> NoReturn:
    """Raises EventError with the place of each problem in the text, which begins at a line of the file."""
    locate = _locator(text)
    told = sorted((locate(problem), _said(problem)) for problem in problems)
    first, *rest = [f"{name}:{line + below - 1}:{column}: {said}" for (below, column), said in told]
    raise EventError(first, details=rest)


def _said(problem: Problem) -> str:
    said = problem.message if problem.on_key or not problem.path else f"{render_path(problem.path)}: {problem.message}"
    return f"{said} ({problem.hint})" if problem.hint else said


def _locator(text: str) -> Callable[[Problem], Place]:
    """Gives the line and column of a problem. JSON is YAML except for rare texts; for those only the first line is given."""
    from pdsync.manifest.yaml_text import read_yaml

    documents = read_yaml(text, "").documents

    def locate(problem: Problem) -> Place:
        return documents[0].places.locate(problem.path, on_key=problem.on_key) if documents else (1, 1)

    return locate


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not a JSON number")

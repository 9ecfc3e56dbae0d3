"""The problems of a document, for the user."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from pdsync.manifest.problem import ManifestProblem
from pdsync.manifest.yaml_text import Document
from pdsync.model import Source
from pdsync.model.scope import Problem, render_path


def tell_problems(document: Document, label: str, problems: Iterable[Problem]) -> list[ManifestProblem]:
    """The problems and the flaws of the text, each at its place. What is on a flaw of the text is not reported twice."""
    file = document.places.file
    found = [ManifestProblem(Source(file, *flaw.place), label, flaw.message, flaw.hint) for flaw in document.flaws]
    flawed = {flaw.place for flaw in document.flaws}
    for problem in problems:
        place = document.places.locate(problem.path, on_key=problem.on_key)
        if place not in flawed:
            where = _where(problem)
            message = f"{where}: {problem.message}" if where else problem.message
            hint = document.hint_at(place, problem.hint)
            found.append(ManifestProblem(Source(file, *place), label, message, hint, problem.severity))
    return [*found, *_hidden_values(document, label, {(it.source.line, it.source.column) for it in found})]


def _hidden_values(document: Document, label: str, known: Collection[tuple[int, int]]) -> Iterator[ManifestProblem]:
    """Warnings of values that a comment hides, except for those of which there is a problem, and comments that begin with a
    blank, as comments do."""
    for place, comment in document.hidden.items():
        if place not in known and re.match(r"#[^\s#]", comment):
            source = Source(document.places.file, *place)
            yield ManifestProblem(source, label, "the value is empty", document.hint_at(place), "warning")


def _where(problem: Problem) -> str:
    """The path as a person writes it. An unknown key is named in the message itself."""
    path = problem.path[:-1] if problem.on_key else problem.path
    return render_path(path[1:] if path[:1] == ("spec",) else path)

"""The problems of a document, for the user."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from pdsync.manifest.problem import ManifestProblem, printable
from pdsync.manifest.yaml_text import Document
from pdsync.model import Source
from pdsync.model.codec.composed import Composed
from pdsync.model.codec.plain import Codec, Wrapper
from pdsync.model.codec.structure import ListOf
from pdsync.model.scope import Problem, render_path


def tell_problems(
    document: Document, label: str, problems: Iterable[Problem], spec: Codec | None = None
) -> list[ManifestProblem]:
    """The problems and the flaws of the text, each at its place. What is on a flaw of the text is not reported twice. `spec` is the codec
    of the spec."""
    file = document.places.file
    found = [ManifestProblem(Source(file, *flaw.place), label, flaw.message, flaw.hint) for flaw in document.flaws]
    flawed = {flaw.place for flaw in document.flaws}
    for problem in problems:
        place = document.places.locate(problem.path, on_key=problem.on_key)
        if place not in flawed:
            where = _where(problem, document, spec)
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


def _where(problem: Problem, document: Document, spec: Codec | None) -> str:
    """The path as a plan shows it: items by their names where a list tells them apart by name. An unknown key is named in the message
    itself."""
    path = problem.path[:-1] if problem.on_key else problem.path
    if path[:1] != ("spec",):
        return render_path(path)
    shown, codec = "", spec
    for at, step in enumerate(path[1:], 2):
        key = _key_of_items(codec)
        name = document.places.text_at((*path[:at], key)) if key and isinstance(step, int) else ""
        shown += f"[{_safe_step(name) or step}]" if isinstance(step, int) else f".{step}" if shown else step
        codec = codec.part(step) if codec is not None else None
    return shown


def _key_of_items(codec: Codec | None) -> str:
    """The member that tells the items of a list apart; empty where none does, or where it is not a list."""
    while isinstance(codec, Wrapper):
        codec = codec.inner
    listed = codec.as_list if isinstance(codec, Composed) else codec
    return listed.key if isinstance(listed, ListOf) else ""


def _safe_step(name: str) -> str:
    """A name as part of a path. A long one would hide the rest of the line."""
    return printable(name if len(name) <= 60 else f"{name[:57]}...")

"""What a codec knows about the place it reads, and where it reports problems."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from pdsync.model.ref import Ref

Path: TypeAlias = tuple[str | int, ...]
Severity: TypeAlias = Literal["error", "warning"]
"""A warning stops nothing."""


def render_path(path: Path) -> str:
    """A path as a person writes it: ``escalation_rules[0].targets``."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a manifest: where (a path inside the document), what, and what to do next."""

    path: Path
    message: str
    hint: str = ""
    on_key: bool = False
    """True when the key itself is wrong (an unknown field), so that its own position is shown."""
    unreadable: bool = False
    """True when the value at the path has the wrong shape, so that nothing else can be said about it."""
    severity: Severity = "error"


@dataclass(slots=True)
class Scope:
    """Collects problems while a document is read; `zone` is the IANA time zone for local times, if one is known."""

    zone: str | None = None
    problems: list[Problem] = field(default_factory=list)
    refs: list[tuple[Path, Ref]] = field(default_factory=list)
    """Every reference that was read and where it is: canonical lists are sorted and do not know any more."""
    unreadable: set[Path] = field(default_factory=set)
    """Places of values that have the wrong shape: they are left out."""
    warnings: list[Problem] = field(default_factory=list)
    """Apart from the problems, since a value with a warning is right."""

    def problem(self, path: Path, message: str, hint: str = "", *, on_key: bool = False) -> None:
        """Notes a problem and goes on: all of them are reported at once."""
        self.problems.append(Problem(path, message, hint, on_key))

    def warn(self, path: Path, message: str, hint: str = "") -> None:
        """Notes what is allowed and most likely not meant."""
        self.warnings.append(Problem(path, message, hint, severity="warning"))

    def is_faulty(self, path: Path) -> bool:
        """Whether something at a place or below it was found wrong: what else it would seem to be then says nothing."""
        size = len(path)
        return any(it.path[:size] == path for it in self.problems) or any(it[:size] == path for it in self.unreadable)

    def note(self, problems: Iterable[Problem]) -> None:
        """Notes what a validator found."""
        for problem in problems:
            self.problems.append(problem)
            if problem.unreadable:
                self.unreadable.add(problem.path)


RefMap: TypeAlias = Callable[..., object]
"""Takes a `Ref`, gives what is in its place (another `Ref`, or its form in a request)."""

"""Manifests as text: how many objects they hold, and their problems, for people, programs and pull requests."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pdsync.cli.error import ExitCode
from pdsync.cli.terminal import Terminal
from pdsync.engine.error import ManifestsError, PlanError, ProblemsError
from pdsync.kinds import KINDS
from pdsync.manifest import ManifestProblem
from pdsync.model.scope import Severity
from pdsync.report.text.annotation import Annotation, split_place
from pdsync.report.text.palette import Palette
from pdsync.report.text.safe_text import safe_text

if TYPE_CHECKING:
    from pdsync.plan import PlanProblem


@dataclass(frozen=True, slots=True, order=True)
class ShownProblem:
    """A problem with its place; line and column are 0 where they are not known."""

    file: str
    line: int
    column: int
    address: str
    message: str
    hint: str = ""
    severity: Severity = "error"

    @property
    def place(self) -> str:
        """``file:line:column``, as editors and terminals recognise it; the file alone where the whole file is meant."""
        if self.line == 1 and self.column == 1 and not self.address:
            return self.file
        return ":".join([self.file, *(str(number) for number in (self.line, self.column) if number)])

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return {
            "file": self.file,
            "line": self.line or None,
            "column": self.column or None,
            "address": self.address or None,
            "message": self.message,
            "hint": self.hint or None,
            "severity": self.severity,
        }


def of_manifests(problems: Sequence[ManifestProblem]) -> list[ShownProblem]:
    """Problems that loading found."""
    return [
        ShownProblem(p.source.file, p.source.line, p.source.column, p.address, p.message, p.hint, p.severity)
        for p in problems
    ]


def of_plan(problems: Sequence[PlanProblem]) -> list[ShownProblem]:
    """Problems that only a comparison with the account shows. A problem of a default is one, however many manifests have the default."""
    addresses: dict[tuple[str, str, str], list[str]] = {}
    for problem in problems:
        addresses.setdefault((problem.source, problem.message, problem.hint), []).append(problem.address)
    shown = []
    for (source, message, hint), named in addresses.items():
        address = named[0] if len(named) == 1 else ""
        if not address:
            from pdsync.manifest.defaults import concerning

            message = concerning(message, named)
        shown.append(ShownProblem(*split_place(source), 0, address, message, hint))
    return shown


def shown_problems(error: ProblemsError) -> list[ShownProblem]:
    """The problems that an error carries."""
    if isinstance(error, ManifestsError):
        return of_manifests(error.problems)
    return of_plan(error.problems) if isinstance(error, PlanError) else []


def tell_problems(terminal: Terminal, problems: Sequence[ShownProblem], *, as_json: bool = False) -> int:
    """Says why there is no plan: on stdout as JSON, else on stderr. Gives the exit code."""
    if as_json:
        body = {"problems": [problem.to_json() for problem in problems]}
        terminal.out_json(json.dumps(body, indent=2, ensure_ascii=False) + "\n")
    else:
        terminal.err(render_problems(problems, terminal.error_palette))
    return ExitCode.ERROR


def render_problems(problems: Sequence[ShownProblem], palette: Palette) -> str:
    """One paragraph a problem, and how many there are. Ends in a line break."""
    lines = []
    for problem in problems:
        shows_address = problem.address and problem.address not in problem.message
        place = f"{palette.paint('strong', safe_text(problem.place))}: " if problem.file else ""
        address = palette.paint("muted", f"{safe_text(problem.address)}: ") if shows_address else ""
        said = f"warning: {problem.message}" if problem.severity == "warning" else problem.message
        lines.append(f"{place}{address}{palette.paint(problem.severity, safe_text(said))}")
        if problem.hint:
            lines.append(f"  {safe_text(problem.hint)}")
    files = len({problem.file for problem in problems})
    where = f" in {files} files" if files > 1 else ""
    return "\n".join([*lines, "", f"{_count(problems)}{where}."]) + "\n"


def _count(problems: Sequence[ShownProblem]) -> str:
    counts = Counter(problem.severity for problem in problems)
    nouns = (("problem", counts["error"]), ("warning", counts["warning"]))
    return " and ".join(f"{count} {noun}" if count == 1 else f"{count} {noun}s" for noun, count in nouns if count)


def render_annotations(problems: Sequence[ShownProblem]) -> str:
    """GitHub workflow commands, one line a problem. Ends in a line break unless it is empty."""
    return "".join(
        Annotation(problem.severity, (_sentence(problem),), problem.file, problem.line, problem.column).render()
        for problem in problems
    )


def _sentence(problem: ShownProblem) -> str:
    address = f"{problem.address}: " if problem.address else ""
    return f"{address}{problem.message}" + (f". {problem.hint}" if problem.hint else "")


def render_counts(counts: Mapping[str, int]) -> str:
    """``3 users, 1 escalation policy`` from counts by slug, in the order of the kinds, without those of which there are none."""
    listed = []
    for kind in KINDS:
        if count := counts.get(kind.slug, 0):
            noun = kind.nouns if count > 1 else kind.noun
            listed.append(f"{count} {noun.replace('_', ' ')}")
    return ", ".join(listed)

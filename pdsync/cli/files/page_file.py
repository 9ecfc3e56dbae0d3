"""Where the page of a plan goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path

from pdsync.cli.files.report_file import PAGE, check_report_file, write_report_file
from pdsync.cli.manifest_text import ShownProblem
from pdsync.cli.terminal import Terminal
from pdsync.engine.prospect import Prospect
from pdsync.plan import Plan


@dataclass(frozen=True, slots=True)
class PageFiles:
    """Where the page of a plan goes: `beside` is --page, `out` is --out of ``-o html``. Made only where it goes anywhere."""

    beside: Path | None
    out: Path | None
    to_stdout: bool = False

    def check(self) -> None:
        """Makes sure that it may be written, before anything else is done. Raises UsageError."""
        for option, path in (("--page", self.beside), ("--out", self.out)):
            if path is not None:
                check_report_file(path, option, PAGE)

    def give_plan(self, terminal: Terminal, plan: Plan, prospect: Prospect | None, reader: tzinfo | None) -> None:
        """Makes the page of a plan."""
        if self._is_wanted:
            from pdsync.report.page.plan_page import Sides, render_plan_page

            sides = Sides(prospect.before, prospect.after, prospect.impact) if prospect is not None else None
            self._give(terminal, render_plan_page(plan, sides, reader))

    def give_problems(self, terminal: Terminal, workspace: str, problems: Sequence[ShownProblem]) -> None:
        """Makes the page that says why there is no plan."""
        if self._is_wanted:
            from pdsync.report.page.plan_page import render_problems_page

            told = [
                (problem.place if problem.file else problem.address, problem.message, problem.hint)
                for problem in problems
            ]
            self._give(terminal, render_problems_page("pdsync plan", workspace, told))

    @property
    def _is_wanted(self) -> bool:
        return self.to_stdout or self.beside is not None or self.out is not None

    def _give(self, terminal: Terminal, page: str) -> None:
        for path in (self.beside, self.out):
            if path is not None:
                write_report_file(page, path)
                terminal.note(f"Page written to {path}.")
        if self.to_stdout:
            terminal.out(page)

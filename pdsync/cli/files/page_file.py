"""Where the HTML page of a plan goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path

from pdsync.cli.error import loss_told
from pdsync.cli.files.output_file import PAGE, OutputFile
from pdsync.cli.invocation import Invocation
from pdsync.cli.manifest_text import ShownProblem
from pdsync.engine.prospect import Prospect
from pdsync.plan import Plan


@dataclass(frozen=True, slots=True)
class PageFiles:
    """Where the HTML page of a plan goes: a file, stdout, or both. It is made only where it goes anywhere."""

    path: Path | None
    to_stdout: bool = False

    def check(self, invocation: Invocation) -> None:
        """Makes sure that it may be written, before anything else is done. Raises UsageError."""
        if (file := self._file()) is not None:
            file.check(invocation)

    def give_plan(self, invocation: Invocation, plan: Plan, prospect: Prospect | None, reader: tzinfo | None) -> None:
        """Makes the HTML page of a plan."""
        if self._is_wanted:
            from pdsync.report.page.plan_page import Sides, render_plan_page

            sides = Sides(prospect.before, prospect.after, prospect.impact) if prospect is not None else None
            self._give(invocation, render_plan_page(plan, sides, reader, detail=invocation.detail))

    def give_problems(self, invocation: Invocation, workspace: str, problems: Sequence[ShownProblem]) -> None:
        """Makes the HTML page that says why there is no plan."""
        if self._is_wanted:
            from pdsync.report.page.plan_page import render_problems_page

            told = [
                (problem.place if problem.file else problem.address, problem.message, problem.hint)
                for problem in problems
            ]
            self._give(invocation, render_problems_page("pdsync plan", workspace, told))

    @property
    def _is_wanted(self) -> bool:
        return self.to_stdout or self.path is not None

    def _file(self) -> OutputFile | None:
        return OutputFile(self.path, "--page", PAGE) if self.path is not None else None

    def _give(self, invocation: Invocation, page: str) -> None:
        if (file := self._file()) is not None:
            with loss_told(invocation):
                file.write(page, invocation)
                invocation.terminal.note(f"Wrote the HTML page to {file.path}.")
        if self.to_stdout:
            invocation.terminal.out(page)

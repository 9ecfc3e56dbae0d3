"""Progress on a terminal while something takes time. Elsewhere it shows nothing."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from pdsync.cli.terminal import Terminal

if TYPE_CHECKING:
    from rich.console import Console

    from pdsync.engine.plan import Activity


@contextmanager
def show_activity(terminal: Terminal, text: str) -> Iterator[Callable[[str], None]]:
    """Shows an activity until it ends. Gives a function that shows its progress."""
    if not terminal.shows_progress:
        yield lambda done: None
        return
    with _console(terminal).status(f"{text} ...", spinner="line") as status:
        yield lambda done: status.update(f"{text}: {done} ...")


def activity_on(terminal: Terminal) -> Activity:
    """Shows on a terminal what a use case does."""
    return partial(show_activity, terminal)


@contextmanager
def show_progress(terminal: Terminal, text: str, total: int) -> Iterator[Callable[[str], None]]:
    """A bar. Gives a function that writes the text of one finished step as a result and moves the bar on."""
    if not terminal.shows_progress or total < 2:
        yield terminal.out
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.text import Text

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn())
    # Redirecting would send results to stderr, even where stdout is a file.
    progress = Progress(
        *columns, console=_console(terminal), transient=True, redirect_stdout=False, redirect_stderr=False
    )
    with progress:
        task = progress.add_task(text, total=total)

        def step(line: str) -> None:
            progress.advance(task)
            if line and terminal.shares_screen:
                progress.console.print(Text.from_ansi(line.rstrip("\n")), soft_wrap=True)
            else:
                terminal.out(line)

        yield step


def _console(terminal: Terminal) -> Console:
    from rich.console import Console

    color = terminal.error_palette.color
    return Console(file=sys.stderr, force_terminal=True, no_color=not color, highlight=False, markup=False)

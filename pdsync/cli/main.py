"""The entry point: parses, runs the command, and turns every error into a message and an exit code."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import NoReturn

from pdsync.cli.error import ExitCode, handle_error
from pdsync.cli.invocation import Invocation
from pdsync.cli.parser.parser import cli

__all__ = ["cli", "main", "run"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs pdsync and gives the exit code."""
    _tolerate_narrow_encodings()
    invocation = Invocation()
    try:
        code = cli.main(
            list(arguments) if arguments is not None else None,
            prog_name="pdsync",
            standalone_mode=False,
            obj=invocation,
        )
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - whatever it is, the user gets a sentence
        code = handle_error(error, invocation)
    failure = invocation.terminal.output_error
    if failure is not None:
        invocation.terminal.error(f"the output cannot be written: {failure.strerror or failure}")
        # The report of pending changes was not printed then, so the exit code must not say that there is one.
        code = ExitCode.ERROR if code in (ExitCode.OK, ExitCode.PENDING) else code
    return int(code or 0)


def _tolerate_narrow_encodings() -> None:
    """Where a terminal cannot show a character, its escape is better than an error in the middle of an apply."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def run() -> NoReturn:
    """The console script."""
    sys.exit(main())

"""The entry point: parses, runs the command, and turns every error into a message and an exit code."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import NoReturn

from pdsync.cli.error import ExitCode, handle_error, settle_exit_code
from pdsync.cli.invocation import Invocation
from pdsync.cli.parser.parser import cli
from pdsync.cli.stream import guarded_streams, occupy_closed_descriptors

__all__ = ["cli", "main", "run"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs pdsync and gives the exit code."""
    with guarded_streams():
        return _run(list(arguments) if arguments is not None else None)


def _run(arguments: list[str] | None) -> int:
    invocation = Invocation()
    invocation.secrets.learn(sys.argv[1:] if arguments is None else arguments, invocation.environ)
    try:
        code = cli.main(arguments, prog_name="pdsync", standalone_mode=False, obj=invocation) or ExitCode.OK
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - whatever it is, the user gets a sentence
        code = handle_error(error, invocation)
    return settle_exit_code(int(code), invocation)


def run() -> NoReturn:
    """The console script."""
    occupy_closed_descriptors()
    sys.exit(main())

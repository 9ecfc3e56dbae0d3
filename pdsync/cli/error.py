"""Errors of the command line, and the one place that turns every error into a message and an exit code."""

from __future__ import annotations

import contextlib
import errno
import re
from collections.abc import Iterator
from enum import IntEnum
from typing import TYPE_CHECKING

import click

from pdsync.engine.error import EngineError, ProblemsError, RefusedError, RequestError, StaleError

if TYPE_CHECKING:
    from pdsync.cli.invocation import Invocation

# The machine refuses: full, read-only, too many open files. Not a fault of pdsync, whatever it was writing.
_OF_THE_MACHINE = (
    errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EACCES,
    errno.EPERM,
)  # fmt: skip
# Tokens have 20 characters, routing keys 32; words and file names rarely have digits in so long a run.
_KEY_SHAPED = re.compile(r"(?=[A-Za-z_+-]*[0-9])[A-Za-z0-9_+-]{20,}")


class ExitCode(IntEnum):
    """How a command ends."""

    OK = 0
    ERROR = 1
    PENDING = 2
    """Changes are pending, and ``--detailed-exitcode`` was given."""
    PARTIAL = 3
    STALE = 4
    REFUSED = 5
    UNKNOWN = 6
    LOST = 7
    """What the command was to change is changed, but a report or output of it was lost."""
    USAGE = 64
    INTERRUPTED = 130


class CliError(EngineError):
    """An error of the command line itself: of its options, its files, or its notifications."""


class UsageError(CliError):
    """The command was called wrongly."""


class OutputError(CliError):
    """A file that the user asked for cannot be written."""


class UnknownOutcomeError(CliError):
    """It is not known whether a write was carried out."""


_CODES: tuple[tuple[type[EngineError], ExitCode], ...] = (
    (RequestError, ExitCode.USAGE),
    (UsageError, ExitCode.USAGE),
    (RefusedError, ExitCode.REFUSED),
    (StaleError, ExitCode.STALE),
    (UnknownOutcomeError, ExitCode.UNKNOWN),
)


def exit_code_of(error: EngineError) -> ExitCode:
    """The exit code of a command that ends with this error."""
    return next((code for kind, code in _CODES if isinstance(error, kind)), ExitCode.ERROR)


def settle_exit_code(code: int, invocation: Invocation) -> int:
    """The exit code of a run that ended with `code`, once it is known what of its output was lost. Tells what was.

    1 means that nothing was written. So an error that came after the changes were made does not turn the run into a failure: it
    is 7 then, or the code of the changes themselves. A command that only shows something has failed when it could not.
    """
    done, terminal = invocation.done, invocation.terminal
    if terminal.output_error is not None:
        terminal.error(f"the output cannot be written: {terminal.output_error.strerror or terminal.output_error}")
    if done is not None and terminal.has_lost_output and done.summary:
        terminal.err(done.summary)
    if done is not None and code in (ExitCode.ERROR, ExitCode.UNKNOWN):
        return done.code or ExitCode.LOST
    if code not in (ExitCode.OK, ExitCode.PENDING) or not (invocation.has_lost_report or terminal.output_error):
        return code
    return ExitCode.LOST if done is not None else ExitCode.ERROR


@contextlib.contextmanager
def loss_told(invocation: Invocation) -> Iterator[None]:
    """Tells that a report cannot be written, and goes on: the result and the other reports count more."""
    try:
        yield
    except OutputError as error:
        invocation.terminal.error(error.message, error.hint)
        invocation.has_lost_report = True


def handle_error(error: BaseException, invocation: Invocation) -> int:
    """Tells the user about an error on stderr and gives the exit code. Never raises, never shows a traceback."""
    terminal = invocation.terminal
    if isinstance(error, KeyboardInterrupt | click.Abort):
        terminal.error("Interrupted.", label="")
        return ExitCode.INTERRUPTED
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        terminal.error(error.format_message(), label="", raw=True)
        return ExitCode.USAGE
    if isinstance(error, click.ClickException):
        return _handle_click(error, invocation)
    if isinstance(error, EngineError):
        return _handle_engine(error, invocation)
    explained = _explain(error, invocation)
    if explained is None:
        from pdsync.cli.files.crash_report import write_crash_report

        place = write_crash_report(error, invocation)
        what = f"unexpected error: {type(error).__name__}"
        terminal.error(what, f"This is a bug in pdsync. Please report it, with the file {place}." if place else "")
    else:
        terminal.error(*explained)
    return ExitCode.ERROR


def _handle_engine(error: EngineError, invocation: Invocation) -> int:
    terminal = invocation.terminal
    if isinstance(error, ProblemsError):
        from pdsync.cli.manifest_text import shown_problems, tell_problems

        tell_problems(terminal, shown_problems(error))
    else:
        from pdsync.cli.secret import mask_routing_keys

        # The hint of an unknown outcome may say a deduplication key, which has the same form and must be read.
        shown = str if exit_code_of(error) is ExitCode.UNKNOWN else mask_routing_keys
        terminal.error(shown(error.message), shown(error.hint))
        for detail in error.details:
            terminal.error(shown(detail))
    return exit_code_of(error)


def _handle_click(error: click.ClickException, invocation: Invocation) -> int:
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "pdsync"
    # The parser repeats what it cannot place, and that may be a key that was typed without its option.
    message = _KEY_SHAPED.sub(lambda found: f"*{found[0][-4:]}", error.format_message())
    invocation.terminal.error(message, f"See '{command} --help'.")
    return ExitCode.USAGE if isinstance(error, click.UsageError) else ExitCode.ERROR


def _explain(error: BaseException, invocation: Invocation) -> tuple[str, str] | None:
    """Message and hint for an error that is not a fault of pdsync; None for one that is."""
    # Imported only now: --version and --help must not wait for the HTTP library.
    from pdsync import client
    from pdsync.model import UnreadableError
    from pdsync.sandbox import SandboxError

    if isinstance(error, client.Error):
        from pdsync.cli.client_error import explain_client_error

        return explain_client_error(error, invocation)
    if isinstance(error, UnreadableError):
        return (
            str(error),
            "pdsync does not understand PagerDuty's answer, so it stops. Try again; if it happens again, please report it.",
        )
    if isinstance(error, SandboxError):
        return f"the sandbox cannot run: {error}", ""
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror or error}", ""
    if isinstance(error, OSError) and error.errno in _OF_THE_MACHINE:
        return f"this machine could not write or read a file: {error.strerror}", ""
    return None

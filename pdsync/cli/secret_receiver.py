"""What takes the secrets that PagerDuty shows once: a new file, or a command that reads one of them from its standard input.

Without either, no object with such a secret is made.
"""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

from pdsync.apply.error import NotHandedOutError
from pdsync.apply.handed_out import HandedOut, HandOut
from pdsync.cli.error import UsageError
from pdsync.cli.files.secrets_file import SecretsFile
from pdsync.cli.invocation import Invocation

_TO = "--secrets-to"
_LONGEST_S = 60.0
_SHOWN = 200
_NO_SHELL = "It is split into words and run without a shell. For a shell: --secrets-to \"sh -c '...'\""
_OF_A_SHELL = re.compile(r"[|&;]{1,2}|[0-9&]?[<>]\S*")
"""Words that mean something to a shell only: ``|``, ``&&``, ``>>``, ``2>&1``, ``>file``."""


class SecretReceiver(Protocol):
    """Takes secrets."""

    def check(self) -> None:
        """Makes sure that it can take them, before anything else is done. Raises UsageError."""

    def opened(self) -> AbstractContextManager[HandOut]:
        """What takes them during an apply. Raises UsageError before anything is written to PagerDuty."""


class SecretsCommand:
    """A command that is run once for each secret, without a shell. It gets the JSON line on its standard input."""

    def __init__(self, command: str, invocation: Invocation) -> None:
        self._command = command
        self._invocation = invocation

    def check(self) -> None:
        """Makes sure that the program exists. Raises UsageError."""
        words = self._words()
        if shutil.which(words[0]) is None:
            raise UsageError(f"{_TO}: there is no program {words[0]!r}", f"{_NO_SHELL}.")
        shell = next((word for word in words if _OF_A_SHELL.fullmatch(word)), "")
        if shell:
            raise UsageError(f"{_TO}: {shell!r} would be given to {words[0]!r} as it is", f"{_NO_SHELL}.")

    @contextmanager
    def opened(self) -> Iterator[HandOut]:
        """Runs the command for each secret."""
        yield self._run

    def _words(self) -> list[str]:
        try:
            words = shlex.split(self._command)
        except ValueError as error:
            raise UsageError(f"{_TO}: cannot be read: {str(error).casefold()}") from None
        if not words:
            raise UsageError(f"{_TO}: names no program")
        return words

    def _run(self, given: HandedOut) -> None:
        try:
            # A session of its own: Ctrl-C must not stop it half-way. What is under way is finished.
            ended = subprocess.run(  # noqa: S603 - it is the command that the user typed
                self._words(),
                input=given.line.encode(),
                capture_output=True,
                timeout=_LONGEST_S,
                check=False,
                start_new_session=True,
            )
        except subprocess.TimeoutExpired:
            raise NotHandedOutError(f"the command of {_TO} did not end within {_LONGEST_S:.0f} seconds") from None
        except OSError as error:
            raise NotHandedOutError(f"the command of {_TO} cannot be run: {error.strerror or error}") from None
        if ended.returncode:
            lines = ended.stderr.decode(errors="replace").strip().splitlines()
            said = f": {self._invocation.secrets.mask(lines[-1])[:_SHOWN]}" if lines else ""
            raise NotHandedOutError(f"the command of {_TO} ended with {ended.returncode}{said}")


def receiver_of(invocation: Invocation, out: Path | None, to: str | None) -> SecretReceiver | None:
    """The receiver that the options name, checked; None where they name none. Raises UsageError."""
    if out is not None and to is not None:
        raise UsageError("--secrets-out and --secrets-to exclude each other", "A secret goes to one place.")
    receiver: SecretReceiver | None = None
    if out is not None:
        receiver = SecretsFile(out, invocation)
    elif to is not None:
        receiver = SecretsCommand(to, invocation)
    if receiver is not None:
        receiver.check()
    return receiver

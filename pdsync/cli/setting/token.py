"""The API token: from a file, the environment or a hidden prompt, and never from the command line.

What is on a command line can be read by everyone on the machine, and stays in the shell's history.
"""

from __future__ import annotations

import os
import stat
import sys

import click

from pdsync.cli.error import UsageError
from pdsync.cli.invocation import Invocation

TOKEN_VARIABLE = "PAGERDUTY_TOKEN"  # noqa: S105 - the name of a variable
_LONGEST = 10_000
_READABLE_BY_OTHERS = 0o077


def read_token(invocation: Invocation) -> str:
    """The token, with its source noted in the invocation. Raises UsageError when there is none that can be used."""
    if invocation.token:
        return invocation.token
    token, source = _find(invocation)
    if not token:
        raise UsageError(f"the token from {source} is empty")
    if not (token.isascii() and token.isprintable()) or " " in token:
        raise UsageError(
            f"the token from {source} contains white space or characters that no token has",
            "It must be the token alone, on one line.",
        )
    invocation.token, invocation.token_source = token, source
    invocation.secrets.append(token)
    return token


def _find(invocation: Invocation) -> tuple[str, str]:
    name = invocation.options.token_file
    if name == "-":
        return sys.stdin.readline(_LONGEST).strip(), "the standard input"
    if name is not None:
        return _read_file(name, invocation), f"the file {name}"
    from_environment = invocation.env(TOKEN_VARIABLE)
    if from_environment is not None:
        return from_environment, TOKEN_VARIABLE
    if invocation.terminal.is_interactive:
        return str(click.prompt("PagerDuty API token", hide_input=True, err=True)).strip(), "the prompt"
    raise UsageError(
        "there is no API token", f"Set {TOKEN_VARIABLE}, or use --token-file FILE. Without an account, use --sandbox."
    )


def _read_file(name: str, invocation: Invocation) -> str:
    try:
        with open(name, encoding="utf-8") as file:
            mode = os.fstat(file.fileno()).st_mode
            text = file.read(_LONGEST)
    except UnicodeDecodeError:
        raise UsageError(f"--token-file {name}: is not a text file") from None
    except OSError as error:
        raise UsageError(f"--token-file {name}: cannot be read: {error.strerror or error}") from None
    if stat.S_ISREG(mode) and mode & _READABLE_BY_OTHERS:
        invocation.terminal.warn(f"other users of this machine can read {name}; run: chmod 600 {name}")
    return text.strip()

"""``pdsync comment``: puts a report into the one comment of a pull or merge request that shows it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Literal

from pdsync.cli.error import CliError, UsageError
from pdsync.cli.invocation import Done, Invocation
from pdsync.forge.api import ForgeError
from pdsync.forge.host import GitHub, GitLab
from pdsync.forge.sticky import marker_of, put_comment

HostName = Literal["github", "gitlab"]
_LARGEST = 4_000_000


def comment(
    invocation: Invocation, file: Path, *, host: HostName | None, number: int | None, author: str | None
) -> int:
    """Creates or updates the comment. Without a pull request there is nothing to do, and that is not an error."""
    body = _read(file)
    if marker_of(body) is None:
        raise UsageError(f"{file}: is not a Markdown report of pdsync", "Make one with 'pdsync plan --report FILE'.")
    name = host or _host_of(invocation)
    token = invocation.env("GITHUB_TOKEN" if name == "github" else "GITLAB_TOKEN")
    if token is not None:
        invocation.secrets.append(token)
    try:
        place = GitHub(invocation.environ, number, author) if name == "github" else GitLab(invocation.environ, number)
        if place.number is None:
            invocation.terminal.note("This commit has no pull request, so there is nothing to comment on.")
            return 0
        outcome = put_comment(place, body)
    except ForgeError as error:
        raise CliError(f"the comment cannot be written: {error}", error.hint) from None
    invocation.done = Done(summary=f"Comment {outcome}.")
    invocation.terminal.out(f"Comment {outcome} on {'!' if name == 'gitlab' else '#'}{place.number}.\n")
    return 0


def _host_of(invocation: Invocation) -> HostName:
    if invocation.env("GITHUB_ACTIONS"):
        return "github"
    if invocation.env("GITLAB_CI"):
        return "gitlab"
    raise UsageError(
        "this is neither GitHub Actions nor GitLab CI", "Choose the code host with --host github or --host gitlab."
    )


def _read(file: Path) -> str:
    if str(file) == "-":
        return sys.stdin.read(_LARGEST)
    try:
        with file.open(encoding="utf-8", newline="\n") as opened:
            return opened.read(_LARGEST)
    except UnicodeDecodeError:
        raise UsageError(f"{file}: is not a text file") from None
    except OSError as error:
        raise UsageError(f"{file}: cannot be read: {error.strerror or error}") from None

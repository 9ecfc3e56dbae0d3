"""What ``pdsync init`` must know: said by options, asked on a terminal, or a default."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from pdsync.cli.error import UsageError
from pdsync.cli.files.repository import find_top_above
from pdsync.cli.starter.host import HOSTS, HostName, find_host
from pdsync.cli.terminal import Terminal
from pdsync.export.slug import make_slug
from pdsync.model.marker import WORKSPACE_PATTERN

Start = Literal["example", "account"]
_WORKSPACE_HINT = "Lower-case letters, digits, '.', '_' and '-', at most 40. It begins with a letter or a digit."
_LONGEST = 40
_NO_NAME = "pagerduty"


@dataclass(frozen=True, slots=True)
class Given:
    """What the options say; None where they do not."""

    workspace: str | None = None
    start: Start | None = None
    host: HostName | None = None
    yes: bool = False
    """Ask no question."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What to set up."""

    workspace: str
    start: Start
    host: HostName


def read_answers(terminal: Terminal, folder: Path, given: Given) -> Answers:
    """Asks what the options leave open, or takes the defaults where no one can answer. Raises UsageError."""
    asks = _Asker(terminal, may_ask=terminal.is_interactive and not given.yes)
    if given.workspace is not None and _workspace(given.workspace) is None:
        likely = default_workspace(given.workspace)
        raise UsageError(
            f"--workspace {given.workspace}: is not a workspace name", f"{_WORKSPACE_HINT} Such as {likely}."
        )
    workspace = given.workspace or asks(
        "Workspace name? pdsync writes it into every object that it manages.",
        default_workspace(folder.resolve().name),
        _workspace,
        _WORKSPACE_HINT,
    )
    start = given.start or asks(
        "Start from a small example, or from an export of your account? example or account", "example", _start
    )
    host: str = given.host or "none"
    if given.host is None and find_top_above(folder) is None:  # below the top, a code host would not find its workflow
        host = asks("Code host for the CI workflow? github, gitlab or none", find_host(folder), _host)
    return Answers(workspace, cast(Start, start), cast(HostName, host))


def default_workspace(name: str) -> str:
    """A workspace name made of another name, such as that of a folder."""
    return make_slug(name)[:_LONGEST].strip("-") or _NO_NAME


def _workspace(text: str) -> str | None:
    return text if re.fullmatch(WORKSPACE_PATTERN, text) else None


def _start(text: str) -> str | None:
    return _chosen(text, ("example", "account"))


def _host(text: str) -> str | None:
    return _chosen(text, HOSTS)


def _chosen(text: str, choices: tuple[str, ...]) -> str | None:
    """The choice that the text is, or is the beginning of."""
    found = [choice for choice in choices if choice.startswith(text.casefold())]
    return found[0] if len(found) == 1 else None


class _Asker:
    def __init__(self, terminal: Terminal, *, may_ask: bool) -> None:
        self._terminal = terminal
        self._may_ask = may_ask

    def __call__(
        self,
        question: str,
        default: str,
        read: Callable[[str], str | None],
        hint: str = "Type one of these words.",
    ) -> str:
        """The answer; the default for an empty line, at the end of the input, and where no one is asked."""
        while self._may_ask:
            line = self._terminal.ask(f"{question} [{default}] ")
            answer = read(line or default)
            if answer is not None:
                return answer
            self._terminal.err(hint)
        return default

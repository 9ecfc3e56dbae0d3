"""One run of pdsync: the options before its command, and what its error messages refer to."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from pdsync.cli.secret import Secrets
from pdsync.cli.terminal import Terminal
from pdsync.report.text.detail import Detail
from pdsync.version import __version__

if TYPE_CHECKING:
    from pdsync.cli.time_limit import TimeLimit


_SHORTEST_TOKEN = 16


@dataclass(frozen=True, slots=True)
class GlobalOptions:
    """Options that every command takes, before its name or after it. None: not given."""

    config: str | None = None
    workspace: str | None = None
    api_url: str | None = None
    region: str | None = None
    sandbox: bool = False
    sandbox_seed: str | None = None
    token_file: str | None = None
    from_email: str | None = None
    timeout_s: int | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """What a command was there to change is changed, as far as it could be."""

    code: int = 0
    """The exit code of the changes alone."""
    summary: str = ""
    """What was done, in safe text: told on stderr where stdout was lost."""


@dataclass(slots=True)
class Invocation:
    """One run."""

    options: GlobalOptions = GlobalOptions()
    verbose: int = 0
    quiet: bool = False
    color: bool | None = None
    terminal: Terminal = field(default_factory=Terminal)
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)
    base_url: str = ""
    """The address that is talked to, once that is known."""
    base_url_source: str = ""
    token: str = field(default="", repr=False)
    """The token once it was read: standard input and a person give it once."""
    token_source: str = ""
    """Where the token came from, in words."""
    secrets: Secrets = field(default_factory=Secrets)
    """What is in no output."""
    folder: Path = field(default_factory=Path)
    """Where ``.pdsync/`` is: the folder of the configuration."""

    time_limit: TimeLimit | None = None
    """How long the run may take; None where it asks nothing of PagerDuty."""
    done: Done | None = None
    """Set once PagerDuty or the user's files are changed; None while nothing is."""
    outputs: dict[Path, str] = field(default_factory=dict)
    """The files that this run writes, each with the option that names it."""
    shows_defaults: bool = False
    """True (--full) where a plan shows of new objects what they have by default too."""
    has_lost_report: bool = False
    """True where a report, a page or a journal could not be written."""

    def take(self, name: str, value: Any) -> None:
        """Takes over an option that every command takes; `name` is a field's."""
        if name == "verbose":
            self.verbose += value
        elif name in ("quiet", "color", "shows_defaults"):
            setattr(self, name, value)
        else:
            self.options = replace(self.options, **{name: value})
        self.terminal.configure(-1 if self.quiet else self.verbose, self.color)
        self._hide_mistaken_token()

    def _hide_mistaken_token(self) -> None:
        """Hides what --token-file names where there is no such file and it could be the token itself, of whatever form."""
        name = self.options.token_file or ""
        is_one_word = len(name) >= _SHORTEST_TOKEN and "/" not in name and "." not in name
        if is_one_word and not os.path.exists(name):
            self.secrets.append(name)

    def __post_init__(self) -> None:
        self.terminal.mask = self.secrets.mask

    @property
    def detail(self) -> Detail:
        """How much of a plan is shown."""
        return Detail(expanded=self.terminal.verbosity >= 1, defaults=self.shows_defaults)

    @property
    def workspace(self) -> str | None:
        """The workspace that was asked for."""
        return self.options.workspace or self.env("PDSYNC_WORKSPACE")

    def env(self, name: str) -> str | None:
        """An environment variable; one that is empty is not set."""
        return self.environ.get(name, "").strip() or None


def take_option(context: click.Context, option: click.Parameter, value: Any) -> None:
    """Tells the run of an option that every command takes. It may be on the command line twice: the later one counts."""
    invocation = context.find_object(Invocation)
    if invocation is None or context.get_parameter_source(str(option.name)) is not ParameterSource.COMMANDLINE:
        return
    invocation.take(str(option.name), value)
    if invocation.quiet and invocation.verbose:
        raise click.UsageError("-q and -v exclude each other.", context)


def show_version(context: click.Context, option: click.Parameter, value: bool) -> None:
    """Shows the version and ends the run, where the option is given."""
    if value and not context.resilient_parsing:
        click.echo(f"pdsync {__version__}")
        context.exit()

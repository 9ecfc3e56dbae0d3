"""One run of pdsync: the options before its command, and what its error messages refer to."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pdsync.cli.terminal import Terminal


@dataclass(frozen=True, slots=True)
class GlobalOptions:
    """Options that stand before the command. None: not given."""

    config: str | None = None
    workspace: str | None = None
    api_url: str | None = None
    region: str | None = None
    sandbox: bool = False
    sandbox_seed: str | None = None
    token_file: str | None = None
    from_email: str | None = None


@dataclass(slots=True)
class Invocation:
    """One run."""

    options: GlobalOptions = GlobalOptions()
    terminal: Terminal = field(default_factory=Terminal)
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)
    base_url: str = ""
    """The address that is talked to, once that is known."""
    base_url_source: str = ""
    token_source: str = ""
    """Where the token came from, in words."""
    secrets: list[str] = field(default_factory=list, repr=False)
    """What must not stand in a crash report."""
    folder: Path = field(default_factory=Path)
    """Where ``.pdsync/`` is: beside the configuration."""

    @property
    def workspace(self) -> str | None:
        """The workspace that was asked for."""
        return self.options.workspace or self.env("PDSYNC_WORKSPACE")

    def env(self, name: str) -> str | None:
        """An environment variable; one that is empty is not set."""
        return self.environ.get(name, "").strip() or None

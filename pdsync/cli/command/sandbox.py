"""``pdsync sandbox``: serves a local PagerDuty until it is stopped."""

from __future__ import annotations

import json
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pdsync.cli.error import CliError, UsageError
from pdsync.cli.invocation import Done, Invocation
from pdsync.cli.terminal import Terminal
from pdsync.sandbox import SandboxServer
from pdsync.sandbox.profile import Profile, ProfileError
from pdsync.sandbox.profile.reader import load_profile

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class SandboxOptions:
    """What the sandbox is started with; ``rate_limit`` counts requests a minute and token."""

    host: str
    port: int
    db: str
    seed: str
    state: Path | None
    account: Path | None
    faults: Path | None
    latency: str | None
    rate_limit: int
    tls: bool


def sandbox(invocation: Invocation, options: SandboxOptions) -> int:
    """Prints the address as the first line of stdout, then serves until Ctrl-C or SIGTERM. Ctrl-C is how it ends, so it is a
    success at any moment, also before the server has begun to handle signals."""
    try:
        server = _make_server(options)
        server.serve_forever(lambda url: _announce(invocation.terminal, server, options.host))
    except KeyboardInterrupt:
        pass
    invocation.done = Done()
    return 0


def _announce(terminal: Terminal, server: SandboxServer, host: str) -> None:
    terminal.out(f"{server.url}\n")
    if host not in _LOOPBACK:
        terminal.warn(f"everyone who reaches {host} can read and change this sandbox, with any token")
    terminal.note(f"A PagerDuty of your own is at {server.url}; any token of 20 characters will do. Ctrl-C stops it.")
    terminal.note(f"  export PDSYNC_API_URL={server.url} PAGERDUTY_TOKEN=u+any-token-of-this-form")
    if urlsplit(server.url).scheme == "http" and not _is_loopback(server.url):
        terminal.warn("pdsync sends a token by plain http to this machine only: use --tls, or another --host")
    if server.ca_file is not None:
        terminal.note(f"  export SSL_CERT_FILE={server.ca_file} REQUESTS_CA_BUNDLE={server.ca_file}")


def _is_loopback(url: str) -> bool:
    return ip_address(urlsplit(url).hostname or "").is_loopback


def _make_server(options: SandboxOptions) -> SandboxServer:
    if options.state is not None and options.seed != "none":
        raise UsageError("--seed and --state exclude each other: both say what a new sandbox holds")
    if Path(options.db).is_symlink():
        raise UsageError(f"--db {options.db}: is a link, and links are not followed", "Name the file itself.")
    account = _load_account(options.account) if options.account is not None else None
    faults = _load(options.faults) if options.faults is not None else []
    state = _load(options.state) if options.state is not None else None
    try:
        return SandboxServer(
            db=options.db,
            seed=options.seed,
            host=options.host,
            port=options.port,
            state=state,
            account=account,
            faults=faults,
            latency=options.latency,
            rate_limit_per_minute=options.rate_limit,
            tls=options.tls,
        )
    except ImportError as error:
        raise CliError(str(error)) from None
    except ValueError as error:
        first, *others = getattr(error, "problems", [str(error)])
        place = f"{options.faults}: " if options.faults is not None and not str(error).startswith("latency") else ""
        raise CliError(place + first, "docs/sandbox.md describes the rules.", [place + it for it in others]) from None


def _load_account(path: Path) -> Profile:
    """Raises OSError or CliError, which name the file."""
    try:
        return load_profile(path)
    except ProfileError as error:
        first, *others = error.problems
        hint = "docs/sandbox.md describes account profiles; schemas/account-profile.json is their JSON Schema."
        raise CliError(first, hint, others) from None


def _load(path: Path) -> Any:
    """A JSON file. Raises OSError or CliError, which name it."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise CliError(f"{path}:{error.lineno}:{error.colno}: not valid JSON: {error.msg}") from None
    except (UnicodeDecodeError, RecursionError):
        raise CliError(f"{path}: not valid JSON") from None

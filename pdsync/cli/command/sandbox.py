"""``pdsync sandbox``: serves a local PagerDuty until it is stopped."""

from __future__ import annotations

from pdsync.cli.error import CliError
from pdsync.cli.invocation import Invocation
from pdsync.sandbox import SandboxServer

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def sandbox(invocation: Invocation, *, host: str, port: int, db: str, seed: str) -> int:
    """Prints the address as the first line of stdout, then serves until Ctrl-C or SIGTERM."""
    terminal = invocation.terminal
    try:
        server = SandboxServer(db=db, seed=seed, host=host, port=port)
    except ImportError as error:
        raise CliError(str(error)) from None
    with server:
        terminal.out(f"{server.url}\n")
        if host not in _LOOPBACK:
            terminal.warn(f"everybody who reaches {host} can read and change this sandbox, with any token")
        terminal.note(
            f"A PagerDuty of your own is at {server.url}; any token of 20 characters will do. Ctrl-C stops it."
        )
        terminal.note(f"  export PDSYNC_API_URL={server.url} PAGERDUTY_TOKEN=u+any-token-of-this-form")
        server.serve_forever()
    return 0

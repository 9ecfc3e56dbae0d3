"""The connection to PagerDuty, or to the embedded sandbox."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

from pdsync.cli.error import CliError
from pdsync.cli.files.local_folder import make_local_folder, refuse_link
from pdsync.cli.invocation import Invocation
from pdsync.cli.setting.setting import Settings
from pdsync.cli.setting.token import read_token
from pdsync.cli.terminal import Terminal
from pdsync.cli.time_limit import READING_S, start_time_limit, waiting_told
from pdsync.client import RestApiV2Client
from pdsync.client.server_clock import ServerClock
from pdsync.engine.connection import connect
from pdsync.model.codec.secret_text import USED
from pdsync.model.instant import render_duration

_DAY_S = 86_400
OTHER_HOSTS = ("slack", "jira_cloud")
"""The hosts that take the token of a user, and no key of the account."""
NO_CREDENTIAL = (
    "that takes the API token of a user, and pdsync.yaml names none. Write 'credentials: {user_token: VARIABLE}', and set that environment "
    "variable"
)
_SANDBOX_TOKEN = "u+sandboxsandboxsandbox1"  # noqa: S105 - the sandbox takes any


@contextmanager
def open_client(invocation: Invocation, settings: Settings, time_s: int = READING_S) -> Iterator[RestApiV2Client]:
    """A client for as long as the context lasts. Raises UsageError without a token, CliError without a sandbox.

    Args:
        time_s: how long the command may take, unless the user says otherwise.
    """
    limit = start_time_limit(invocation, time_s)
    invocation.secrets.follow(USED.copy)
    with ExitStack() as stack:
        if settings.base_url is None:
            url, token = stack.enter_context(embedded_sandbox(settings)), _SANDBOX_TOKEN
            invocation.token_source = "--sandbox"  # noqa: S105
        else:
            url, token = settings.base_url, read_token(invocation)
        invocation.base_url, invocation.base_url_source = url, settings.base_url_source
        invocation.terminal.detail(f"API: {url}{f' ({settings.base_url_source})' if settings.base_url_source else ''}")
        client = stack.enter_context(connect(token, base_url=url, from_email=settings.from_email))
        client.server_clock.on_first_use = _clock_told(invocation.terminal, client.server_clock)
        client.total_time_s = limit.left_s
        _add_hosts(client, invocation, settings)
        for other in client.hosts.values():
            stack.enter_context(other)
        stack.enter_context(retries_shown(invocation))
        host = urlsplit(url).netloc
        stack.enter_context(waiting_told(invocation, host, client))
        yield client
        calls = sum(sum(each.api_call_counts.values()) for each in (client, *client.hosts.values()))
        invocation.terminal.detail(f"{calls} request{'' if calls == 1 else 's'}")


def _add_hosts(client: RestApiV2Client, invocation: Invocation, settings: Settings) -> None:
    """Gives the client the other hosts of PagerDuty, if there is a credential for them; else what to do about that. Raises UsageError for
    a credential that no host would take."""
    if settings.base_url is not None and settings.config.user_token is None:
        client.missing_hosts.update(dict.fromkeys(OTHER_HOSTS, NO_CREDENTIAL))
        return
    from pdsync.cli.setting.credential import add_hosts

    add_hosts(client, invocation, _SANDBOX_TOKEN if settings.base_url is None else None, settings.config.user_token)


@contextmanager
def embedded_sandbox(settings: Settings) -> Iterator[str]:
    """The address of the sandbox of this folder, which serves for as long as the context lasts."""
    from pdsync.sandbox import SandboxServer

    make_local_folder(settings.config.folder)
    refuse_link(settings.sandbox_db)
    try:
        server = SandboxServer(db=str(settings.sandbox_db), seed=settings.sandbox_seed or "none")
    except ImportError as error:
        raise CliError(str(error)) from None
    with server:
        yield server.url


def _clock_told(terminal: Terminal, clock: ServerClock) -> Callable[[float | None], None]:
    """Says once that the clock of this machine is wrong, or that nothing tells whether it is."""

    def tell(ahead_s: float | None) -> None:
        if ahead_s is None:
            terminal.warn(
                "PagerDuty's answers have no usable date, so pdsync uses the clock of this machine: make sure that it is right"
            )
        elif clock.is_skewed:
            unit_s = 60 if abs(ahead_s) < _DAY_S else _DAY_S
            how_far = render_duration(int(abs(ahead_s)) // unit_s * unit_s)
            where = "ahead of" if ahead_s > 0 else "behind"
            terminal.warn(f"the clock of this machine is {how_far} {where} PagerDuty's clock. pdsync uses PagerDuty's")

    return tell


class _Notes(logging.Handler):
    """Shows what the client logs: that it waits and tries again."""

    def __init__(self, invocation: Invocation) -> None:
        super().__init__(logging.DEBUG if invocation.terminal.verbosity >= 2 else logging.WARNING)
        self._terminal = invocation.terminal

    def emit(self, record: logging.LogRecord) -> None:
        self._terminal.note(record.getMessage())


@contextmanager
def retries_shown(invocation: Invocation) -> Iterator[None]:
    """Shows what the client logs for as long as the context lasts."""
    logger, handler = logging.getLogger("pdsync"), _Notes(invocation)
    level, propagate = logger.level, logger.propagate
    logger.addHandler(handler)
    logger.setLevel(handler.level)
    logger.propagate = False
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
        logger.propagate = propagate

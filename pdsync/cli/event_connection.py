"""The connection to the Events API: its address, its routing key, and what its failures mean for the event."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

from pdsync.cli.client_error import explain_client_error
from pdsync.cli.connection import embedded_sandbox, retries_shown
from pdsync.cli.error import CliError, UnknownOutcomeError, UsageError
from pdsync.cli.invocation import Invocation
from pdsync.cli.setting.setting import load_settings
from pdsync.cli.time_limit import READING_S, start_time_limit
from pdsync.client import AmbiguousWriteError, Error, EventsApiV2Client, HttpError, NetworkError
from pdsync.client.events_api_v2_client import EVENT_RETRIES
from pdsync.client.network import surely_not_processed
from pdsync.client.options import ClientOptions
from pdsync.engine.connection import CLIENT_OPTIONS, FIRST_WAIT_S

HINT_KEY = "Is it the key of an Events API v2 integration (32 characters), of an account in this region?"
_HINT_EVENT = "PagerDuty did not accept the event. Correct what its answer names, and send the event again."
KEY_VARIABLE = "PAGERDUTY_ROUTING_KEY"
_TOTAL_TIME_S = 180.0


def events_url(api_url: str) -> str:
    """Where events go, for an address of the REST API.

    PagerDuty's own hosts come in pairs: events of ``api.eu.pagerduty.com`` go to ``events.eu.pagerduty.com``. Any other
    address, such as a sandbox or a gateway, serves both.
    """
    parts = urlsplit(api_url)
    host = parts.hostname or ""
    if host.startswith("api.") and host.endswith(".pagerduty.com"):
        return f"https://events.{host.removeprefix('api.')}"
    return api_url


@contextmanager
def open_events_client(invocation: Invocation, key: str | None, *, resend: bool) -> Iterator[EventsApiV2Client]:
    """A client for as long as the context lasts. Errors in it come out as CliErrors, which say what is to be done.

    Args:
        key: the routing key of the command line, if there was one.
        resend: whether an event may be sent again that may have been taken already. With a deduplication key it is
            the same alert then; a change event has none.

    Raises:
        UsageError: no key. UnknownOutcomeError: it may have been taken. CliError: it was not.
    """
    settings = load_settings(invocation)
    routing_key = read_routing_key(invocation, key)
    with ExitStack() as stack:
        if settings.base_url is None:
            url = stack.enter_context(embedded_sandbox(settings))
        else:
            url = events_url(settings.base_url)
        invocation.base_url, invocation.base_url_source = url, settings.base_url_source
        invocation.terminal.detail(f"Events API: {url}")
        options: ClientOptions = {
            **CLIENT_OPTIONS,
            "retry": EVENT_RETRIES,
            "retry_ambiguous_posts": resend,
            "retry_total_time_s": _TOTAL_TIME_S,
            "total_time_s": start_time_limit(invocation, READING_S).left_s,
        }
        client = EventsApiV2Client(routing_key, base_url=url, **options)
        client.sleep_timer = FIRST_WAIT_S
        stack.enter_context(client)
        stack.enter_context(retries_shown(invocation))
        try:
            yield client
        except Error as error:
            raise _told(error, invocation) from error


def read_routing_key(invocation: Invocation, given: str | None) -> str:
    """The key, with its source noted in the invocation. Raises UsageError when there is none that can be used.

    Tools that pdsync replaces take the key as an option, so pdsync does too. Every user of the machine can read a command line, so
    the environment is the better place.
    """
    key, source = (given.strip(), "-k") if given is not None else (invocation.env(KEY_VARIABLE) or "", KEY_VARIABLE)
    if not key:
        what = "the routing key of -k is empty" if given is not None else "there is no routing key"
        raise UsageError(what, f"Set {KEY_VARIABLE}, or use -k. It is the key of an Events API v2 integration.")
    invocation.secrets.append(key)
    if not (key.isascii() and key.isalnum()):
        raise UsageError(
            f"the routing key from {source} contains characters that no key has", "A key has only letters and digits."
        )
    invocation.token_source = source
    return key


def _told(error: Error, invocation: Invocation) -> CliError:
    message, hint = explain_client_error(error, invocation)
    lost = isinstance(error, NetworkError) and not (error.__cause__ and surely_not_processed(error.__cause__))
    failed = isinstance(error, HttpError) and error.status >= 500
    if lost or failed or isinstance(error, AmbiguousWriteError):
        return UnknownOutcomeError(f"{message}. PagerDuty may have accepted the event anyway", hint)
    if isinstance(error, HttpError) and 400 <= error.status < 500 and error.status != 429:
        # Details that name another field say what is wrong with the event itself.
        about_key = not error.errors or any("routing" in detail.lower() for detail in error.errors)
        return CliError(message, HINT_KEY if about_key else _HINT_EVENT)
    return CliError(message, hint)

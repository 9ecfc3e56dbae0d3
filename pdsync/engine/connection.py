"""The client that the use cases work with: careful, and never writing twice."""

from __future__ import annotations

from pdsync.client import RestApiV2Client
from pdsync.client.options import ClientOptions

_RETRIED = {502: 4, 503: 4, 504: 4}
_TIMEOUT_S = (10.0, 60.0)
# A POST whose answer was lost may have been carried out. It is never re-sent blindly: apply looks first.
CLIENT_OPTIONS: ClientOptions = {"retry": _RETRIED, "timeout": _TIMEOUT_S, "retry_ambiguous_posts": False}
NETWORK_RETRIES = 2
FIRST_WAIT_S = 0.5


def connect(token: str, *, base_url: str | None = None, from_email: str | None = None) -> RestApiV2Client:
    """A client with the timeouts and retries of pdsync; a context manager.

    Args:
        base_url: another address than that of PagerDuty in the US, such as ``https://api.eu.pagerduty.com``.
        from_email: the user for whom an account-level token acts.
    """
    client = RestApiV2Client(token, default_from=from_email, base_url=base_url, **CLIENT_OPTIONS)
    client.max_network_attempts = NETWORK_RETRIES
    client.sleep_timer = FIRST_WAIT_S
    return client

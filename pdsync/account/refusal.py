"""What PagerDuty refuses to show: a kind that the account's plan lacks, or that the token may not read."""

from __future__ import annotations

from pdsync.client import HttpError, NetworkError, RestApiV2Client, UrlError
from pdsync.client.rest_api_v2_base_client import RestApiV2BaseClient
from pdsync.client.rest_api_v2_client import REST_HOST

NOT_FOUND = 404
REFUSED = (402, 403, NOT_FOUND)
"""What PagerDuty answers for a collection that the account's plan does not have, or the token may not read."""
REFUSED_ELSEWHERE = (401, *REFUSED)
"""The same of another host: its credential is another one, and says nothing about that of the account."""


OF_A_USER = "The token that 'credentials' in pdsync.yaml names must be that of a user; a key of the account is refused"
"""What to do where another host refuses a credential."""
_OF_CREDENTIAL = (401, 403)


class UnknownKindError(Exception):
    """The account's plan or the token does not let pdsync read a kind. The text says what PagerDuty answered."""

    def __init__(self, error: HttpError | UrlError | NetworkError, host: str = REST_HOST) -> None:
        super().__init__(said_by(error) if host == REST_HOST else said_by_host(error))
        self.error = error


def said_by(error: HttpError | UrlError | NetworkError) -> str:
    """What PagerDuty answered, as a clause; of a host without a credential, what to do about it."""
    if not isinstance(error, HttpError):
        return str(error).rstrip(".")
    said = "; ".join((error.message, *error.errors))
    return f"PagerDuty answered HTTP {error.status}{f': {said}' if said else ''}".rstrip(".")


def said_by_host(error: HttpError | UrlError | NetworkError) -> str:
    """The same of a host that takes a credential of its own."""
    is_of_token = isinstance(error, HttpError) and error.status in _OF_CREDENTIAL
    return f"{said_by(error)}. {OF_A_USER}" if is_of_token else said_by(error)


def client_of(client: RestApiV2Client, host: str) -> RestApiV2BaseClient:
    """The client of a host. Raises UnknownKindError where there is no credential for it."""
    try:
        return client.for_host(host)
    except UrlError as error:
        raise UnknownKindError(error) from error


def is_refused(error: HttpError, host: str) -> bool:
    """Whether an answer of this host says that its collection is not to be had."""
    return error.status in (REFUSED if host == REST_HOST else REFUSED_ELSEWHERE)

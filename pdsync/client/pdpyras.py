"""The names and signatures of pdpyras, for code that was written for it:

    from pdsync.client import pdpyras

Sessions here are clients of ``pdsync.client`` with what pdpyras documents differently: a status with a limit in ``retry``
raises PDHTTPError when the retries have run out, where clients return the response. New code is better off with
``pdsync.client`` itself. The errors are the same classes under both names, so either ``except`` catches them.
"""

from typing import ClassVar

from requests import Response

from pdsync.client import (
    CANONICAL_PATHS,
    CURSOR_BASED_PAGINATION_PATHS,
    ENTITY_WRAPPER_CONFIG,
    ApiClient,
    Error,
    HttpError,
    HttpServerError,
    RestApiV2Client,
    UrlError,
    canonical_path,
    endpoint_matches,
    entity_wrappers,
    http_error_message,
    infer_entity_wrapper,
    is_path_param,
    last_4,
    normalize_url,
    plural_name,
    singular_name,
    successful_response,
    truncate_text,
    try_decoding,
    unwrap,
)
from pdsync.client.decorators import auto_json, deprecated_kwarg, requires_success, resource_url, wrapped_entities
from pdsync.client.defaults import keep_settings_of
from pdsync.client.events_api_v2_client import EventsApiV2Client

__all__ = [
    "CANONICAL_PATHS",
    "CURSOR_BASED_PAGINATION_PATHS",
    "ENTITY_WRAPPER_CONFIG",
    "ITERATION_LIMIT",
    "TEXT_LEN_LIMIT",
    "TIMEOUT",
    "APISession",
    "ChangeEventsAPISession",
    "EventsAPISession",
    "PDClientError",
    "PDHTTPError",
    "PDServerError",
    "PDSession",
    "URLError",
    "auto_json",
    "canonical_path",
    "deprecated_kwarg",
    "endpoint_matches",
    "entity_wrappers",
    "http_error_message",
    "infer_entity_wrapper",
    "is_path_param",
    "last_4",
    "normalize_url",
    "plural_name",
    "requires_success",
    "resource_url",
    "singular_name",
    "successful_response",
    "truncate_text",
    "try_decoding",
    "unwrap",
    "wrapped_entities",
]

TIMEOUT: int
TEXT_LEN_LIMIT: int
ITERATION_LIMIT: int
keep_settings_of(__name__)
"""The settings are those of ``pdsync.client``: setting one here sets it there too."""

PDClientError = Error
PDHTTPError = HttpError
PDServerError = HttpServerError
URLError = UrlError


class PDSession(ApiClient):
    """The base of the sessions: ``ApiClient``, with no methods permitted until a subclass says which."""

    default_url: ClassVar[str] = RestApiV2Client.default_url
    permitted_methods: tuple[str, ...] = ()

    def postprocess(self, response: Response, suffix: str | None = None) -> None:
        """Record a call. Raises PDHTTPError for a status whose retries, by ``retry``, have run out."""
        super().postprocess(response, suffix)
        if self.retry.get(response.status_code, 0) > 0:
            successful_response(response, "no retries are left")


class APISession(RestApiV2Client, PDSession):
    """A session with the REST API v2.

    Args:
        api_key: a REST API key, or an OAuth access token.
        default_from: the login email to send as ``From``.
        auth_type: ``token``, or ``bearer`` or ``oauth2`` for an OAuth access token.
        debug: prints all log messages to ``sys.stderr``.
    """

    permitted_methods = ApiClient.permitted_methods


class EventsAPISession(EventsApiV2Client, PDSession):
    """A session with the Events API v2, for alerts: ``trigger``, ``acknowledge``, ``resolve``, ``send_event``."""


class ChangeEventsAPISession(EventsApiV2Client, PDSession):
    """A session with the Events API v2, for changes: ``submit``, ``send_change_event``."""

"""A client library for PagerDuty's APIs. Useful without the rest of pdsync.

from pdsync.client import RestApiV2Client

with RestApiV2Client(API_KEY) as client:
    for user in client.iter_all("users"):
        print(user["name"])
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from pdsync.client.api_client import ApiClient
from pdsync.client.auth_method import (
    OAuthTokenAuthMethod,
    PassThruHeaderAuthMethod,
    RoutingKeyAuthMethod,
    TokenAuthMethod,
)
from pdsync.client.defaults import keep_settings_of
from pdsync.client.endpoints import (
    CANONICAL_PATHS,
    CURSOR_BASED_PAGINATION_PATHS,
    ENTITY_WRAPPER_CONFIG,
    Endpoint,
    canonical_path,
    collection_endpoints,
    endpoint_matches,
    is_path_param,
)
from pdsync.client.entity import entity_wrappers, infer_entity_wrapper, plural_name, singular_name, unwrap
from pdsync.client.errors import (
    AmbiguousWriteError,
    DuplicateError,
    Error,
    HttpError,
    HttpServerError,
    IncompleteListError,
    NetworkError,
    ServerHttpError,
    UrlError,
)
from pdsync.client.recovery import Recovery
from pdsync.client.response import http_error_message, successful_response, try_decoding
from pdsync.client.rest_api_v2_base_client import RestApiV2BaseClient
from pdsync.client.rest_api_v2_client import RestApiV2Client
from pdsync.client.text import last_4, truncate_text
from pdsync.client.urls import normalize_url
from pdsync.version import __version__

if TYPE_CHECKING:
    from pdsync.client.decorators import (
        auto_json,
        deprecated_kwarg,
        requires_success,
        resource_url,
        wrapped_entities,
    )
    from pdsync.client.events_api_v2_client import EventsApiV2Client
    from pdsync.client.integration_api_client import (
        JiraCloudIntegrationApiClient,
        JiraServerIntegrationApiClient,
        MsTeamsIntegrationApiClient,
        SlackIntegrationApiClient,
        SlackIntegrationConnectionsApiClient,
    )
    from pdsync.client.mcp_api_client import McpApiClient
    from pdsync.client.oauth_token_client import OAuthTokenClient
    from pdsync.client.scim_api_client import ScimApiClient

TIMEOUT: int
"""Seconds without an answer after which a request of a new client fails. A program may set it, as it may the next two."""
TEXT_LEN_LIMIT: int
"""The longest piece of API content, in characters, that an error message quotes."""
ITERATION_LIMIT: int
"""The last row of a listing that is asked for. PagerDuty returns no row beyond 10,000, and refuses such a request."""
keep_settings_of(__name__)

# What reading and writing an account does not take is loaded when it is asked for.
_MODULES = {
    "EventsApiV2Client": "events_api_v2_client",
    "JiraCloudIntegrationApiClient": "integration_api_client",
    "JiraServerIntegrationApiClient": "integration_api_client",
    "McpApiClient": "mcp_api_client",
    "MsTeamsIntegrationApiClient": "integration_api_client",
    "OAuthTokenClient": "oauth_token_client",
    "ScimApiClient": "scim_api_client",
    "SlackIntegrationApiClient": "integration_api_client",
    "SlackIntegrationConnectionsApiClient": "integration_api_client",
    "auto_json": "decorators",
    "deprecated_kwarg": "decorators",
    "requires_success": "decorators",
    "resource_url": "decorators",
    "wrapped_entities": "decorators",
}

__all__ = [
    "CANONICAL_PATHS",
    "CURSOR_BASED_PAGINATION_PATHS",
    "ENTITY_WRAPPER_CONFIG",
    "ITERATION_LIMIT",
    "TEXT_LEN_LIMIT",
    "TIMEOUT",
    "AmbiguousWriteError",
    "ApiClient",
    "DuplicateError",
    "Endpoint",
    "Error",
    "EventsApiV2Client",
    "HttpError",
    "HttpServerError",
    "IncompleteListError",
    "JiraCloudIntegrationApiClient",
    "JiraServerIntegrationApiClient",
    "McpApiClient",
    "MsTeamsIntegrationApiClient",
    "NetworkError",
    "OAuthTokenAuthMethod",
    "OAuthTokenClient",
    "PassThruHeaderAuthMethod",
    "Recovery",
    "RestApiV2BaseClient",
    "RestApiV2Client",
    "RoutingKeyAuthMethod",
    "ScimApiClient",
    "ServerHttpError",
    "SlackIntegrationApiClient",
    "SlackIntegrationConnectionsApiClient",
    "TokenAuthMethod",
    "UrlError",
    "__version__",
    "auto_json",
    "canonical_path",
    "collection_endpoints",
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


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

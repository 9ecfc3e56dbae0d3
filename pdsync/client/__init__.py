"""A client library for PagerDuty's APIs. Useful without the rest of pdsync.

from pdsync.client import RestApiV2Client

with RestApiV2Client(API_KEY) as client:
    for user in client.iter_all("users"):
        print(user["name"])
"""

from pdsync.client.api_client import ApiClient
from pdsync.client.endpoints import (
    CANONICAL_PATHS,
    CURSOR_BASED_PAGINATION_PATHS,
    ENTITY_WRAPPER_CONFIG,
    canonical_path,
    endpoint_matches,
    is_path_param,
)
from pdsync.client.entity import entity_wrappers, infer_entity_wrapper, plural_name, unwrap
from pdsync.client.errors import (
    AmbiguousWriteError,
    Error,
    HttpError,
    HttpServerError,
    IncompleteListError,
    NetworkError,
    ServerHttpError,
    UrlError,
)
from pdsync.client.pagination import ITERATION_LIMIT
from pdsync.client.response import http_error_message, successful_response, try_decoding
from pdsync.client.rest_api_v2_base_client import RestApiV2BaseClient
from pdsync.client.rest_api_v2_client import RestApiV2Client
from pdsync.client.retrying_session import TIMEOUT
from pdsync.client.text import TEXT_LEN_LIMIT, last_4, truncate_text
from pdsync.client.urls import normalize_url

__all__ = [
    "CANONICAL_PATHS",
    "CURSOR_BASED_PAGINATION_PATHS",
    "ENTITY_WRAPPER_CONFIG",
    "ITERATION_LIMIT",
    "TEXT_LEN_LIMIT",
    "TIMEOUT",
    "AmbiguousWriteError",
    "ApiClient",
    "Error",
    "HttpError",
    "HttpServerError",
    "IncompleteListError",
    "NetworkError",
    "RestApiV2BaseClient",
    "RestApiV2Client",
    "ServerHttpError",
    "UrlError",
    "canonical_path",
    "endpoint_matches",
    "entity_wrappers",
    "http_error_message",
    "infer_entity_wrapper",
    "is_path_param",
    "last_4",
    "normalize_url",
    "plural_name",
    "successful_response",
    "truncate_text",
    "try_decoding",
    "unwrap",
]

"""Calls that know about entity wrapping: the j* and r* methods."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar, TypeAlias, Unpack

from requests import Response
from requests.structures import CaseInsensitiveDict

from pdsync.client.api_client import WITH_BODY, ApiClient
from pdsync.client.auth_method import (
    AuthMethod,
    Credential,
    OAuthTokenAuthMethod,
    PassThruHeaderAuthMethod,
    TokenAuthMethod,
)
from pdsync.client.endpoint_config import EndpointConfig
from pdsync.client.endpoints import Endpoint, EndpointIndex, Wrappers
from pdsync.client.entity import unwrap_if_any, wrap
from pdsync.client.errors import UrlError
from pdsync.client.options import ClientOptions, RequestOptions
from pdsync.client.response import successful_response, try_decoding
from pdsync.client.urls import Params, url_path

__all__ = ["EntityClient", "Resource", "resource_address"]

Resource: TypeAlias = str | Mapping[str, Any]
"""A URL or path, or an object of the API or a reference to one, whose ``self`` is the URL."""


_CONFIGURABLE = ("canonical_paths", "cursor_based_pagination_paths", "entity_wrapper_config")


def resource_address(resource: Resource) -> str:
    """The URL of a resource. Raises UrlError for what is neither a URL nor a mapping with one at ``self``."""
    if isinstance(resource, str):
        return resource
    url = resource.get("self") if isinstance(resource, Mapping) else None
    if not isinstance(url, str):
        raise UrlError("a resource must be a URL, or a mapping with its URL at 'self'")
    return url


class EntityClient(ApiClient):
    """A client of an API with the conventions of REST API v2, whose endpoints are in ``endpoints``.

    The ``j*`` methods return the decoded body, the ``r*`` methods its content without wrapper, None for an answer without
    body. Both take a URL, a path or a resource, raise ``HttpError`` for every status but 2xx, and hand further keyword
    arguments to ``requests``. ``r*`` and the listing methods work for described endpoints; ``get`` and ``j*`` for any.

    Args:
        auth_type: ``token``, ``bearer`` or ``oauth2`` (which are the same) for an OAuth access token, or ``header_passthru``
            for a whole ``Authorization`` header. An authentication object in place of the key needs none.
        more_endpoints: endpoints that ``endpoints`` of the class does not have, or has otherwise; see
            ``collection_endpoints``. ``r*`` and the listing methods then work for these too.
        Others as for ``ApiClient``.

    Raises:
        UrlError: an endpoint whose path cannot be used, besides what ``ApiClient`` raises.
    """

    endpoints: EndpointIndex = EndpointIndex(())
    """The endpoints of this API."""

    accept: ClassVar[str] = "application/vnd.pagerduty+json;version=2"

    def __init__(
        self,
        api_key: Credential | None = None,
        auth_type: str = "token",
        debug: bool = False,
        base_url: str | None = None,
        more_endpoints: Iterable[Endpoint] = (),
        **options: Unpack[ClientOptions],
    ) -> None:
        self._auth_type = self._checked_auth_type(auth_type)
        super().__init__(api_key, debug, base_url, **options)
        more_endpoints = tuple(more_endpoints)
        self.endpoints = self.endpoints.extended(more_endpoints)
        self._more_endpoints = more_endpoints
        self._config: EndpointConfig | None = None
        if "Accept" not in CaseInsensitiveDict(options.get("headers") or {}):
            self.headers["Accept"] = self.accept

    @property
    def auth_type(self) -> str:
        """How the credential is sent, a name of ``auth_type_mapping``. Setting it makes a new ``auth_method``."""
        mapping, kind = self.auth_type_mapping, type(self.auth_method)
        if mapping.get(self._auth_type) is kind:
            return self._auth_type
        return next((name for name, it in mapping.items() if it is kind), self._auth_type)

    @auth_type.setter
    def auth_type(self, auth_type: str) -> None:
        self._auth_type = self._checked_auth_type(auth_type)
        self.auth_method = self._method_for(self.api_key)

    @property
    def auth_type_mapping(self) -> dict[str, type[AuthMethod]]:
        """What ``auth_type`` may be. ``bearer`` and ``oauth2`` are the same. A subclass may add to it."""
        return {
            "token": TokenAuthMethod,
            "bearer": OAuthTokenAuthMethod,
            "oauth2": OAuthTokenAuthMethod,
            "header_passthru": PassThruHeaderAuthMethod,
        }

    @property
    def canonical_paths(self) -> list[str]:
        """The paths that ``r*`` and the listing methods know. A subclass for another API, or a newer one, may override it."""
        return list(self.endpoints.paths)

    @property
    def cursor_based_pagination_paths(self) -> list[str]:
        """Those of ``canonical_paths`` whose listings go on by ``next_cursor``. May be overridden like them."""
        return list(self.endpoints.cursor_paths)

    @property
    def entity_wrapper_config(self) -> dict[str, str | Wrappers | None]:
        """The wrappers by ``METHOD PATH``, as in ``ENTITY_WRAPPER_CONFIG``. May be overridden like ``canonical_paths``.

        What an override does not name keeps its wrappers if it is in ``endpoints``, and has those of the convention if not.
        """
        return dict(self.endpoints.wrapper_config)

    def prepare_headers(
        self, method: str, user_headers: Mapping[str, str | bytes | None] | None = None
    ) -> Mapping[str, str | bytes | None]:
        """As ``ApiClient`` has it, and the content type of methods with a body."""
        headers: CaseInsensitiveDict[str | bytes | None] = CaseInsensitiveDict()
        # For a body that the caller encoded and gave as ``data``: the HTTP library cannot know that it is JSON.
        if method in WITH_BODY and "Content-Type" not in self.headers:
            headers["Content-Type"] = "application/json"
        headers.update(super().prepare_headers(method, user_headers))
        return headers

    def canonical_path(self, url: str) -> str:
        """The path of a URL as the API reference has it. Raises UrlError if the API has none such."""
        return self._index.canonical_path(url_path(self.url, url))

    def entity_wrappers(self, http_method: str, path: str) -> Wrappers:
        """(request wrapper, response wrapper) of an endpoint; None means unwrapped. Raises UrlError if unknown.

        A GET has no body to wrap, and gives the response wrapper twice.
        """
        return self._endpoint(http_method.upper(), path).wrappers

    def jget(
        self, resource: Resource, *, params: Params = None, json: Any = None, **options: Unpack[RequestOptions]
    ) -> Any:
        """GET; the decoded body."""
        return try_decoding(self._call("GET", resource_address(resource), json, {"params": params, **options}))

    def jpost(
        self, resource: Resource, *, json: Any = None, params: Params = None, **options: Unpack[RequestOptions]
    ) -> Any:
        """POST of ``json`` as it is; the decoded body."""
        return try_decoding(self._call("POST", resource_address(resource), json, {"params": params, **options}))

    def jput(
        self, resource: Resource, *, json: Any = None, params: Params = None, **options: Unpack[RequestOptions]
    ) -> Any:
        """PUT of ``json`` as it is; the decoded body."""
        return try_decoding(self._call("PUT", resource_address(resource), json, {"params": params, **options}))

    def jpatch(
        self, resource: Resource, *, json: Any = None, params: Params = None, **options: Unpack[RequestOptions]
    ) -> Any:
        """PATCH of ``json`` as it is; the decoded body."""
        return try_decoding(self._call("PATCH", resource_address(resource), json, {"params": params, **options}))

    def rget(
        self, resource: Resource, *, params: Params = None, json: Any = None, **options: Unpack[RequestOptions]
    ) -> Any:
        """GET; the object, or the list of one page of a collection."""
        return self._wrapped_call("GET", resource, json, False, {"params": params, **options})

    def rpost(
        self,
        url: Resource,
        *,
        json: Any = None,
        params: Params = None,
        wrap: bool | None = None,
        **options: Unpack[RequestOptions],
    ) -> Any:
        """POST; the created object.

        ``json`` may be the content or the full body, which is a mapping with nothing but the wrapper; ``wrap`` (True:
        it is the content, False: it is the full body) decides where that could be mistaken. It is not changed.
        """
        return self._wrapped_call("POST", url, json, wrap, {"params": params, **options})

    def rput(
        self,
        resource: Resource,
        *,
        json: Any = None,
        params: Params = None,
        wrap: bool | None = None,
        **options: Unpack[RequestOptions],
    ) -> Any:
        """PUT; the updated object, or the list for a multi-update. ``json`` and ``wrap`` as for ``rpost``."""
        return self._wrapped_call("PUT", resource, json, wrap, {"params": params, **options})

    def rpatch(
        self,
        url: Resource,
        *,
        json: Any = None,
        params: Params = None,
        wrap: bool | None = None,
        **options: Unpack[RequestOptions],
    ) -> Any:
        """PATCH; the updated object. ``json`` and ``wrap`` as for ``rpost``."""
        return self._wrapped_call("PATCH", url, json, wrap, {"params": params, **options})

    def rdelete(
        self, resource: Resource, *, params: Params = None, json: Any = None, **options: Unpack[RequestOptions]
    ) -> Response:
        """DELETE; the response, which is 2xx."""
        return self._call("DELETE", resource_address(resource), json, {"params": params, **options})

    def _checked_auth_type(self, auth_type: str) -> str:
        if auth_type not in self.auth_type_mapping:
            # It is not quoted: it may be a credential in the wrong place.
            raise UrlError(f"auth_type must be one of {', '.join(self.auth_type_mapping)}")
        return auth_type

    def _method_for(self, api_key: str) -> AuthMethod:
        return self.auth_type_mapping[self._auth_type](api_key)

    @property
    def _index(self) -> EndpointIndex:
        """``endpoints``, and what overrides of ``canonical_paths`` and its like say beyond them or against them."""
        overridden = any(getattr(type(self), name) is not getattr(EntityClient, name) for name in _CONFIGURABLE)
        if not overridden:
            return self.endpoints
        paths, cursor_paths = self.canonical_paths, self.cursor_based_pagination_paths
        self._config = self._config or EndpointConfig(self._more_endpoints)
        return self._config.index(self.endpoints, paths, cursor_paths, self.entity_wrapper_config)

    def _endpoint_name(self, url: str) -> str:
        try:
            return self.canonical_path(url)
        except UrlError:
            return super()._endpoint_name(url)

    def _endpoint(self, method: str, url: str) -> Endpoint:
        return self._index.match(method, url_path(self.url, url))

    def _call(self, method: str, url: str, json: Any, options: Mapping[str, Any]) -> Response:
        """A call by the method of that name, so that a subclass or a test may put its own in place of it."""
        given = {name: value for name, value in {"json": json, **options}.items() if value is not None}
        send: Callable[..., Response] = getattr(self, method.lower())
        return successful_response(send(url, **given))

    def _wrapped_call(
        self,
        method: str,
        resource: Resource,
        json: Any,
        explicit: bool | None,
        options: Mapping[str, Any],
    ) -> Any:
        url = resource_address(resource)
        request_wrapper, response_wrapper = self.entity_wrappers(method, url)
        body = json
        if json is not None and method in WITH_BODY:
            body = wrap(request_wrapper, json, explicit=explicit)
        response = self._call(method, url, body, options)
        return unwrap_if_any(response, response_wrapper)

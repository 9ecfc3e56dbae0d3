"""Calls that know about entity wrapping: the j* and r* methods."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar, TypeAlias, Unpack

from requests import Response
from requests.structures import CaseInsensitiveDict

from pdsync.client.api_client import ApiClient
from pdsync.client.auth import AUTH_TYPES, CredentialAuth
from pdsync.client.endpoints import Endpoint, EndpointIndex, Wrappers
from pdsync.client.entity import unwrap, wrap
from pdsync.client.errors import UrlError
from pdsync.client.options import ClientOptions, RequestOptions
from pdsync.client.response import successful_response, try_decoding
from pdsync.client.urls import Params, url_path

__all__ = ["EntityClient", "Resource", "resource_address"]

Resource: TypeAlias = str | Mapping[str, Any]
"""A URL or path, or an object of the API or a reference to one, whose ``self`` is the URL."""


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
        auth_type: ``token``, or ``bearer`` or ``oauth2`` (which are the same) for an OAuth access token.
        more_endpoints: endpoints that ``endpoints`` of the class does not have, or has otherwise; see
            ``collection_endpoints``. ``r*`` and the listing methods then work for these too.
        Others as for ``ApiClient``.

    Raises:
        UrlError: an endpoint whose path cannot be used, besides what ``ApiClient`` raises.
    """

    endpoints: EndpointIndex = EndpointIndex(())
    accept: ClassVar[str] = "application/vnd.pagerduty+json;version=2"

    _auth_type = "token"

    def __init__(
        self,
        api_key: str,
        auth_type: str = "token",
        debug: bool = False,
        base_url: str | None = None,
        more_endpoints: Iterable[Endpoint] = (),
        **options: Unpack[ClientOptions],
    ) -> None:
        super().__init__(api_key, debug, base_url, **options)
        self.endpoints = self.endpoints.extended(more_endpoints)
        self.auth_type = auth_type
        self.headers["Accept"] = self.accept

    @property
    def auth_type(self) -> str:
        """How the credential is sent: ``token``, ``bearer`` or ``oauth2``."""
        return self._auth_type

    @auth_type.setter
    def auth_type(self, auth_type: str) -> None:
        if auth_type not in AUTH_TYPES:
            raise UrlError(f"auth_type must be one of {', '.join(AUTH_TYPES)}, not {auth_type!r}")
        self._auth_type = auth_type
        self.auth = self._credential_auth()

    def prepare_headers(
        self, method: str, user_headers: Mapping[str, str | bytes | None] | None = None
    ) -> Mapping[str, str | bytes | None]:
        headers: CaseInsensitiveDict[str | bytes | None] = CaseInsensitiveDict()
        # For a body that the caller encoded and gave as ``data``: the HTTP library cannot know that it is JSON.
        if method in {"POST", "PUT", "PATCH"} and "Content-Type" not in self.headers:
            headers["Content-Type"] = "application/json"
        headers.update(super().prepare_headers(method, user_headers))
        return headers

    def canonical_path(self, url: str) -> str:
        """The path of a URL as the API reference has it. Raises UrlError if the API has none such."""
        return self.endpoints.canonical_path(url_path(self.url, url))

    def entity_wrappers(self, method: str, url: str) -> Wrappers:
        """(request wrapper, response wrapper) of an endpoint; None means unwrapped. Raises UrlError if unknown."""
        return self._endpoint(method.upper(), url).wrappers

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
        resource: Resource,
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
        return self._wrapped_call("POST", resource, json, wrap, {"params": params, **options})

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
        resource: Resource,
        *,
        json: Any = None,
        params: Params = None,
        wrap: bool | None = None,
        **options: Unpack[RequestOptions],
    ) -> Any:
        """PATCH; the updated object. ``json`` and ``wrap`` as for ``rpost``."""
        return self._wrapped_call("PATCH", resource, json, wrap, {"params": params, **options})

    def rdelete(
        self, resource: Resource, *, params: Params = None, json: Any = None, **options: Unpack[RequestOptions]
    ) -> Response:
        """DELETE; the response, which is 2xx."""
        return self._call("DELETE", resource_address(resource), json, {"params": params, **options})

    def _credential_auth(self) -> CredentialAuth:
        return AUTH_TYPES[self._auth_type](self.api_key)

    def _endpoint_name(self, url: str) -> str:
        try:
            return self.canonical_path(url)
        except UrlError:
            return super()._endpoint_name(url)

    def _endpoint(self, method: str, url: str) -> Endpoint:
        return self.endpoints.match(method, url_path(self.url, url))

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
        request_wrapper, response_wrapper = self._endpoint(method, url).wrappers
        body = None if json is None else wrap(request_wrapper, json, explicit=explicit)
        response = self._call(method, url, body, options)
        return unwrap(response, response_wrapper) if response.content else None

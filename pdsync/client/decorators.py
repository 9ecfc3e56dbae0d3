"""Decorators for methods of your own that make API calls. The types of what they decorate are kept.

The client itself spells its methods out instead.
"""

import warnings
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from requests import Response

from pdsync.client.api_client import WITH_BODY
from pdsync.client.entity import unwrap_if_any, wrap
from pdsync.client.entity_client import EntityClient, Resource, resource_address
from pdsync.client.response import successful_response, try_decoding

__all__ = ["auto_json", "deprecated_kwarg", "requires_success", "resource_url", "wrapped_entities"]

Arguments = ParamSpec("Arguments")
Client = TypeVar("Client")
AnyEntityClient = TypeVar("AnyEntityClient", bound=EntityClient)
Result = TypeVar("Result")


def requires_success(method: Callable[Arguments, Response]) -> Callable[Arguments, Response]:
    """Raises HttpError, or HttpServerError for 5xx, unless the response that the method returns is 2xx."""

    @wraps(method)
    def call(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Response:
        return successful_response(method(*args, **kwargs))

    return call


def auto_json(method: Callable[Arguments, Response]) -> Callable[Arguments, Any]:
    """Returns the decoded body in place of the response; errors as ``requires_success``, or HttpServerError."""

    @wraps(method)
    def call(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Any:
        return try_decoding(successful_response(method(*args, **kwargs)))

    return call


def resource_url(
    method: Callable[Concatenate[Client, str, Arguments], Result],
) -> Callable[Concatenate[Client, Resource, Arguments], Result]:
    """Lets a method whose first argument is a URL take a resource, a mapping with its URL at ``self``, as well.

    The method raises UrlError for anything else.
    """

    @wraps(method)
    def call(client: Client, resource: Resource, /, *args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        return method(client, resource_address(resource), *args, **kwargs)

    return call


def wrapped_entities(
    method: Callable[Concatenate[AnyEntityClient, str, Arguments], Response],
) -> Callable[Concatenate[AnyEntityClient, str, Arguments], Any]:
    """Wraps ``json`` on its way to the method, as the endpoint wants it, and unwraps the body of the response.

    The method is named ``r`` and then the HTTP method, like ``rget``. The body of an answer without one is None.

    Raises:
        ValueError: another name; raised when decorating. From the method, UrlError for an unknown endpoint, HttpError
            for every status but 2xx, HttpServerError for a body without its wrapper.
    """
    name = method.__name__
    verb = name.removeprefix("r").upper()
    if name == verb.lower() or verb not in {"GET", "POST", "PUT", "PATCH", "DELETE"}:
        raise ValueError(f"{name} is not named after an HTTP method, like rget")

    @wraps(method)
    def call(client: AnyEntityClient, url: str, /, *args: Arguments.args, **kwargs: Arguments.kwargs) -> Any:
        request_wrapper, response_wrapper = client.entity_wrappers(verb, url)
        if kwargs.get("json") is not None and verb in WITH_BODY:
            kwargs["json"] = wrap(request_wrapper, kwargs["json"])
        response = successful_response(method(client, url, *args, **kwargs))
        return unwrap_if_any(response, response_wrapper)

    return call


def deprecated_kwarg(deprecated_name: str, details: str | None = None, method: str | None = None) -> None:
    """Warn, with a DeprecationWarning at the caller of the function that calls this, of a keyword argument (of this method)."""
    text = f"keyword argument {deprecated_name!r}{f' of {method}' if method else ''} is deprecated"
    warnings.warn(f"{text}: {details}" if details else text, DeprecationWarning, stacklevel=3)

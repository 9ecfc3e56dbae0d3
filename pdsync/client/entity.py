"""Entity wrapping: the one property most bodies put their content in."""

from collections.abc import Mapping
from typing import Any, cast, overload

from requests import Response

from pdsync.client.endpoints import REST_API_V2, WrapperConfig, Wrappers, endpoint_matches, is_path_param, path_nodes
from pdsync.client.errors import HttpServerError
from pdsync.client.response import http_error_message, try_decoding

__all__ = [
    "configured_wrappers",
    "entity_wrappers",
    "infer_entity_wrapper",
    "plural_name",
    "singular_name",
    "unwrap",
    "unwrap_if_any",
    "unwrap_payload",
    "wrap",
]


@overload
def entity_wrappers(method: str, path: str) -> Wrappers: ...
@overload
def entity_wrappers(method: WrapperConfig, path: str, third: str) -> Wrappers: ...
@overload
def entity_wrappers(*, wrapper_config: WrapperConfig, method: str, path: str) -> Wrappers: ...
def entity_wrappers(
    method: str | WrapperConfig, path: str, third: str | None = None, *, wrapper_config: WrapperConfig | None = None
) -> Wrappers:
    """(request wrapper, response wrapper) of an endpoint; None means unwrapped. A GET gives the response wrapper twice.

    ``entity_wrappers(method, path)`` is of the REST API v2, ``entity_wrappers(wrapper_config, method, path)`` of an API with this
    configuration, where the convention holds for what it does not name.

    Raises:
        UrlError: the REST API v2 has no such canonical path, or it has not this method.
    """
    if third is not None:
        wrapper_config, method, path = cast(WrapperConfig, method), path, third
    verb = cast(str, method).upper()
    if wrapper_config is None:
        return REST_API_V2.match(verb, path).wrappers
    return configured_wrappers(wrapper_config, verb, path)


def configured_wrappers(config: WrapperConfig, method: str, path: str) -> Wrappers:
    """The wrappers that a configuration such as ``ENTITY_WRAPPER_CONFIG`` gives a canonical path, or else the convention.

    An entry of the method goes before one of ``*``.
    """
    found = [key for key in config if endpoint_matches(key, method, path)]
    if not found:
        name = infer_entity_wrapper(method, path)
        return name, name
    value = config[min(found, key=lambda key: key.startswith("*"))]
    return value if isinstance(value, tuple) else (value, value)


def infer_entity_wrapper(method: str, path: str) -> str:
    """The wrapper by convention: plural for collections, singular for their members and for POST.

    The client itself never infers; it looks into the table. This is for paths which no table has. Even so the
    singular comes from the table where the word occurs there (``statuses`` is of ``status``).
    """
    nodes = path_nodes(path)
    names = [node for node in nodes if not is_path_param(node)]
    name = names[-1] if names else ""
    return singular_name(name) if is_path_param(nodes[-1]) or method.upper() == "POST" else name


def plural_name(obj_type: str) -> str:
    """The collection an object's ``type`` belongs to: ``user`` and ``user_reference`` give ``users``."""
    name = obj_type.removesuffix("_reference")
    if name in _PLURALS:
        return _PLURALS[name]
    if name.endswith("y") and name[-2:-1] not in set("aeiou"):
        return name[:-1] + "ies"
    return name + ("es" if name.endswith(("s", "x", "ch", "sh")) else "s")


def wrap(wrapper: str | None, body: Any, *, explicit: bool | None = None) -> Any:
    """The full request body for this content. ``body`` is not changed.

    Args:
        explicit: True wraps in any case, False in none. None wraps unless ``body`` is the full body already,
            which is a mapping with the wrapper as its *only* key and an object or list as its value; an entity
            that merely has a field named like its wrapper is wrapped.
    """
    if wrapper is None or explicit is False:
        return body
    if explicit is None and _is_full_body(wrapper, body):
        return body
    return {wrapper: body}


def unwrap_payload(wrapper: str | None, payload: Any, response: Response) -> Any:
    """The content of a decoded body.

    Raises:
        HttpServerError: the wrapper is not there, against the API's description.
    """
    if wrapper is None:
        return payload
    if not isinstance(payload, dict) or wrapper not in payload:
        raise HttpServerError(http_error_message(response, f"no {wrapper!r} in the answer"), response)
    return payload[wrapper]


def unwrap(response: Response, wrapper: str | None) -> Any:
    """The content of a response, decoded and without its wrapper.

    Raises:
        HttpServerError: not JSON, or the wrapper is not there.
    """
    return unwrap_payload(wrapper, try_decoding(response), response)


def unwrap_if_any(response: Response, wrapper: str | None) -> Any:
    """As ``unwrap``, but None for an answer without a body."""
    payload = try_decoding(response)
    # A fake answer of a test may have no more than ``json()``, so ``content`` is looked at only where that gave nothing.
    if payload is None and not response.content.strip():
        return None
    return unwrap_payload(wrapper, payload, response)


# The full body of these has a second property, which the path says already (PUT of a rule).
_BESIDE: Mapping[str, frozenset[str]] = {"rule": frozenset({"rule_id"})}


def _is_full_body(wrapper: str, body: Any) -> bool:
    if not isinstance(body, Mapping) or not isinstance(body.get(wrapper), (Mapping, list)):
        return False
    return set(body) - {wrapper} <= _BESIDE.get(wrapper, frozenset())


def _collection_names() -> dict[str, str]:
    """Plural to singular, as the API itself has them: from each collection and its members' wrapper."""
    members = {
        path.rpartition("/")[0]: response
        for method, path, _, response, _ in REST_API_V2
        if method == "GET" and response and is_path_param(path.rpartition("/")[2])
    }
    return {
        response: members[path]
        for method, path, _, response, _ in REST_API_V2
        if method == "GET" and response and path in members and response != members[path]
    }


_SINGULARS = _collection_names()
_PLURALS = {singular: plural for plural, singular in reversed(_SINGULARS.items())}


def singular_name(r_name: str) -> str:
    """The singular of a collection: ``policies`` gives ``policy``, and ``statuses``, which the API has, ``status``."""
    name = r_name
    if name in _SINGULARS:
        return _SINGULARS[name]
    if name.endswith("ies"):
        return name[:-3] + "y"
    if name.endswith(("sses", "xes", "ches", "shes", "uses")):
        return name[:-2]
    return name[:-1] if name.endswith("s") and not name.endswith("ss") else name

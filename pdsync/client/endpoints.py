"""What the client knows about each endpoint: wrappers and pagination, found by method and path.

The bulk is the generated ``endpoint_table``; ``endpoint_addition`` has what the API description has wrong or lacks. Here are the
tree in which a path is found, and the views of the whole under the names the API libraries for PagerDuty use.
"""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple, TypeAlias, cast, overload

from pdsync.client.endpoint_addition import EXCEPTIONS, Row
from pdsync.client.endpoint_table import ROWS
from pdsync.client.errors import UrlError
from pdsync.client.urls import url_path

__all__ = [
    "CANONICAL_PATHS",
    "CURSOR_BASED_PAGINATION_PATHS",
    "ENTITY_WRAPPER_CONFIG",
    "REST_API_V2",
    "Endpoint",
    "EndpointIndex",
    "PathTrie",
    "WrapperConfig",
    "Wrappers",
    "canonical_path",
    "collection_endpoints",
    "endpoint_matches",
    "is_path_param",
]

Pagination: TypeAlias = Literal["offset", "cursor", "after", "starting_after"]
Wrappers: TypeAlias = tuple[str | None, str | None]
WrapperConfig: TypeAlias = Mapping[str, str | Wrappers | None]
"""``METHOD PATH`` to the wrapper, (request wrapper, response wrapper) where they differ, or None."""


def is_path_param(path_node: str) -> bool:
    """Whether a node of a canonical path (a value between slashes) is a parameter such as ``{id}``."""
    return path_node.startswith("{") and path_node.endswith("}")


def path_nodes(path: str) -> list[str]:
    """The nodes of a path; leading and trailing slashes do not count."""
    return path.strip("/").split("/")


class _Node:
    __slots__ = ("canonical", "literals", "parameter")

    def __init__(self) -> None:
        self.literals: dict[str, _Node] = {}
        self.parameter: _Node | None = None
        self.canonical: str | None = None


class PathTrie:
    """Finds the canonical path of a concrete one.

    At every node a literal goes before a parameter, so ``/users/me`` is ``/users/me`` and not ``/users/{id}``.
    Where the literal branch leads nowhere the walk comes back: ``/users/PABC123/tags`` is
    ``/{entity_type}/{id}/tags``, although ``users`` is a literal of its own.
    """

    def __init__(self, paths: Iterable[str]) -> None:
        self._root = _Node()
        for path in paths:
            self._add(path)

    def find(self, path: str) -> str | None:
        """The canonical path that this path is an instance of, or None. A canonical path finds itself."""
        return _walk(self._root, path_nodes(path), 0)

    def _add(self, path: str) -> None:
        node = self._root
        for name in path_nodes(path):
            if not is_path_param(name):
                node = node.literals.setdefault(name, _Node())
            else:
                node.parameter = node.parameter or _Node()
                node = node.parameter
        if node.canonical not in (None, path):
            raise UrlError(f"{path} cannot be distinguished from {node.canonical}")
        node.canonical = path


def _walk(node: _Node, names: list[str], position: int) -> str | None:
    if position == len(names):
        return node.canonical
    name = names[position]
    literal = node.literals.get(name)
    found = _walk(literal, names, position + 1) if literal is not None else None
    if found is None and node.parameter is not None and name:
        found = _walk(node.parameter, names, position + 1)
    return found


class Endpoint(NamedTuple):
    """One method of one canonical path.

    ``method`` is ``*`` where the description has the path but no method. A wrapper of None means that the body
    is the content itself. ``pagination`` is None where the answer is all there is.
    """

    method: str
    path: str
    request_wrapper: str | None = None
    response_wrapper: str | None = None
    pagination: Pagination | None = None

    @property
    def wrappers(self) -> Wrappers:
        """(request wrapper, response wrapper). A GET has no body to wrap: by convention it gives the response wrapper twice."""
        request = self.response_wrapper if self.method == "GET" else self.request_wrapper
        return request, self.response_wrapper


def collection_endpoints(
    path: str, member: str, collection: str, pagination: Pagination | None = "offset"
) -> tuple[Endpoint, ...]:
    """The usual endpoints of a collection that the built-in table does not have, for ``more_endpoints`` of a client:
    GET and POST of the collection, GET, PUT and PATCH of a member. DELETE has no wrappers and needs no entry.

    Args:
        path: the collection, such as ``/gadgets`` or ``/teams/{id}/gadgets``.
        member, collection: the wrappers, such as ``gadget`` and ``gadgets``.
        pagination: ``offset``, ``cursor`` (goes on by ``next_cursor``), ``after``, or None where one answer is all there is.
    """
    one = f"{path.rstrip('/')}/{{id}}"
    return (
        Endpoint("GET", path, None, collection, pagination),
        Endpoint("POST", path, member, member),
        Endpoint("GET", one, None, member),
        Endpoint("PUT", one, member, member),
        Endpoint("PATCH", one, member, member),
    )


def _wrapper_config(index: Iterable[Endpoint]) -> dict[str, str | Wrappers | None]:
    config: dict[str, str | Wrappers | None] = {}
    for endpoint in index:
        request, response = endpoint.wrappers
        config[f"{endpoint.method} {endpoint.path}"] = response if request == response else (request, response)
    return config


class EndpointIndex:
    """All endpoints of one API. Later rows replace earlier ones of the same method and path."""

    def __init__(self, rows: Iterable[Row | Endpoint]) -> None:
        by_key = {(path, method): (method, path, *rest) for method, path, *rest in rows}
        self._endpoints = {
            (method, path): Endpoint(method, path, request, response, cast(Pagination | None, pagination))
            for (path, method), (_, _, request, response, pagination) in sorted(by_key.items())
        }
        self.paths: tuple[str, ...] = tuple(dict.fromkeys(path for _, path in self._endpoints))
        self._trie = PathTrie(self.paths)
        self.member_wrappers = frozenset(self._member_wrappers())
        """The wrappers of single objects that are members of a collection, such as ``user``."""
        self.cursor_paths: tuple[str, ...] = tuple(
            dict.fromkeys(endpoint.path for endpoint in self if endpoint.pagination == "cursor")
        )
        """The paths whose listings go on by ``next_cursor``."""
        self.wrapper_config: WrapperConfig = MappingProxyType(_wrapper_config(self))
        """The wrappers of every endpoint, by ``METHOD PATH``."""

    def __iter__(self) -> Iterator[Endpoint]:
        return iter(self._endpoints.values())

    def extended(self, more: Iterable[Endpoint]) -> "EndpointIndex":
        """This index and more endpoints, which replace those of the same method and path.

        Raises:
            UrlError: a path without a leading slash, or one that cannot be distinguished from a path that is there.
        """
        added = tuple(more)
        for endpoint in added:
            if not endpoint.path.startswith("/"):
                raise UrlError(f"the path of an endpoint begins with a slash: {endpoint.path!r}")
        return EndpointIndex((*self, *added)) if added else self

    def canonical_path(self, path: str) -> str:
        """The canonical path of a concrete path such as ``/users/PABC123``.

        Raises:
            UrlError: the API has no such path.
        """
        found = self._trie.find(path)
        if found is None:
            raise UrlError(f"{path} is not a path of this API")
        return found

    def match(self, method: str, path: str) -> Endpoint:
        """The endpoint of a method (upper case) and a concrete or canonical path.

        DELETE is known for every path, since it has no wrappers.

        Raises:
            UrlError: the API has no such path, or the path no such method.
        """
        canonical = self.canonical_path(path)
        found = self._endpoints.get((method, canonical)) or self._endpoints.get(("*", canonical))
        if found is not None:
            return found
        if method == "DELETE":
            return Endpoint(method, canonical)
        raise UrlError(f"the API describes no {method} for {canonical}")

    def _member_wrappers(self) -> Iterator[str]:
        for endpoint in self:
            parent, _, last = endpoint.path.rpartition("/")
            collection = self._endpoints.get(("GET", parent))
            if endpoint.method != "GET" or not is_path_param(last) or collection is None:
                continue
            if endpoint.response_wrapper and endpoint.response_wrapper != collection.response_wrapper:
                yield endpoint.response_wrapper


REST_API_V2 = EndpointIndex((*ROWS, *EXCEPTIONS))


CANONICAL_PATHS: tuple[str, ...] = REST_API_V2.paths
"""Every path of the REST API v2 as its reference shows it, sorted. Read-only view of the table."""

CURSOR_BASED_PAGINATION_PATHS: tuple[str, ...] = REST_API_V2.cursor_paths
"""The paths whose listings go on by ``next_cursor``. Read-only view of the table."""

ENTITY_WRAPPER_CONFIG: WrapperConfig = REST_API_V2.wrapper_config
"""``METHOD PATH`` to the wrapper, (request wrapper, response wrapper) where they differ, or None.

Read-only view of the table, and unlike the tables of the same name in other clients it has every endpoint, not only unusual ones.
"""


@overload
def canonical_path(base_url: str, url: str) -> str: ...
@overload
def canonical_path(base_url: Iterable[str], url: str, third: str) -> str: ...
@overload
def canonical_path(*, paths: Iterable[str], base_url: str, url: str) -> str: ...
def canonical_path(
    base_url: str | Iterable[str], url: str, third: str | None = None, *, paths: Iterable[str] | None = None
) -> str:
    """The canonical path of a URL or path, such as ``/users/{id}/contact_methods``.

    ``canonical_path(base_url, url)`` is of the REST API v2, ``canonical_path(paths, base_url, url)`` of an API with these paths.

    Raises:
        UrlError: a URL outside ``base_url``, or a path the API does not have.
    """
    if third is not None:
        paths, base_url, url = base_url, url, third
    path = url_path(cast(str, base_url), url)
    if paths is None:
        return REST_API_V2.canonical_path(path)
    found = PathTrie(paths).find(path)
    if found is None:
        raise UrlError(f"{path} is not a path of this API")
    return found


def endpoint_matches(endpoint_pattern: str, method: str, path: str) -> bool:
    """Whether a pattern ``METHOD PATH`` (``*`` for any method) is of this method and canonical path."""
    pattern_method, _, pattern_path = endpoint_pattern.partition(" ")
    return pattern_method in {"*", method.upper()} and pattern_path == path

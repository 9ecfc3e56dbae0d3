"""The endpoints of a client whose class describes them itself: by paths, paths with a cursor, and wrappers that break the convention."""

from collections.abc import Iterable, Iterator, Sequence

from pdsync.client.endpoints import Endpoint, EndpointIndex, Pagination, WrapperConfig, endpoint_matches, is_path_param
from pdsync.client.entity import configured_wrappers

__all__ = ["EndpointConfig"]

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


class EndpointConfig:
    """Makes the index of such a client, and makes it again only where the description has changed.

    Args:
        more: endpoints that the maker of the client gave next to it.
    """

    def __init__(self, more: Iterable[Endpoint]) -> None:
        self._more = tuple(more)
        self._described: tuple[object, ...] = ()
        self._index = EndpointIndex(())

    def index(
        self, base: EndpointIndex, paths: Sequence[str], cursor_paths: Sequence[str], config: WrapperConfig
    ) -> EndpointIndex:
        """The endpoints of `paths`: as `base` has them, where `config` and `cursor_paths` do not say otherwise.

        Raises:
            UrlError: two paths that cannot be distinguished.
        """
        described = (base, list(paths), list(cursor_paths), dict(config))
        if described != self._described:
            rows = _endpoints(base, paths, config)
            cursors = frozenset(cursor_paths)
            self._index = EndpointIndex((*(_paginated(row, cursors) for row in rows), *self._more))
            self._described = described
        return self._index


def _endpoints(base: EndpointIndex, paths: Iterable[str], config: WrapperConfig) -> Iterator[Endpoint]:
    before = base.wrapper_config
    changed = {key: value for key, value in config.items() if key not in before or before[key] != value}
    known: dict[str, list[Endpoint]] = {path: [] for path in base.paths}
    for endpoint in base:
        known[endpoint.path].append(endpoint)
    for path in paths:
        yield from known.get(path, ())
        for method in _METHODS:
            if path not in known or any(endpoint_matches(key, method, path) for key in changed):
                request, response = configured_wrappers(changed, method, path)
                yield Endpoint(method, path, None if method == "GET" else request, response, _style(base, method, path))


def _style(base: EndpointIndex, method: str, path: str) -> Pagination | None:
    """The pagination of an endpoint that `config` describes: the one of `base`, or that of the convention."""
    if method != "GET":
        return None
    own = next((it.pagination for it in base if (it.method, it.path) == (method, path)), None)
    return own or (None if is_path_param(path.rpartition("/")[2]) else "offset")


def _paginated(endpoint: Endpoint, cursor_paths: frozenset[str]) -> Endpoint:
    if endpoint.method == "GET" and endpoint.path in cursor_paths:
        return endpoint._replace(pagination="cursor")
    if endpoint.pagination == "cursor":
        return endpoint._replace(pagination="offset")
    return endpoint

"""A tree of canonical paths, walked segment by segment."""

from collections.abc import Iterable

from pdsync.client.errors import UrlError

__all__ = ["PathTrie", "is_path_param"]


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
            raise UrlError(f"{path} cannot be told from {node.canonical}")
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

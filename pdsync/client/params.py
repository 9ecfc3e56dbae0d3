"""Query parameters in the form the API reads."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from pdsync.client.errors import UrlError

__all__ = ["Params", "normalize_params"]

Params: TypeAlias = Mapping[str, Any] | Iterable[tuple[str, Any]] | None
"""What callers may pass as ``params``: a mapping, or pairs (a name may then occur more than once)."""


def normalize_params(params: Params) -> list[tuple[str, str]]:
    """Pairs ready for the query string. What was passed in is not changed.

    A list, or anything else of several values such as a set or ``keys()``, stands for a set filter: one pair for each
    value, under the name with ``[]`` appended if it does not end so already (REST API v2 requires it). Booleans
    become ``true`` and ``false``; a value of None leaves the parameter out.

    Raises:
        UrlError: not a mapping and not pairs, or a value that is a mapping.
    """
    if params is None:
        return []
    pairs = params.items() if isinstance(params, Mapping) else params
    normal: list[tuple[str, str]] = []
    try:
        for name, value in pairs:
            if isinstance(value, Mapping):
                raise UrlError(f"the parameter {name!r} must be a value or a list of values, not a mapping")
            if isinstance(value, Iterable) and not isinstance(value, (str, bytes)):
                key = name if name.endswith("[]") else f"{name}[]"
                normal.extend((key, _as_text(item)) for item in value if item is not None)
            elif value is not None:
                normal.append((name, _as_text(value)))
    except UrlError:
        raise
    except (TypeError, ValueError, AttributeError):
        raise UrlError("params must be a mapping or a list of (name, value) pairs") from None
    return normal


def without(pairs: Iterable[tuple[str, str]], *names: str) -> list[tuple[str, str]]:
    """The pairs but those of these names."""
    return [(name, value) for name, value in pairs if name not in names]


def last_value(pairs: Iterable[tuple[str, str]], name: str) -> str | None:
    """The value of the last pair of this name, or None."""
    found = [value for key, value in pairs if key == name]
    return found[-1] if found else None


def _as_text(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode()
    return str(value).lower() if isinstance(value, bool) else str(value)

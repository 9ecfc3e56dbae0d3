"""Sort keys: an order for canonical values in lists whose order means nothing, and a text that tells items apart."""

from __future__ import annotations

from collections.abc import Iterable

from pdsync.model.codec.plain import Canonical


def sort_key(value: Canonical) -> str:
    """A total order over canonical values, for lists whose order means nothing."""
    if isinstance(value, str):
        return str(value)
    if isinstance(value, dict):
        # Most members are text, and for that a call each would be most of the work.
        named = [f"{key}:{held if type(held := value[key]) is str else sort_key(held)}" for key in sorted(value)]
        return "{" + ",".join(named) + "}"
    if isinstance(value, (list, tuple)):  # a union takes twice as long to ask
        return sort_key_of_list(value)
    return f"{value:020d}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def sort_key_of_list(items: Iterable[Canonical]) -> str:
    """`sort_key` of a list of these."""
    return "[" + ",".join([item if type(item) is str else sort_key(item) for item in items]) + "]"

"""Doubles: one object that a list names twice under different names, which only the live account can tell. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from pdsync.model import Canonical, ChildList, Ref


def find_doubles(value: Canonical, resolved: Mapping[Ref, Ref], path: str) -> Iterator[tuple[str, Ref]]:
    """Path of the list and reference for each object that a list of `value` names in two ways.

    `value` is as the manifest wrote it, `resolved` says where each of its references leads. The same name twice is no
    double: somebody may have two turns in a rotation.
    """
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from find_doubles(inner, resolved, f"{path}.{name}")
    elif isinstance(value, Sequence) and not isinstance(value, str):
        names: dict[Ref, set[Ref]] = defaultdict(set)
        for item in value:
            if isinstance(item, Ref):
                names[resolved.get(item, item)].add(item)
        yield from ((path, ref) for ref, ways in names.items() if len(ways) > 1)
        for index, item in enumerate(value):
            yield from find_doubles(item, resolved, f"{path}[{index}]")


def find_double_items(
    declared: ChildList, items: Sequence[Mapping[str, Canonical]]
) -> Iterator[Mapping[str, Canonical]]:
    """Items of a child list that have the natural key of an earlier one, now that their references are resolved."""
    seen: set[str] = set()
    for item in items:
        key = declared.key_of(item)
        if key in seen:
            yield item
        seen.add(key)

"""Duplicates: one thing that exists twice, found only by comparison with the live account. Pure.

A manifest may name one target in two ways, or list one item twice once its references are resolved: that is an error. Of live
items nothing may tell several apart: two integrations may have the same name and type, and nothing says whose routing key
is in use. One of those is never chosen. They stay, and a person decides.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from pdsync.model import Canonical, ChildList, LiveChild, Ref


def find_duplicate_refs(value: Canonical, resolved: Mapping[Ref, Ref], path: str) -> Iterator[tuple[str, Ref]]:
    """Path of the list and reference for each object that a list of `value` names in two ways.

    `value` is as the manifest wrote it, `resolved` says where each of its references leads. The same name twice is not a
    duplicate: a person may have two turns in a rotation.
    """
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from find_duplicate_refs(inner, resolved, f"{path}.{name}")
    elif isinstance(value, Sequence) and not isinstance(value, str):
        names: dict[Ref, set[Ref]] = defaultdict(set)
        for item in value:
            if isinstance(item, Ref):
                names[resolved.get(item, item)].add(item)
        yield from ((path, ref) for ref, ways in names.items() if len(ways) > 1)
        for index, item in enumerate(value):
            name = (item.get("name") or item.get("label")) if isinstance(item, Mapping) else None
            yield from find_duplicate_refs(item, resolved, f"{path}[{name or index}]")


def find_duplicate_items(
    items: Sequence[Mapping[str, Canonical]], keys: Sequence[str]
) -> Iterator[Mapping[str, Canonical]]:
    """Items of a child list that have the natural key of an earlier one. `keys` are those of the items."""
    if len(set(keys)) == len(keys):
        return
    seen: set[str] = set()
    for item, key in zip(items, keys, strict=True):
        if key in seen:
            yield item
        seen.add(key)


def group_by_key(declared: ChildList, live: Sequence[LiveChild]) -> dict[str, list[LiveChild]]:
    """Live items by natural key. Several of one key are duplicates."""
    groups: dict[str, list[LiveChild]] = defaultdict(list)
    for child in live:
        groups[declared.key_of(child.value)].append(child)
    return groups


def choose(declared: ChildList, desired: Mapping[str, Canonical], alike: Sequence[LiveChild]) -> LiveChild | None:
    """The live item that a manifest means: the only one, or one that is as it says; None where nothing tells."""
    if len(alike) == 1:
        return alike[0]
    return next((child for child in alike if declared.covers(desired, child.value)), None)

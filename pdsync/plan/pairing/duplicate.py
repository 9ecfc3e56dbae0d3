"""Duplicates: one thing that is there twice, which only shows beside the live account. Pure.

A manifest may name one target in two ways, or list one item twice once its references are resolved: that is an error. Of live
items nothing may tell several apart: two integrations may have the same name and type, and nothing says whose routing key
is in use. One of those is never chosen. They stay, and a person decides.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from pdsync.model import Canonical, ChildList, LiveChild, Ref
from pdsync.plan.pairing.match import PlanProblem
from pdsync.plan.pairing.pair import Pair


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
            yield from find_duplicate_refs(item, resolved, f"{path}[{index}]")


def find_duplicate_items(
    declared: ChildList, items: Sequence[Mapping[str, Canonical]]
) -> Iterator[Mapping[str, Canonical]]:
    """Items of a child list that have the natural key of an earlier one, now that their references are resolved."""
    seen: set[str] = set()
    for item in items:
        key = declared.key_of(item)
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


def report_duplicates(pair: Pair) -> tuple[list[str], list[PlanProblem]]:
    """What to say of duplicates among listed items: notes where they only stay, problems where one would have to change."""
    notes: list[str] = []
    problems: list[PlanProblem] = []
    resource = pair.resource
    for declared, item, alike in _listed_duplicates(pair):
        noun = declared.name.replace("_", " ")
        ids = ", ".join(child.id for child in alike)
        what = f"{len(alike)} {noun} are alike: {declared.label_of(item)!r} ({ids})"
        if choose(declared, item, alike) is None:
            source = str(resource.positions.get(declared.name, resource.source))
            message = f"{declared.name}: {what}, and none of them is as the manifest says"
            hint = "Nothing tells which one is meant: remove or rename the others by hand."
            problems.append(PlanProblem(resource.address, source, message, hint))
        elif resource.modes.get(declared.name, declared.default_mode) == "exclusive":
            notes.append(
                f"{resource.address} ({resource.name!r}): {what}; "
                "nothing tells which one is in use, so all of them stay: remove the others by hand"
            )
    return notes, problems


def _listed_duplicates(pair: Pair) -> Iterable[tuple[ChildList, Mapping[str, Canonical], list[LiveChild]]]:
    for name, desired in pair.children.items():
        declared = pair.kind.child(name)
        live = pair.children_before.get(name, ())
        if declared is None or len(live) < 2:
            continue
        groups = group_by_key(declared, live)
        for item in desired:
            alike = groups.get(declared.key_of(item), [])
            if len(alike) > 1:
                yield declared, item, alike

"""The resources of several states, each once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pdsync.terraform.catalog import DOCUMENTS, ITEMS, OBJECTS
from pdsync.terraform.resource import StateResource


@dataclass(frozen=True, slots=True)
class Merged:
    """Resources of which no two are the same."""

    resources: tuple[StateResource, ...]
    copies: dict[int, list[StateResource]]
    """The other resources of the same id, by `id()` of the one that is taken."""
    warnings: tuple[str, ...]

    def with_copies(self, resources: Iterable[StateResource]) -> list[StateResource]:
        """These resources and their copies in other states."""
        return [each for resource in resources for each in (resource, *self.copies.get(id(resource), ()))]


def merge(resources: Iterable[StateResource]) -> Merged:
    """Takes the first of the resources that have one type and id, and warns where another one says something else."""
    first: dict[tuple[str, str], StateResource] = {}
    without_id: list[StateResource] = []
    copies: dict[int, list[StateResource]] = {}
    warnings = []
    for resource in resources:
        if not resource.id:
            without_id.append(resource)
            continue
        taken = first.setdefault((resource.type, resource.id), resource)
        if taken is resource:
            continue
        copies.setdefault(id(taken), []).append(resource)
        if differ := _differences(taken, resource):
            warnings.append(
                f"{_place(taken)} and {_place(resource)} are the same object {resource.id}, and differ in {', '.join(differ)}: "
                f"{taken.file} is taken."
            )
    return Merged((*first.values(), *without_id), copies, tuple(warnings))


def _place(resource: StateResource) -> str:
    return f"{resource.address} in {resource.file}"


def _differences(one: StateResource, other: StateResource) -> list[str]:
    """The attributes that differ, among those that a manifest may be made of."""
    names: Iterable[str] = ()
    if one.type in OBJECTS:
        names = OBJECTS[one.type].attributes
    elif one.type in ITEMS:
        names = sorted(ITEMS[one.type].uses)
    elif one.type in DOCUMENTS:
        names = sorted(DOCUMENTS[one.type].uses)
    return [name for name in names if one.values.get(name) != other.values.get(name)]

"""From states to the files of their manifests. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pdsync.export import Export, ExportOptions, build_export
from pdsync.terraform.account import build_account
from pdsync.terraform.catalog import ITEMS, OBJECTS, advice_for
from pdsync.terraform.key import find_keys
from pdsync.terraform.letting_go import addresses_by_file
from pdsync.terraform.merge import merge
from pdsync.terraform.resource import StateResource
from pdsync.terraform.state_file import StateFile


@dataclass(frozen=True, slots=True)
class Staying:
    """Resources that stay with Terraform."""

    type: str
    count: int
    advice: str


@dataclass(frozen=True, slots=True)
class Imported:
    """The manifests of states, and what is not in them."""

    export: Export
    left_out: tuple[str, ...]
    """Resources and objects that no manifest describes, each with the reason."""
    staying: tuple[Staying, ...]
    """The types that pdsync does not manage."""
    let_go: dict[str, tuple[str, ...]]
    """The addresses of what manifests describe, by file: Terraform is to forget them."""
    warnings: tuple[str, ...]


def import_states(states: Sequence[StateFile], workspace: str, now: str) -> Imported:
    """The manifests of every object that the states hold and pdsync manages, each with the id of its object."""
    merged = merge(resource for state in states for resource in state.resources)
    known = build_account(merged.resources, now)
    options = ExportOptions(workspace, keys=find_keys(known.sources), is_partial=True, omitted=known.unsure)
    export = build_export(known.account, options)
    imported = [part for place in export.exported for part in known.resources_of(place)]
    everything = [resource for state in states for resource in state.resources]
    return Imported(
        export=export,
        left_out=(*known.left_out, *export.left_out),
        staying=_staying(merged.resources, imported),
        let_go=addresses_by_file(everything, merged.with_copies(imported)),
        warnings=(*_notes(states), *merged.warnings),
    )


def _staying(resources: Iterable[StateResource], imported: Iterable[StateResource]) -> tuple[Staying, ...]:
    """The resources of other types than those that become objects and items, and of those that are a part of none."""
    used = set(map(id, imported))
    managed = OBJECTS.keys() | ITEMS.keys()
    counts = Counter(it.type for it in resources if it.type not in managed and id(it) not in used)
    return tuple(Staying(name, count, advice_for(name)) for name, count in sorted(counts.items()))


def _notes(states: Iterable[StateFile]) -> Iterable[str]:
    for state in states:
        if state.is_plan:
            yield f"{state.name}: is a plan; the state before it is imported, and nothing that it would change."
        for address in state.skipped:
            yield f"{state.name}: {address} was replaced and Terraform is about to delete it; it is left out."

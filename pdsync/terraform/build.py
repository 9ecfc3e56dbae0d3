"""From states to the files of their manifests. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from pdsync.export import Export, ExportOptions, build_export
from pdsync.terraform.account import StateAccount, build_account
from pdsync.terraform.catalog import DOCUMENTS, ITEMS, OBJECTS, advice_for
from pdsync.terraform.item import Part
from pdsync.terraform.key import find_keys
from pdsync.terraform.letting_go import addresses_by_file
from pdsync.terraform.mapping import Parent
from pdsync.terraform.merge import merge
from pdsync.terraform.resource import StateResource
from pdsync.terraform.state_file import StateFile

NOTHING_NAMED: Mapping[str, Collection[str]] = {}
_CORRECT = ". Correct it in PagerDuty, run 'terraform apply -refresh-only', and import again"


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


def import_states(
    states: Sequence[StateFile],
    workspace: str,
    now: str,
    named: Mapping[str, Collection[str]] = NOTHING_NAMED,
    schema: str | None = None,
) -> Imported:
    """The manifests of every object that the states hold and pdsync manages, each with the id of its object.

    `named` and `schema` are as in `ExportOptions`.
    """
    merged = merge(resource for state in states for resource in state.resources)
    known = build_account(merged.resources, now)
    options = ExportOptions(
        workspace,
        keys=find_keys(known.sources),
        is_partial=True,
        schema=schema,
        omitted=known.unsure,
        noted=known.notes,
        named=named,
        named_of=known.named,
    )
    export = build_export(known.account, options)
    imported, lost = _share_out(known, export, merged.resources)
    everything = [resource for state in states for resource in state.resources]
    return Imported(
        export=export,
        left_out=(*known.left_out, *_with_next_step(export), *lost),
        staying=_staying(merged.resources, imported),
        let_go=addresses_by_file(everything, merged.with_copies(imported)),
        warnings=(*_notes(states), *merged.warnings),
    )


def _with_next_step(export: Export) -> list[str]:
    """The objects that the export left out. A value that no manifest can hold, such as a layer without a name, is corrected first."""
    return [f"{line}{_CORRECT}" if line in export.flawed else line for line in export.left_out]


def _share_out(
    known: StateAccount, export: Export, resources: Iterable[StateResource]
) -> tuple[list[StateResource], list[str]]:
    """The resources that manifests describe, and what is to be said about each item and document that is in none.

    What a left-out item is made of stays in Terraform, although another item may be made of it too.
    """
    described = [known.sources[place] for place in export.exported if place in known.sources]
    staying: set[int] = set()
    homeless: Counter[tuple[str, Parent]] = Counter()
    reasons = []
    for part in known.parts:
        where, why = part.parent, ""
        if where in export.items_left_out:
            why = _why_left_out(part, export)
            if why:
                reasons.append(f"{part.resources[0].address}: {why}")
        else:
            why = "its object has no manifest"
            homeless[part.resources[0].type, where] += 1
        if why:
            staying.update(map(id, part.resources))
        else:
            described += part.resources
    held = {(OBJECTS[each.type].kind, each.id) for each in resources if each.type in OBJECTS}
    for (name, where), count in sorted(homeless.items()):
        noun = where[0].replace("_", " ")
        why = f"that {noun} is {'left out' if where in held else 'in no state that was given'}"
        reasons.append(f"{count} {name} of the {noun} {where[1]}: {why}")
    return [each for each in described if id(each) not in staying], reasons


def _why_left_out(part: Part, export: Export) -> str:
    """Why an item or a document is not in the manifest of its object; empty where it is."""
    if not part.id:
        why = export.fields_left_out[part.parent].get(part.list_name, "")
        return f"{part.list_name}: {why}" if why else ""
    why = export.items_left_out[part.parent].get((part.list_name, part.id), "")
    return f"an item of {part.list_name} {why}" if why else ""


def _staying(resources: Iterable[StateResource], imported: Iterable[StateResource]) -> tuple[Staying, ...]:
    """The resources of other types than those that become objects and items, and of those that are a part of none."""
    used = set(map(id, imported))
    managed = OBJECTS.keys() | ITEMS.keys() | DOCUMENTS.keys()
    counts = Counter(it.type for it in resources if it.type not in managed and id(it) not in used)
    return tuple(Staying(name, count, advice_for(name)) for name, count in sorted(counts.items()))


def _notes(states: Iterable[StateFile]) -> Iterable[str]:
    for state in states:
        if state.is_plan:
            yield f"{state.name}: is a plan: its current state is imported, not the planned changes."
        providers = sorted({each.provider for each in state.resources})
        if len(providers) > 1:
            yield (
                f"{state.name}: its resources are of {len(providers)} configurations of the provider: {', '.join(providers)}. "
                "A workspace is for one account: if they manage several accounts, remove the manifests of the others."
            )
        for address in state.skipped:
            yield f"{state.name}: {address} was replaced and Terraform is about to delete it; it is left out. Run 'terraform apply' first."

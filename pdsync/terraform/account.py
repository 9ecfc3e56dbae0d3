"""The part of an account that states hold, as if PagerDuty had answered it.

objects     first of all, each in the form that the API answers it in
items       then, each put into the object that it belongs to; documents in the same way
claims      fields that an object of another type owns are not named
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pdsync.kinds import BY_SLUG
from pdsync.model import Account, LiveObject
from pdsync.model.ref import ID_PATTERN
from pdsync.model.unreadable import UNREADABLE_CAUSES, UnreadableError
from pdsync.terraform.catalog import CLAIMS, OBJECTS
from pdsync.terraform.document import Documents, read_documents
from pdsync.terraform.item import UNKNOWN_FORM, Items, Part, read_items
from pdsync.terraform.mapping import Parent, ReadObject, read_object
from pdsync.terraform.resource import StateResource

_ID = rf"{ID_PATTERN}(?::{ID_PATTERN})?"
"""An object of a nested listing has the id of its base before its own."""


@dataclass(slots=True)
class StateAccount:
    """What states hold."""

    account: Account
    sources: Mapping[Parent, StateResource]
    """The resource of each object, by kind and id."""
    unsure: Mapping[Parent, Mapping[str, str]]
    """Fields that are not named, each with the reason, by kind and id of the object."""
    parts: Sequence[Part]
    """Items and documents, also those of objects that are not known."""
    notes: Mapping[Parent, Mapping[str, str]] = field(default_factory=dict)
    """What a comment says about fields, by kind and id of the object."""
    named: Mapping[Parent, Collection[str]] = field(default_factory=dict)
    """Fields that a manifest names whatever they hold, by kind and id of the object."""
    left_out: list[str] = field(default_factory=list)
    """Resources that are neither objects nor items, each with the reason."""


def build_account(resources: Iterable[StateResource], now: str) -> StateAccount:
    """Puts resources together, of which no two are the same. `now` is the moment at which schedules are judged."""
    resources = list(resources)
    left_out: list[str] = []
    sources: dict[Parent, StateResource] = {}
    read: dict[Parent, ReadObject] = {}
    for resource in resources:
        declared = OBJECTS.get(resource.type)
        if declared is None:
            continue
        found, why = _read(resource)
        if found is None:
            left_out.append(f"{resource.address}: {why}")
        else:
            sources[declared.kind, resource.id] = resource
            read[declared.kind, resource.id] = found
    items, documents = read_items(resources), read_documents(resources)
    read |= _own_objects(read, {part.parent for part in items.parts})
    unsure = {place: dict(found.unsure) for place, found in read.items()}
    _note_claims(resources, unsure)
    objects: dict[str, list[LiveObject]] = defaultdict(list)
    for place, found in read.items():
        if why := _what_is_needed(place, found, unsure[place]):
            left_out.append(f"{_address(place, sources)}: {why}")
        elif (live := _live(place, found, items, documents, unsure[place])) is None:
            left_out.append(f"{_address(place, sources)}: {UNKNOWN_FORM}")
        else:
            objects[place[0]].append(live)
    account = Account(
        objects={slug: tuple(sorted(group, key=lambda live: live.id)) for slug, group in objects.items()},
        complete_for=frozenset(),
        fetched_at=now,
    )
    return StateAccount(
        account,
        sources,
        unsure,
        [*items.parts, *documents.parts],
        {place: found.notes for place, found in read.items() if found.notes},
        documents.named,
        [*left_out, *items.left_out, *documents.left_out],
    )


def _address(place: Parent, sources: Mapping[Parent, StateResource]) -> str:
    return sources[place].address if place in sources else " ".join(place)


def _own_objects(read: Mapping[Parent, ReadObject], parents: Iterable[Parent]) -> dict[Parent, ReadObject]:
    """The objects that PagerDuty has by itself, and whose items Terraform manages."""
    found = {}
    for declared in OBJECTS.values():
        unknown = [place for place in set(parents) - read.keys() if place[0] == declared.kind]
        if declared.own and len(unknown) == 1 and re.fullmatch(ID_PATTERN, unknown[0][1]):
            raw = {"id": unknown[0][1], "type": declared.kind, **declared.own}
            found[unknown[0]] = ReadObject(raw, frozenset(declared.own), notes={"": declared.own_note})
    return found


def _read(resource: StateResource) -> tuple[ReadObject | None, str]:
    """The object of a resource, or why it is none."""
    try:
        found = read_object(OBJECTS[resource.type], resource)
    except UNREADABLE_CAUSES:
        return None, UNKNOWN_FORM
    if not re.fullmatch(_ID, resource.id):
        return None, "its id has an unknown form" if resource.id else "it has no id"
    return found, ""


def _note_claims(resources: Iterable[StateResource], unsure: dict[Parent, dict[str, str]]) -> None:
    for resource in resources:
        claim = CLAIMS.get(resource.type)
        for identity in claim.owners(resource.values) if claim is not None else ():
            if claim is not None and (claim.kind, identity) in unsure:
                unsure[claim.kind, identity][claim.field] = f"{resource.address} has it"


def _what_is_needed(place: Parent, found: ReadObject, unsure: Mapping[str, str]) -> str:
    """Why there is no manifest without a field that is not known; empty where there is one."""
    kind = BY_SLUG[place[0]]
    needed = [field.name for field in kind.fields if field.required or field.name == kind.label]
    missing = {name: unsure.get(name, "the state does not contain it") for name in needed}
    return next((f"{name}: {why}" for name, why in missing.items() if name in unsure or name not in found.held), "")


def _live(
    place: Parent, found: ReadObject, items: Items, documents: Documents, unsure: Mapping[str, str]
) -> LiveObject | None:
    """The object with its lists and documents; None where no answer of PagerDuty's has such values.

    Of a list only those items are known that Terraform manages. A list that others refer to is always there: what refers to an item
    that it lacks is then seen to.
    """
    kind = BY_SLUG[place[0]]
    known = items.lists_of(place)
    told = {child.name for child in kind.children if child.refers_as} | known.keys()
    lists = {child.name: known.get(child.name, []) for child in kind.children if child.name in told}
    try:
        live = kind.read_live({**found.raw, **lists}, lists)
        fields = {name: value for name, value in live.fields.items() if name in found.held - unsure.keys()}
        return kind.with_documents(replace(live, fields=fields, partial=frozenset(lists)), documents.of(place))
    except UnreadableError:
        return None

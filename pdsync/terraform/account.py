"""The part of an account that states hold, as if PagerDuty had answered it.

objects     first of all, each in the form that the API answers it in
items       then, each put into the object that it belongs to; one whose object is in no state has no manifest to stand in
claims      fields that a type which stays with Terraform owns are not named
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pdsync.kinds import BY_SLUG
from pdsync.model import Account, LiveObject
from pdsync.model.envelope import ID_PATTERN
from pdsync.model.unreadable import UNREADABLE_CAUSES, UnreadableError
from pdsync.terraform.catalog import CLAIMS, ITEMS, JOINED, OBJECTS
from pdsync.terraform.mapping import Parent, ReadObject, UnsureError, read_object
from pdsync.terraform.resource import StateResource

_UNKNOWN_FORM = "its attributes have an unknown form"


@dataclass(slots=True)
class StateAccount:
    """What states hold."""

    account: Account
    sources: Mapping[Parent, StateResource]
    """The resource of each object, by kind and id."""
    unsure: Mapping[Parent, Mapping[str, str]]
    """Fields that are not named, each with the reason, by kind and id of the object."""
    parts: Mapping[Parent, list[StateResource]]
    """The resources that are in an object: its own and those of its items."""
    left_out: list[str] = field(default_factory=list)
    """Resources that are in no object, each with the reason."""


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
        try:
            found = read_object(declared, resource)
        except UNREADABLE_CAUSES:
            left_out.append(f"{resource.address}: {_UNKNOWN_FORM}")
            continue
        if not re.fullmatch(ID_PATTERN, resource.id):
            left_out.append(f"{resource.address}: {'its id is of no known form' if resource.id else 'it has no id'}")
            continue
        sources[declared.kind, resource.id] = resource
        read[declared.kind, resource.id] = found
    parts = {place: [resource] for place, resource in sources.items()}
    items = _read_items(resources, parts, left_out)
    unsure = {place: dict(found.unsure) for place, found in read.items()}
    _note_claims(resources, unsure)
    objects: dict[str, list[LiveObject]] = defaultdict(list)
    for place, found in read.items():
        live = _live(place, found, items.get(place, {}), unsure[place])
        if live is None:
            left_out.append(f"{sources[place].address}: {_UNKNOWN_FORM}")
        else:
            objects[place[0]].append(live)
    account = Account(
        objects={slug: tuple(sorted(group, key=lambda live: live.id)) for slug, group in objects.items()},
        complete_for=frozenset(),
        fetched_at=now,
    )
    return StateAccount(account, sources, unsure, parts, left_out)


def _read_items(
    resources: Iterable[StateResource], parts: dict[Parent, list[StateResource]], left_out: list[str]
) -> dict[Parent, dict[str, list[dict[str, Any]]]]:
    """The items of each object, by list. Notes the resources of items among the parts of their object."""
    items: dict[Parent, dict[str, list[dict[str, Any]]]] = {}
    known = {(resource.type, resource.id): resource for resource in resources if resource.type in JOINED}
    homeless: Counter[tuple[str, Parent]] = Counter()
    for resource in resources:
        declared = ITEMS.get(resource.type)
        if declared is None:
            continue
        if hidden := sorted(declared.uses & resource.hidden):
            left_out.append(f"{resource.address}: Terraform keeps its {' and '.join(hidden)} as a sensitive value")
            continue
        made_of = [resource]
        values: Mapping[str, Any] = resource.values
        if declared.join is not None:
            joined = known.get((declared.join.type, str(values.get(declared.join.attribute))))
            if joined is None:
                left_out.append(f"{resource.address}: its {declared.join.attribute} is in no state that was given")
                continue
            made_of.append(joined)
            values = {**values, joined.type: joined.values}
        try:
            parent = declared.parent(values)
            item = declared.item(values)
        except UnsureError as error:
            left_out.append(f"{resource.address}: {error}")
            continue
        except UNREADABLE_CAUSES:
            left_out.append(f"{resource.address}: {_UNKNOWN_FORM}")
            continue
        if parent not in parts:
            homeless[resource.type, parent] += 1
            continue
        parts[parent].extend(made_of)
        items.setdefault(parent, {}).setdefault(declared.list_name, []).append(item)
    for (name, (kind, identity)), count in sorted(homeless.items()):
        noun = kind.replace("_", " ")
        left_out.append(f"{count} {name} of the {noun} {identity}: that {noun} is in no state that was given")
    return items


def _note_claims(resources: Iterable[StateResource], unsure: dict[Parent, dict[str, str]]) -> None:
    for resource in resources:
        claim = CLAIMS.get(resource.type)
        for identity in claim.owners(resource.values) if claim is not None else ():
            if claim is not None and (claim.kind, identity) in unsure:
                unsure[claim.kind, identity][claim.field] = f"{resource.address} in Terraform has it"


def _live(
    place: Parent, found: ReadObject, items: Mapping[str, list[dict[str, Any]]], unsure: Mapping[str, str]
) -> LiveObject | None:
    """The object with its lists; None where no answer of PagerDuty's has such values.

    Of a list only those items are known that Terraform manages. A person's contact methods are always there: what refers to one that is
    not is then seen to.
    """
    kind = BY_SLUG[place[0]]
    told = {child.name for child in kind.children if child.refers_as} | items.keys()
    lists = {child.name: items.get(child.name, []) for child in kind.children if child.name in told}
    try:
        live = kind.read_live({**found.raw, **lists}, lists)
    except UnreadableError:
        return None
    held = found.held - unsure.keys()
    fields = {name: value for name, value in live.fields.items() if name in held}
    return replace(live, fields=fields, partial=frozenset(lists))

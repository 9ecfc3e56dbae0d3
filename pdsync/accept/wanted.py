"""What a manifest must contain to match the account."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pdsync.accept.error import AcceptError
from pdsync.accept.merge import Member
from pdsync.accept.normal import Normal
from pdsync.export.child import write_item
from pdsync.export.namer import Namer
from pdsync.export.written import write_value
from pdsync.kinds import BY_SLUG
from pdsync.model import Account, Canonical, ChildList, Field, Fields, Kind, LiveObject, Resource, Scope
from pdsync.model.child import align_lists
from pdsync.model.codec.open import Open
from pdsync.model.codec.structure import ListOf
from pdsync.model.name import fold_name
from pdsync.model.short_field import written_as
from pdsync.plan import Change, ChildOperation


@dataclass(frozen=True, slots=True)
class Wanted(Member):
    """A member of `spec` with the value that it gets, as it is written."""

    zone: str | None = None
    """The time zone in which local times of the manifest will be read."""


@dataclass(frozen=True, slots=True)
class Divergence:
    """One object that differs from its manifest."""

    resource: Resource
    spec: Mapping[str, Any]
    """The manifest's spec as it is written."""
    live: LiveObject
    change: Change
    """What a plan would do."""

    @property
    def kind(self) -> Kind:
        """The kind of the object."""
        return BY_SLUG[self.resource.kind]


def differing_names(kind: Kind, change: Change) -> list[str]:
    """The fields and child lists that a change is about, in the order of the kind."""
    names = {delta.path.partition("[")[0].partition(".")[0].partition(" ")[0] for delta in change.deltas}
    # Rules that go with a contact method are in the plan even where no manifest names the list.
    names |= {child.list_name for child in change.children if child.list_name in change.child_lists}
    return [name for name in (*(f.name for f in kind.fields), *(c.name for c in kind.children)) if name in names]


def compute_wanted(divergence: Divergence, account: Account, normal: Normal, only: str | None = None) -> list[Wanted]:
    """The members to write, with `only` just that one and what cannot go without it.

    Raises AcceptError for a value that no manifest can hold.
    """
    resource, spec, live, kind = divergence.resource, divergence.spec, divergence.live, divergence.kind
    differing = differing_names(kind, divergence.change)
    names = differing if only is None else [name for name in differing if name in _with_companions(kind, only)]
    namer = Namer(account, normal.bindings.keys())
    fields = kind.passing.settle(kind.map_fields(dict(live.fields), namer), account.fetched_at)
    zone = _zone(kind, resource, fields, names)
    if kind.zone_field in names:
        # The text of local times is read in the new zone from now on: written again, it means what it meant.
        local = [
            f.name
            for f in kind.fields
            if f.keyed_by and written_as(kind.shorts, spec, f.name) in spec and f.name not in names
        ]
        meant = kind.map_fields(dict(resource.fields), lambda ref: namer(normal(ref)))
        fields |= {name: meant[name] for name in local}
        names = [*names, *local]
    wanted = []
    for name in names:
        declared, child = kind.field(name), kind.child(name)
        if declared is not None:
            value = write_value(declared.codec, _said(declared, fields.get(name), resource, normal, namer), zone)
            if isinstance(declared.codec, ListOf) and declared.keyed_by and isinstance(spec.get(name), list):
                value = _keep_past(
                    declared, spec[name], value, zone, lambda some: kind.passing.settle(some, account.fetched_at)
                )
            said = written_as(kind.shorts, spec, name)
            wanted.append(Wanted(name, declared.codec, value, short=said if said != name else "", zone=zone))
        elif child is not None:
            keys = _keys_of_items(divergence, normal).get(name, [])
            items = [*_child_items(divergence, child, keys, namer), *_unlisted(divergence, child, namer)]
            wanted.append(Wanted(name, child.codec(), items, child.key_of))
    return wanted


def _said(declared: Field, live: Canonical, resource: Resource, normal: Normal, namer: Namer) -> Canonical:
    """The live value of a field, without what the manifest leaves to the server."""
    codec = declared.open
    if codec is None or declared.name not in resource.fields:
        return live
    said = codec.narrowed(live, declared.codec.map_refs(resource.fields[declared.name], lambda ref: namer(normal(ref))))
    if codec.SEALED:
        _refuse_hidden(declared, codec, said)
    return said


def _refuse_hidden(declared: Field, codec: Open, said: Canonical) -> None:
    """Raises AcceptError for a secret that no manifest may hold."""
    for path, part in codec.parts(said).items():
        if not codec.is_shown(part):
            raise AcceptError(
                f"{declared.name}{codec.shown_path(path)}: the account has a secret here that the manifest does not name",
                "Put it into a variable, and write ${env:NAME}; or apply the manifest.",
            )


def _with_companions(kind: Kind, only: str) -> set[str]:
    declared = kind.field(only)
    return {only, *(declared.sent_with if declared is not None else ())}


def _zone(kind: Kind, resource: Resource, fields: Mapping[str, Canonical], names: Sequence[str]) -> str | None:
    if not kind.zone_field:
        return None
    zone = fields.get(kind.zone_field) if kind.zone_field in names else resource.fields.get(kind.zone_field)
    return str(zone) if zone else None


def _keep_past(
    declared: Field, old: Sequence[Any], new: list[Any], zone: str | None, settle: Callable[[Fields], Fields]
) -> list[Any]:
    """What is past is not compared, so it stays as it is written: starts of layers, and layers that have ended."""
    keys = {fold_name(str(item.get(declared.keyed_by))): item for item in new}
    result = list(new)
    for at, written in enumerate(old):
        (read,) = declared.codec.desired([written], Scope(zone), ())
        settled = settle({declared.name: [read]})[declared.name]
        same = keys.get(fold_name(str(read.get(declared.keyed_by))))
        if not settled:
            if same is None:
                result.insert(min(at, len(result)), written)
        elif same is not None:
            past = [name for name in written if name not in settled[0] and name in read]
            same.update({name: written[name] for name in past if name not in same})
    return result


def _keys_of_items(divergence: Divergence, normal: Normal) -> dict[str, list[str]]:
    """The natural keys of the written items of each child list, completed as the plan completes them."""
    kind, resource, spec = divergence.kind, divergence.resource, divergence.spec
    read = {
        child.name: tuple(
            child.item.map_refs(child.item.desired(written, Scope(), ()), normal) for written in spec[child.name]
        )
        for child in kind.children
        if isinstance(spec.get(child.name), list)
    }
    exclusive = [name for name, mode in resource.modes.items() if mode == "exclusive"]
    completed, _ = kind.complete(
        align_lists(kind.children, read, divergence.live.children), divergence.live.children, exclusive
    )
    keys = {}
    for child in kind.children:
        if child.name in completed:
            keys[child.name] = [child.key_of(value) for value in completed[child.name]]
    return keys


def _child_items(divergence: Divergence, child: ChildList, keys: Sequence[str], namer: Namer) -> list[Any]:
    """The written items without those that the account does not have, and with what differs put right. `keys` are theirs."""
    changes = [made for made in divergence.change.children if made.list_name == child.name]
    by_id = {item.id: item.value for item in divergence.live.children.get(child.name, ())}
    missing = {made.key for made in changes if made.operation is ChildOperation.ADD}
    different = {made.key: made for made in changes if made.operation is ChildOperation.UPDATE}
    items: list[Any] = []
    for written, key in zip(divergence.spec.get(child.name, ()), keys, strict=True):
        if key in missing:
            continue
        made = different.get(key)
        if made is None:
            items.append(written)
            continue
        value = child.item.map_refs(by_id[made.id or ""], namer)
        parts = {delta.path.partition("[")[0].partition(".")[0] for delta in made.deltas}
        item = {name: inner for name, inner in written.items() if name not in parts}
        for part in child.item.parts:
            if part.name in parts and value.get(part.name) is not None:
                item[part.name] = write_value(part.codec, value[part.name])
        items.append(item)
    return items


def _unlisted(divergence: Divergence, child: ChildList, namer: Namer) -> list[Any]:
    """What the account has and the plan removes: an exclusive list does not name it, or the manifest no longer does."""
    by_id = {item.id: item.value for item in divergence.live.children.get(child.name, ())}
    is_exclusive = divergence.resource.modes.get(child.name) == "exclusive"
    items: list[Any] = []
    for made in divergence.change.children:
        if (
            made.list_name == child.name
            and made.operation is ChildOperation.REMOVE
            and (is_exclusive or made.is_dropped)
        ):
            item = write_item(divergence.kind, child, child.item.map_refs(by_id[made.id or ""], namer))
            if item is None:
                raise AcceptError(f"{child.name} {made.label!r} cannot be written in a manifest")
            items.append(item)
    return items

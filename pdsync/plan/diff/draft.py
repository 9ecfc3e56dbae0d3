"""Makes the change of one object, before the order and the findings of checks are known. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from pdsync.model import Canonical, Fields, LiveChild, LiveObject, Marker, Ref, Resource, join_marker
from pdsync.model.field import mirrored_fields
from pdsync.model.last_applied import LastApplied
from pdsync.model.marker import carries_line
from pdsync.plan.change import MARKER_BEFORE, Change, ChildChange, Delta, Operation, ShownClock, Unmanaged
from pdsync.plan.diff.child_change import draft_child_changes, draft_new_items, find_resting_lists
from pdsync.plan.diff.delta import compute_deltas
from pdsync.plan.diff.dropped_item import NOTHING_DROPPED, find_dropped_items
from pdsync.plan.diff.dropped_part import find_dropped_parts, find_dropped_shared_items, find_unshown_parts
from pdsync.plan.diff.first_record import render_first_record
from pdsync.plan.diff.key_rotation import draft_rotated_items
from pdsync.plan.diff.last_applied import PROTECT, Origin, Record
from pdsync.plan.option import PlanOptions
from pdsync.plan.pairing.pair import Pair
from pdsync.plan.people import find_member_ids

_RENEWED = "no change in PagerDuty; refreshes the record in its ownership line"
_UNKNOWN_RESTING = "PagerDuty refuses to show {}: the ones that use a removed item are removed with it"
_UNREADABLE = "no change in PagerDuty; the record in its ownership line cannot be read and is written again: values that only earlier manifests named stay"


def draft_change(
    pair: Pair, options: PlanOptions, *, unmarked: bool, implied: Collection[Ref], gone: frozenset[Ref] = frozenset()
) -> Change | None:
    """The change that a manifest asks for, or None when the account matches it.

    `unmarked` says that the object does not carry our marker yet. `implied` are the members whom PagerDuty will add by
    itself: they stay, and they do not count in the digest. `gone` is what the plan deletes, in every way to refer to it.
    """
    if pair.live is None:
        return _draft_create(pair, options)
    given = frozenset(implied)
    dropped = find_dropped_items(pair, options, given, gone) if pair.has_record else NOTHING_DROPPED
    if pair.resource.address in options.rotate_keys:
        dropped = dropped.including(draft_rotated_items(pair))
    children = draft_child_changes(pair, implied, dropped.removals) if pair.children or dropped.removals else ()
    parts = find_dropped_parts(pair, keep=options.removed_fields == "keep") if pair.has_record else ()
    stays = (*pair.removed.stays, *dropped.stays, *parts, *find_dropped_shared_items(pair))
    written = _Written((*_field_deltas(pair), *_switch_deltas(pair)), children, stays)
    difference = _compare(pair, marker_of(pair, options), written, Record(pair, given), unmarked=unmarked)
    return _draft_update(pair, pair.live, difference, given, unmarked=unmarked) if difference else None


@dataclass(frozen=True, slots=True)
class _Written:
    """The differences of an object besides its ownership line."""

    deltas: tuple[Delta, ...]
    children: tuple[ChildChange, ...]
    unmanaged: tuple[Unmanaged, ...]


@dataclass(frozen=True, slots=True)
class _Difference:
    """The differences of an existing object."""

    marker: Marker | None
    """The ownership line that is written."""
    deltas: tuple[Delta, ...]
    children: tuple[ChildChange, ...]
    rebinds: bool
    """True where the live line says something else of manifest and protection, or is not there."""
    names: frozenset[str]
    """The fields that the request holds; none where nothing but child items is written."""
    unmanaged: tuple[Unmanaged, ...]
    """What the manifest no longer names and what stays."""

    @property
    def renews_only(self) -> bool:
        """True where nothing but the record in the ownership line differs."""
        return not self.deltas and not self.children and not self.rebinds


def _compare(
    pair: Pair, marker: Marker | None, written: _Written, record: Record, *, unmarked: bool
) -> _Difference | None:
    """What differs of an object that exists, or None."""
    kind, deltas, children = pair.kind, written.deltas, written.children
    held = pair.live.marker if pair.live is not None else None
    # The line of an object that is not ours yet may be a copy that says the same.
    rebinds = marker is not None and (unmarked or not marker.says_the_same(held))
    renews = False
    if marker is not None:
        wanted = record.build(deltas, children)
        marker = _recorded(marker, pair, wanted)
        renews = not unmarked and record.is_stale(wanted, marker.applied)
    if not (deltas or children or rebinds or renews):
        return None
    recorded = False
    if not unmarked:
        recorded = any(child.list_name in record.lists for child in children)
        deltas = tuple(replace(delta, origin=record.origin_of(delta.field)) for delta in deltas)
        children = tuple(replace(child, origin=_origin_of_item(child, record)) for child in children)
        deltas += tuple(_line_deltas(marker, held, record))
    changed = {delta.field for delta in deltas if kind.field(delta.field) is not None}
    names: frozenset[str] = frozenset()
    # Whatever is written, the ownership line goes with it: it says what was applied.
    if changed or rebinds or renews or (marker is not None and recorded):
        names = frozenset(kind.together(changed) | kind.marker_fields)
    return _Difference(marker, deltas, children, rebinds, names, written.unmanaged)


def _origin_of_item(child: ChildChange, record: Record) -> Origin:
    return Origin.OURS if child.is_dropped else record.origin_of(child.list_name)


def _draft_update(
    pair: Pair, live: LiveObject, difference: _Difference, implied: frozenset[Ref], *, unmarked: bool
) -> Change:
    resource, kind = pair.resource, pair.kind
    resting = find_resting_lists(kind, difference.children) if difference.children else ()
    dropped = {child.list_name for child in difference.children if child.is_dropped}
    # A list that was read in bulk agrees and is not written, so an edit of it in the meantime is not a conflict: the next plan shows it.
    lists = sorted({*pair.children, *dropped, *(it.name for it in resting)} - live.partial - live.refused)
    changed = {delta.field for delta in difference.deltas}
    documents = tuple(name for name in kind.documents if name in changed)
    approved = {name: pair.children_before.get(name, ()) for name in lists}
    note = _RENEWED if pair.has_record else _UNREADABLE
    notes = [*((note,) if difference.renews_only else ()), *find_unshown_parts(pair)]
    notes += [_UNKNOWN_RESTING.format(it.name) for it in resting if it.name in live.refused]
    return Change(
        address=resource.address,
        kind=kind.slug,
        operation=Operation.ADOPT if unmarked else Operation.UPDATE,
        name=resource.name,
        id=live.id,
        source=str(resource.source),
        url=live.url,
        deltas=difference.deltas,
        children=difference.children,
        values={name: value for name, value in pair.after.items() if name in difference.names},
        marker=str(difference.marker) if difference.marker else None,
        before=what_was_approved(live, pair.before, approved),
        digest=live.digest(
            (*lists, *documents),
            find_member_ids(kind, pair.children_before, implied),
            mirrored_fields(kind.fields),
        ),
        child_lists=tuple(lists),
        documents=documents,
        exclusive=_exclusive(pair),
        implied=tuple(sorted(implied)),
        notes=tuple(notes),
        at_once=resource.lifecycle.at_once or UNSET,
        defaults=_places_of_defaults(resource, difference.deltas, difference.children),
        unmanaged=difference.unmanaged,
        clock=shown_clock(resource),
    )


def _draft_create(pair: Pair, options: PlanOptions) -> Change:
    """The change that makes a new object: everything that the manifest names is added, and nothing can differ or stay."""
    resource, kind, values = pair.resource, pair.kind, pair.fields
    marker, line = marker_of(pair, options), None
    children = draft_new_items(pair) if pair.children else ()
    if marker is not None:
        line = str(marker.with_record(render_first_record(pair, marker, children, record_room(pair, marker))))
    late = {f.name: values[f.name] for f in kind.set_after_create if f.name in values and values[f.name] != f.initial}
    followup: Fields = {}
    if late:
        carried = {f.name: values[f.name] for f in kind.fields if f.carry and f.name in values}
        followup = {**carried, **late}
        values = {name: value for name, value in values.items() if name not in late}
    if marker is not None and not kind.marker_fields <= values.keys():
        values = {**values, **{name: values.get(name) for name in kind.marker_fields}}
    deltas = tuple([Delta(name, None, value) for name, value in pair.fields.items()])
    return Change(
        address=resource.address,
        kind=kind.slug,
        operation=Operation.CREATE,
        name=resource.name,
        source=str(resource.source),
        deltas=deltas,
        children=children,
        values=values,
        followup=followup,
        marker=line,
        child_lists=tuple(sorted(pair.children)),
        documents=tuple(name for name in kind.documents if name in values),
        exclusive=_exclusive(pair),
        defaults=_places_of_defaults(resource, deltas, children),
        clock=shown_clock(resource),
    )


def shown_clock(resource: Resource | None) -> ShownClock | UnsetType:
    """The clock on which people read the times."""
    clock = resource.clock if resource is not None else None
    return UNSET if clock is None else ShownClock(clock.zone, clock.rule)


def _places_of_defaults(
    resource: Resource, deltas: Iterable[Delta], children: Iterable[ChildChange]
) -> dict[str, str] | UnsetType:
    """Where the values are written that the manifest has from Defaults, of what changes."""
    if not resource.defaults:
        return UNSET
    changed = {*(delta.field for delta in deltas), *(child.list_name for child in children)}
    return {name: str(place) for name, place in sorted(resource.defaults.items()) if name in changed} or UNSET


def marker_of(pair: Pair, options: PlanOptions) -> Marker | None:
    """The ownership line without its record; None where the kind carries none."""
    if not carries_line(pair.kind, pair.resource.name):
        return None
    return Marker(options.workspace, pair.kind.slug, pair.resource.key, pair.resource.lifecycle.protect)


def _exclusive(pair: Pair) -> tuple[str, ...]:
    return tuple(sorted(name for name, mode in pair.resource.modes.items() if mode == "exclusive"))


def _recorded(marker: Marker, pair: Pair, record: LastApplied) -> Marker:
    """The marker with as much of the record as its field has room for."""
    return marker.with_record(record.render(marker, record_room(pair, marker)))


def record_room(pair: Pair, marker: Marker) -> int:
    """How many characters a record can have: the users' own text goes first."""
    return -missing_room(pair, marker) - len(" #")


def missing_room(pair: Pair, marker: Marker) -> int:
    """How many characters too long the field of the ownership line would be with this one."""
    line = pair.kind.marker_line
    if pair.kind.facts.hands_out is not None:
        marker = marker.with_secret_due()  # as it is at first
    return len(join_marker(pair.after.get(line.field) or "", marker)) - line.limit if line is not None else 0


def _line_deltas(marker: Marker | None, live: Marker | None, record: Record) -> Iterator[Delta]:
    """What changes of the ownership line itself, apart from the record."""
    if marker is None or live is None:
        return
    if marker.key != live.key:
        yield Delta("metadata.name", live.key, marker.key, Origin.OURS)
    if marker.protect != live.protect:
        yield Delta(PROTECT, live.protect, marker.protect, record.origin_of_protection())


def what_was_approved(
    live: LiveObject, fields: Fields, lists: Mapping[str, Sequence[LiveChild]]
) -> dict[str, Canonical]:
    """What a reviewer approved the change of."""
    line = {MARKER_BEFORE: str(live.marker)} if live.marker else {}
    return {**fields, **line, **{name: [dict(child.value) for child in items] for name, items in lists.items()}}


def _field_deltas(pair: Pair) -> Iterator[Delta]:
    before, after = pair.before, pair.fields
    for declared in pair.kind.fields:
        name = declared.name
        if name in after:
            deltas = compute_deltas(name, before.get(name), after[name], declared.keyed_by, declared.main_list)
            yield from (replace(it, is_reset=True) for it in deltas) if name in pair.removed.resets else deltas


def _switch_deltas(pair: Pair) -> Iterator[Delta]:
    """Documents that the manifest names and that PagerDuty does nothing with, because they are off."""
    held = pair.live.documents if pair.live is not None else {}
    for name, declared in pair.kind.documents.items():
        is_named = name in pair.resource.fields and name in pair.fields
        if declared.switch is not None and is_named and name in held and held[name].is_on is False:
            yield Delta(f"{name}.{declared.switch.member}", False, True)

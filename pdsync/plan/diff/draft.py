"""Makes the change of one object, before anything is known of order. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from pdsync.kinds.user import EMAIL, method_name
from pdsync.model import Canonical, Fields, Kind, LiveChild, LiveObject, Marker, Ref, join_marker
from pdsync.plan.change import MARKER_BEFORE, Change, ChildChange, ChildOperation, Delta, Operation
from pdsync.plan.checks.notification import compute_lost_rules, removes_methods, urgency_notes
from pdsync.plan.diff.delta import compute_child_changes, compute_deltas
from pdsync.plan.diff.fingerprint import Origin
from pdsync.plan.diff.record import PROTECT, Record
from pdsync.plan.option import PlanOptions
from pdsync.plan.pairing.paired_account import Pair

ImpliedMembers = Mapping[Ref, Mapping[Ref, set[Ref]]]


def draft_change(pair: Pair, options: PlanOptions, *, unmarked: bool, implied: ImpliedMembers) -> Change | None:
    """The change that a manifest asks for, or None when the account is as it says.

    `unmarked` says that the object does not carry our marker yet. `implied` are the memberships that PagerDuty will
    make by itself: they stay, and they do not count in the digest.
    """
    resource, kind = pair.resource, pair.kind
    team = Ref(kind.slug, "key", resource.key)
    record = Record(pair, frozenset(implied.get(team, ())))
    marker = None
    if kind.marker_line is not None:
        marker = Marker(options.workspace, kind.slug, resource.key, resource.lifecycle.protect, record.render())
    children = _child_changes(pair, frozenset(implied.get(team, ())))
    if pair.live is None:
        return _create(pair, marker, children)
    deltas = tuple(_field_deltas(kind, pair.before, pair.fields))
    rebind = marker is not None and not marker.says_the_same(pair.live.marker)
    if marker is not None:
        marker = _fitting(marker, pair)
    renew = marker is not None and not unmarked and record.is_stale(marker)
    if not deltas and not children and not rebind and not renew:
        return None
    if not unmarked:
        deltas = tuple(replace(delta, origin=record.origin_of(delta.field)) for delta in deltas)
        children = tuple(replace(child, origin=record.origin_of(child.list_name)) for child in children)
        deltas += tuple(_line_deltas(marker, pair.live.marker, record))
    changed = {delta.field for delta in deltas} & {f.name for f in kind.fields}
    values: Fields = {}
    # Whatever is written, the ownership line goes with it: it says what was applied.
    if (
        changed
        or rebind
        or renew
        or (marker is not None and any(child.list_name in record.lists for child in children))
    ):
        names = kind.together(changed) | kind.marker_fields
        values = {name: value for name, value in pair.after.items() if name in names}
    lists = {*pair.children, *(("notification_rules",) if removes_methods(children) else ())}
    return Change(
        address=resource.address,
        kind=kind.slug,
        operation=Operation.ADOPT if unmarked else Operation.UPDATE,
        name=resource.name,
        id=pair.live.id,
        source=str(resource.source),
        url=pair.live.url,
        deltas=deltas,
        children=children,
        values=values,
        marker=str(marker) if marker else None,
        before=what_was_approved(pair.live, pair.before, {name: pair.children_before.get(name, ()) for name in lists}),
        digest=pair.live.digest(lists, _ids_of(team, implied, pair)),
        child_lists=tuple(sorted(lists)),
        exclusive=tuple(sorted(name for name, mode in resource.modes.items() if mode == "exclusive")),
        implied=tuple(sorted(implied.get(team, ()))) if kind.slug == "team" else (),
        blockers=(
            *_blockers(pair, options, marker, unmarked),
            *_child_blockers(pair, children),
            *(pair.handover.blockers if pair.handover is not None else ()),
        ),
        notes=(*_notes(pair, deltas, children), *_renewal(deltas, children, rebind)),
    )


def _renewal(deltas: tuple[Delta, ...], children: tuple[ChildChange, ...], rebind: bool) -> Iterator[str]:
    if not deltas and not children and not rebind:
        yield "nothing differs; its ownership line records an older state of the manifest and is renewed"


def _fitting(marker: Marker, pair: Pair) -> Marker:
    """The marker, without the record where the description has no room for that: the record is a convenience."""
    line = pair.kind.marker_line
    assert line is not None
    text = _text(pair.after.get(line.field))
    return marker if len(join_marker(text, marker)) <= line.limit else replace(marker, applied="")


def _line_deltas(marker: Marker | None, held: Marker | None, record: Record) -> Iterator[Delta]:
    """What changes of the ownership line itself, apart from the record."""
    if marker is None or held is None:
        return
    if marker.key != held.key:
        yield Delta("metadata.name", held.key, marker.key, Origin.OURS)
    if marker.protect != held.protect:
        yield Delta(PROTECT, held.protect, marker.protect, record.origin_of_protection())


def what_was_approved(
    live: LiveObject, fields: Fields, lists: Mapping[str, Sequence[LiveChild]]
) -> dict[str, Canonical]:
    """What a reviewer approved the change of."""
    line = {MARKER_BEFORE: str(live.marker)} if live.marker else {}
    return {**fields, **line, **{name: [dict(child.value) for child in items] for name, items in lists.items()}}


def _ids_of(team: Ref, implied: ImpliedMembers, pair: Pair) -> frozenset[str]:
    """The ids of live members that do not count in the digest."""
    users = implied.get(team, {})
    return frozenset(child.id for child in pair.children_before.get("members", ()) if child.value.get("user") in users)


def _create(pair: Pair, marker: Marker | None, children: tuple[ChildChange, ...]) -> Change:
    resource, kind = pair.resource, pair.kind
    late = {
        f.name: pair.fields[f.name]
        for f in kind.fields
        if f.after_create and f.name in pair.fields and pair.fields[f.name] != f.initial
    }
    values = {name: value for name, value in pair.fields.items() if name not in late}
    if marker is not None:
        values |= {name: values.get(name) for name in kind.marker_fields}
    followup: Fields = {}
    if late:
        carried = {f.name: pair.fields[f.name] for f in kind.fields if f.carry and f.name in pair.fields}
        followup = {**carried, **late}
    return Change(
        address=resource.address,
        kind=kind.slug,
        operation=Operation.CREATE,
        name=resource.name,
        source=str(resource.source),
        deltas=tuple(Delta(name, None, value) for name, value in pair.fields.items()),
        children=children,
        values=values,
        followup=followup,
        marker=str(marker) if marker else None,
        child_lists=tuple(sorted(pair.children)),
        exclusive=tuple(sorted(name for name, mode in resource.modes.items() if mode == "exclusive")),
        blockers=_child_blockers(pair, children),
        notes=tuple(urgency_notes(pair, children)),
    )


def _field_deltas(kind: Kind, before: Fields, after: Fields) -> list[Delta]:
    deltas: list[Delta] = []
    for declared in kind.fields:
        if declared.name in after:
            found = compute_deltas(declared.name, before.get(declared.name), after[declared.name], declared.keyed_by)
            deltas.extend(found)
    return deltas


def _child_changes(pair: Pair, implied: frozenset[Ref]) -> tuple[ChildChange, ...]:
    changes: list[ChildChange] = []
    for name, desired in pair.children.items():
        declared = pair.kind.child(name)
        assert declared is not None
        keep = frozenset(declared.key_of({"user": user}) for user in implied) if name == "members" else frozenset()
        changes.extend(
            compute_child_changes(
                declared,
                desired,
                pair.children_before.get(name, ()),
                exclusive=pair.resource.modes.get(name, declared.default_mode) == "exclusive",
                keep=keep,
            )
        )
    return (*changes, *compute_lost_rules(pair, changes))


def _blockers(pair: Pair, options: PlanOptions, marker: Marker | None, unmarked: bool) -> tuple[str, ...]:
    found = []
    if unmarked and not (options.adopt or pair.resource.lifecycle.adopt):
        found.append(
            "it exists and was not made by pdsync; to take it over write 'lifecycle: {adopt: true}' or run with --adopt"
        )
    if marker is not None and pair.live is not None:
        line = pair.kind.marker_line
        assert line is not None
        over = len(join_marker(_text(pair.after.get(line.field)), marker)) - line.limit
        if over > 0:
            found.append(
                f"{line.field}: its {line.field} leaves no room for the ownership line: shorten it by {over} characters"
            )
    return tuple(found)


def _child_blockers(pair: Pair, children: tuple[ChildChange, ...]) -> tuple[str, ...]:
    """Items that the API cannot make, and rules by a contact method that is not there."""
    found = []
    for child in children:
        declared = pair.kind.child(child.list_name)
        if child.operation is ChildOperation.ADD and declared is not None and declared.lasting(child.values):
            found.append(
                f"{child.list_name} {child.label!r} cannot be made through the API: the person's phone registers itself"
            )
    return (*found, *_method_blockers(pair))


def _method_blockers(pair: Pair) -> tuple[str, ...]:
    """Notification rules by a contact method that the user neither has nor gets."""
    rules = pair.children.get("notification_rules", ())
    if not rules:
        return ()
    # A new user gets a contact method for the login address from PagerDuty itself.
    known = {f"{EMAIL} {pair.after.get('email')}"} if pair.live is None else set()
    for method in (
        *pair.children.get("contact_methods", ()),
        *(child.value for child in pair.children_before.get("contact_methods", ())),
    ):
        known.add(method_name(method))
    missing = sorted({str(rule["contact_method"].value) for rule in rules} - known)
    return tuple(
        f"notification_rules name a contact method that the user does not have: {method}" for method in missing
    )


def _text(value: Canonical) -> str:
    return value if isinstance(value, str) else ""


def _notes(pair: Pair, deltas: tuple[Delta, ...], children: tuple[ChildChange, ...]) -> tuple[str, ...]:
    notes = []
    if any(delta.path.startswith("schedule_layers") for delta in deltas):
        wanted = {layer.get("name") for layer in pair.after.get("schedule_layers") or ()}
        notes = [
            f"layer {layer.get('name')!r} is ended, not deleted: PagerDuty keeps every layer"
            for layer in pair.before.get("schedule_layers") or ()
            if layer.get("name") not in wanted
        ]
        if pair.handover is not None:
            notes += pair.handover.notes
        elif not pair.resource.lifecycle.hand_off_aware:
            notes.append("who is on call may change at once: a rotation is computed anew from rotation_virtual_start")
        else:
            notes.append("hand-off aware: nobody who is on call changes before the next hand-off")
    for child in children:
        declared = pair.kind.child(child.list_name)
        if child.operation is ChildOperation.REMOVE and declared is not None and declared.loses:
            noun = declared.name.replace("_", " ").rstrip("s")
            notes.append(f"{noun} {child.label!r} ({child.id}) is removed: its {declared.loses} stops working")
    return (*notes, *_replacement_notes(pair, children), *urgency_notes(pair, children))


def _replacement_notes(pair: Pair, children: tuple[ChildChange, ...]) -> Iterator[str]:
    """What a new item replaces: the type of an integration cannot be changed, so another one is made first, with a key of
    its own. The old one goes only where the manifest's list is the whole of it: it may be somebody else's."""
    removed = {child.id for child in children if child.operation is ChildOperation.REMOVE}
    for child in children:
        declared = pair.kind.child(child.list_name)
        if child.operation is not ChildOperation.ADD or declared is None or not declared.loses:
            continue
        name = child.values.get(declared.key[0])
        for held in pair.children_before.get(child.list_name, ()):
            if name and held.value.get(declared.key[0]) == name:
                noun, key = declared.name.replace("_", " ").rstrip("s"), declared.loses
                fate = "goes after that" if held.id in removed else "stays: remove it by hand once nothing uses it"
                yield f"{noun} {name!r} gets another type: a new one with a new {key} is made, and {held.id} {fate}"

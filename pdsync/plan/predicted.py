"""The predicted account: what the account will hold once the plan is applied. Pure.

What PagerDuty adds by itself is added here as far as it decides who is paged: how a new person is reached. Memberships that
come with a policy or a schedule are not.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from pdsync.kinds import BY_SLUG, KINDS
from pdsync.model import Account, Canonical, ChildList, Fields, LiveChild, LiveObject, Ref, split_marker
from pdsync.model.exclusive import divide_exclusive
from pdsync.model.sole import without_taken
from pdsync.plan.change import Change, ChildOperation, Operation
from pdsync.plan.plan import Plan

_ToLive: TypeAlias = Callable[[Ref], Ref]


def compute_predicted_account(plan: Plan, account: Account) -> Account:
    """The account after all changes of the plan but those that an apply skips; `account` is what the plan was made from.

    Where blockers stop the whole plan, the prediction is that of the plan without them.

    Objects keep their ids, and what is not managed keeps its value. A new object has its address (``user/ana``) for an id,
    and holds the fields that its request names. References in what changes lead to ids, as all others in an account do. A
    layer that is taken out of a schedule ends at the moment the account was read.
    """
    identities = {
        **dict(plan.bindings),
        **{
            change.address: change.id or change.address for change in plan.changes if change.address not in plan.skipped
        },
    }

    def to_live(ref: Ref) -> Ref:
        identity = identities.get(ref.address) if ref.address is not None else None
        return Ref(ref.kind, "id", identity) if identity is not None else ref

    gone: set[tuple[str, str]] = set()
    changed: dict[tuple[str, str], LiveObject] = {}
    for change in plan.changes:
        if change.operation is Operation.INTERIM or change.address in plan.skipped:
            continue
        key = (change.kind, change.id or change.address)
        live = account.find(change.kind, change.id) if change.id is not None else None
        if change.ends:
            kept = _kept(change, live)
            if kept is None:
                gone.add(key)
            else:
                changed[key] = kept
        elif change.makes:
            changed[key] = _created(change, to_live, account.fetched_at)
        elif live is not None:
            changed[key] = _updated(change, live, to_live, account.fetched_at)
    people_gone = {identity for kind, identity in gone if BY_SLUG[kind].facts.person is not None}
    objects = {}
    for slug in {*account.objects, *(kind for kind, _ in changed)}:
        group = _without_held(_without_members(_group(slug, account, changed, gone), people_gone), gone)
        sole = BY_SLUG[slug].facts.sole
        if sole is not None:
            group = without_taken(group, sole, _written_as_true(plan, slug, sole.field))
        objects[slug] = tuple(sorted(group, key=lambda live: live.id))
    predicted = replace(account, objects=objects)
    if not any(kind.facts.exclusive is not None and objects.get(kind.slug) for kind in KINDS):
        return predicted
    # A container that is new, or is taken over, says what a field of its objects said before.
    return replace(predicted, objects=divide_exclusive(predicted, KINDS).objects)


def _written_as_true(plan: Plan, slug: str, name: str) -> set[str]:
    """The objects for which the plan writes a field as true."""
    of_kind = (it for it in plan.changes if it.kind == slug and it.address not in plan.skipped and not it.ends)
    return {it.id or it.address for it in of_kind if it.values.get(name) is True}


def _group(
    slug: str,
    account: Account,
    changed: Mapping[tuple[str, str], LiveObject],
    gone: set[tuple[str, str]],
) -> Iterable[LiveObject]:
    known = {live.id for live in account.objects.get(slug, ())}
    listing = BY_SLUG[slug].source.parent
    for live in account.objects.get(slug, ()):
        key = (slug, live.id)
        parent = live.fields.get(listing.parent_field) if listing is not None else None
        if key not in gone and not (isinstance(parent, Ref) and (parent.kind, parent.value) in gone):
            yield changed.get(key, live)
    for (kind, identity), made in changed.items():
        if kind == slug and identity not in known:
            yield made


def _without_members(group: Iterable[LiveObject], people_gone: Collection[str]) -> Iterable[LiveObject]:
    """A person who is deleted is in no team any more."""
    for live in group:
        name = BY_SLUG[live.kind].facts.membership
        members = live.children.get(name, ())
        if people_gone and any(child.id in people_gone for child in members):
            kept = tuple(child for child in members if child.id not in people_gone)
            live = replace(live, children={**live.children, name: kept})
        yield live


def _without_held(group: Iterable[LiveObject], gone: set[tuple[str, str]]) -> Iterable[LiveObject]:
    """What lets go of deleted objects is without them, and goes with the last of them."""
    for live in group:
        name = BY_SLUG[live.kind].facts.lets_go
        held = live.fields.get(name) or () if name and gone else ()
        kept = [ref for ref in held if (ref.kind, ref.value) not in gone]
        if len(kept) < len(held):
            live = replace(live, fields={**live.fields, name: kept})
        if kept or not held:
            yield live


def _kept(change: Change, live: LiveObject | None) -> LiveObject | None:
    """An object that PagerDuty never deletes, once it is out of use; None for one that goes."""
    empty = BY_SLUG[change.kind].source.empty
    return replace(live, fields={**live.fields, **empty}) if empty and live is not None else None


def _created(change: Change, to_live: _ToLive, now: str) -> LiveObject:
    kind = BY_SLUG[change.kind]
    fields = _predict(change, kind.map_fields({**change.values, **change.followup}, to_live), {}, now)
    given = compute_given(change, fields)
    lists = {declared.name: _given_items(change, declared, given.get(declared.name, ())) for declared in kind.children}
    children = _children(change, lists, to_live)
    return LiveObject(change.kind, change.address, fields, {}, children, split_marker(change.marker)[1])


def _predict(change: Change, fields: Fields, live: Fields, now: str) -> Fields:
    """What the server holds of written fields."""
    kind = BY_SLUG[change.kind]
    found = kind.passing.predict(fields, live, now)
    for name in kind.stepped & fields.keys():
        load = kind.fields_by_name[name].stepped
        if load is not None:
            held = load().predict(fields[name], live.get(name), now, at_once=change.at_once is True)
            found = {**found, name: held}
    return found


def compute_given(change: Change, fields: Fields) -> dict[str, tuple[Mapping[str, Canonical], ...]]:
    """The child items that a created object of these fields has without being asked for, by list. Items that a manifest's whole list
    leaves out are removed again, and what rests on them goes too."""
    kind = BY_SLUG[change.kind]
    kept: dict[str, tuple[Mapping[str, Canonical], ...]] = {}
    for name, items in kind.given(fields).items():
        declared = kind.child(name)
        assert declared is not None
        listed = {child.key for child in change.children if child.list_name == name}
        whole = name in change.exclusive and name in change.child_lists
        kept[name] = tuple(item for item in items if not whole or declared.key_of(item) in listed)
    for name in kept:
        rest = kind.rests_on(name)
        if rest is not None:
            there = {rest.name_of(item) for item in kept.get(rest.list_name, ())}
            kept[name] = tuple(item for item in kept[name] if item[rest.member].value in there)
    return kept


def _given_items(
    change: Change, declared: ChildList, items: Iterable[Mapping[str, Canonical]]
) -> tuple[LiveChild, ...]:
    return tuple(LiveChild(f"{change.address} {declared.key_of(item)}", item) for item in items)


def _updated(change: Change, live: LiveObject, to_live: _ToLive, now: str) -> LiveObject:
    kind = BY_SLUG[change.kind]
    changed = {delta.field for delta in change.deltas}
    values = {name: value for name, value in {**change.values, **change.followup}.items() if name in changed}
    fields = {**live.fields, **_predict(change, kind.map_fields(values, to_live), dict(live.fields), now)}
    marker = live.marker if change.marker is None else split_marker(change.marker)[1]
    if change.operation is Operation.RELEASE:
        marker = None
    return replace(live, fields=fields, children=_children(change, live.children, to_live), marker=marker)


def _children(
    change: Change, held: Mapping[str, tuple[LiveChild, ...]], to_live: _ToLive
) -> Mapping[str, tuple[LiveChild, ...]]:
    """The lists with what is added, changed and removed; a list that was not read stays unknown."""
    children = dict(held)
    for declared in BY_SLUG[change.kind].children:
        if declared.name in children:
            children[declared.name] = _child_list(declared, change, children[declared.name], to_live)
    return children


def _child_list(
    declared: ChildList, change: Change, held: Sequence[LiveChild], to_live: _ToLive
) -> tuple[LiveChild, ...]:
    items = {child.id: child for child in held}
    by_key = {declared.key_of(child.value): child.id for child in held}
    for item in change.children:
        if item.list_name != declared.name:
            continue
        value = declared.item.map_refs(item.values, to_live)
        key = declared.key_of(value)
        if item.operation is ChildOperation.REMOVE:
            items.pop(item.id or "", None)
        elif item.operation is ChildOperation.UPDATE and item.id is not None:
            items[item.id] = LiveChild(item.id, value)
        else:
            member = value.get(declared.identified_by)
            identity = member.value if isinstance(member, Ref) else by_key.get(key, f"{change.address} {key}")
            items[identity] = LiveChild(identity, value)
    return tuple(sorted(items.values(), key=lambda child: (declared.key_of(child.value), child.id)))

"""The outcome of a plan: the account as it will be once the plan was applied. Pure.

What PagerDuty adds by itself is added here as far as it decides who is paged: how a new person is reached. Memberships that
come with a policy or a schedule are not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from pdsync.kinds import BY_SLUG
from pdsync.kinds.user import EMAIL, method_name
from pdsync.model import Account, Canonical, ChildList, Fields, LiveChild, LiveObject, Ref, split_marker
from pdsync.plan.change import Change, ChildOperation, Operation
from pdsync.plan.plan import Plan

_ToLive: TypeAlias = Callable[[Ref], Ref]


def compute_outcome(plan: Plan, account: Account) -> Account:
    """The account after all changes of the plan, those too that something blocks; `account` is what the plan was made from.

    Objects keep their ids, and what is not managed keeps its value. A new object has its address (``user/ana``) for an id,
    and holds the fields that its request names. References in what changes lead to ids, as all others in an account do. A
    layer that is taken out of a schedule ends at the moment the account was read.
    """
    identities = {
        **dict(plan.bindings),
        **{change.address: change.id or change.address for change in plan.changes},
    }

    def to_live(ref: Ref) -> Ref:
        identity = identities.get(ref.address) if ref.address is not None else None
        return Ref(ref.kind, "id", identity) if identity is not None else ref

    gone: set[tuple[str, str]] = set()
    changed: dict[tuple[str, str], LiveObject] = {}
    for change in plan.changes:
        if change.operation is Operation.INTERIM:
            continue
        key = (change.kind, change.id or change.address)
        live = account.find(change.kind, change.id) if change.id is not None else None
        if change.operation is Operation.DELETE:
            gone.add(key)
        elif change.operation is Operation.CREATE:
            changed[key] = _created(change, to_live, account.fetched_at)
        elif live is not None:
            changed[key] = _updated(change, live, to_live, account.fetched_at)
    users_gone = frozenset(identity for kind, identity in gone if kind == "user")
    return replace(
        account,
        objects={
            slug: tuple(
                sorted(_without_members(_group(slug, account, changed, gone), users_gone), key=lambda live: live.id)
            )
            for slug in {*account.objects, *(kind for kind, _ in changed)}
        },
    )


def _group(
    slug: str,
    account: Account,
    changed: Mapping[tuple[str, str], LiveObject],
    gone: set[tuple[str, str]],
) -> Iterable[LiveObject]:
    for live in account.objects.get(slug, ()):
        key = (slug, live.id)
        if key not in gone:
            yield changed.get(key, live)
    for (kind, identity), made in changed.items():
        if kind == slug and account.find(kind, identity) is None:
            yield made


def _without_members(group: Iterable[LiveObject], users_gone: frozenset[str]) -> Iterable[LiveObject]:
    """Whoever is deleted is in no team any more."""
    for live in group:
        members = live.children.get("members", ())
        if users_gone and any(child.id in users_gone for child in members):
            kept = tuple(child for child in members if child.id not in users_gone)
            live = replace(live, children={**live.children, "members": kept})
        yield live


def _created(change: Change, to_live: _ToLive, now: str) -> LiveObject:
    kind = BY_SLUG[change.kind]
    values = {**change.values, **change.followup}
    fields = _with_layers(kind.map_fields(values, to_live), (), now)
    given: dict[str, tuple[LiveChild, ...]] = {child.name: () for child in kind.children}
    if change.kind == "user":
        given |= _given_to_new_people(change, str(fields.get("email") or ""))
    children = _children(change, given, to_live)
    return LiveObject(change.kind, change.address, fields, {}, children, split_marker(change.marker)[1])


def _given_to_new_people(change: Change, email: str) -> dict[str, tuple[LiveChild, ...]]:
    """A new person is reached at the login address, at once: PagerDuty makes that method and a rule for each urgency. Those
    that a manifest's whole list leaves out are removed again."""
    method = {"type": EMAIL, "address": email, "label": "Default"}
    by = Ref("contact_method", "name", method_name(method))
    rules = [{"urgency": urgency, "start_delay_in_minutes": 0, "contact_method": by} for urgency in ("high", "low")]
    methods = _kept(change, "contact_methods", [method])
    return {
        "contact_methods": methods,
        "notification_rules": _kept(change, "notification_rules", rules) if methods else (),
    }


def _kept(change: Change, name: str, items: Sequence[Mapping[str, Canonical]]) -> tuple[LiveChild, ...]:
    declared = BY_SLUG[change.kind].child(name)
    assert declared is not None
    keys = [declared.key_of(item) for item in items]
    listed = {child.key for child in change.children if child.list_name == name}
    whole = name in change.exclusive and name in change.child_lists
    return tuple(
        LiveChild(f"{change.address} {key}", item)
        for key, item in zip(keys, items, strict=True)
        if key in listed or not whole
    )


def _updated(change: Change, live: LiveObject, to_live: _ToLive, now: str) -> LiveObject:
    kind = BY_SLUG[change.kind]
    changed = {delta.field for delta in change.deltas}
    values = {name: value for name, value in {**change.values, **change.followup}.items() if name in changed}
    fields = {**live.fields, **_with_layers(kind.map_fields(values, to_live), _layers_of(live), now)}
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
            items.pop(item.id, None)
        elif item.operation is ChildOperation.UPDATE:
            items[item.id] = LiveChild(item.id, value)
        else:
            member = value.get(declared.identified_by)
            identity = member.value if isinstance(member, Ref) else by_key.get(key, f"{change.address} {key}")
            items[identity] = LiveChild(identity, value)
    return tuple(sorted(items.values(), key=lambda child: (declared.key_of(child.value), child.id)))


def _layers_of(live: LiveObject) -> Sequence[Mapping[str, Canonical]]:
    layers: Sequence[Mapping[str, Canonical]] = live.fields.get("schedule_layers") or ()
    return layers


def _with_layers(fields: Fields, held: Sequence[Mapping[str, Canonical]], now: str) -> Fields:
    """The layers as the request leaves them: those of a name that is there keep a start that is past, a new one begins now,
    and those that are not wanted end, below the others. None is ever deleted."""
    if "schedule_layers" not in fields:
        return fields
    left = list(held)
    layers = []
    for layer in fields["schedule_layers"]:
        same = next(
            (other for other in left if other.get("name") == layer.get("name") and not _is_over(other, now)), None
        )
        if same is not None:
            left.remove(same)
        started = same.get("start") if same is not None else None
        past = started if started is not None and str(started) <= now else now
        layers.append({**layer, "start": layer.get("start") or past})
    ended = [layer if _is_over(layer, now) else {**layer, "end": now} for layer in left]
    return {**fields, "schedule_layers": [*ended, *layers]}


def _is_over(layer: Mapping[str, Canonical], now: str) -> bool:
    settled = BY_SLUG["schedule"].settle({"schedule_layers": [layer]}, now)
    return not settled["schedule_layers"]

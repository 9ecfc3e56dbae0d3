"""The manifest that describes an object as it was before a run, from what the journal kept of it. Pure.

A deleted object is described whole, as an export would. In a changed object, only what the run changed is put back: what
other people changed since stays. All else that the ownership line has on record is described as it is today, because what a
manifest no longer names would be reset.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from pdsync.export.namer import Namer
from pdsync.export.spec import find_flaw, write_spec
from pdsync.kinds import BY_SLUG
from pdsync.model import (
    Account,
    Canonical,
    ChildList,
    Fields,
    Kind,
    Lifecycle,
    LiveChild,
    LiveObject,
    Marker,
    Ref,
    Resource,
    Scope,
    Source,
    UnreadableError,
)
from pdsync.model.address import Address, render_address, without_step
from pdsync.model.document import LiveDocument
from pdsync.model.fragment import Gathering
from pdsync.model.last_applied import LastApplied, parse_last_applied
from pdsync.model.marker import carries_line
from pdsync.model.ref import ANY_KIND
from pdsync.model.scope import RefMap
from pdsync.plan import ChildOperation, PlanProblem
from pdsync.plan.before import Before
from pdsync.plan.diff.last_applied import is_on_record
from pdsync.plan.pairing.open_field import parts_name

Lists = Mapping[str, tuple[Mapping[str, Canonical], ...]]
"""Items by the name of their list."""
_BY_HAND = "Put it back by hand: 'pdsync journal show --before' shows what the journal has."


@dataclass(frozen=True, slots=True)
class Restored:
    """The objects to put back."""

    resources: tuple[Resource, ...]
    problems: tuple[PlanProblem, ...]
    notes: tuple[str, ...]


class Restorer:
    """Describes objects of one run."""

    def __init__(self, found: Sequence[Before], account: Account, workspace: str, source: str) -> None:
        """`found` are all objects that the journal holds, whether they are put back or not. `source` is the journal."""
        self._account = account
        self._workspace = workspace
        self._source = source
        self._keys = {(it.kind, it.id): Address.parse(without_step(it.address)).key for it in found}
        self._kinds = {identity: slug for slug, identity in sorted(self._keys, reverse=True)}
        self._coming: set[tuple[str, str]] = set()
        self._problems: list[PlanProblem] = []
        self._notes: list[str] = []

    def restore(self, chosen: Iterable[Before]) -> Restored:
        """The manifests of the chosen objects as they were."""
        chosen = tuple(chosen)
        self._coming = {(before.kind, before.id) for before in chosen}
        resources = [made for before in chosen if (made := self._restore(before)) is not None]
        return Restored(tuple(resources), tuple(self._problems), tuple(self._notes))

    def find(self, before: Before) -> LiveObject | None:
        """The object as it is today: the one that carries the line of its manifest, else the one that has its id."""
        marked = self._account.index.marked(before.kind, self._keys[before.kind, before.id], self._workspace)
        return marked[0] if len(marked) == 1 else self._account.find(before.kind, before.id)

    def _restore(self, before: Before) -> Resource | None:
        if before.body is None:
            self._problem(before, "was too large to be kept in the journal", _BY_HAND)
            return None
        try:
            was = live_of(before)
        except UnreadableError as error:
            self._problem(before, f"cannot be read from the journal: {error}", _BY_HAND)
            return None
        now = self.find(before)
        if now is not None and not self._is_ours(now):
            hint = "Run 'pdsync adopt' first if it belongs to this workspace."
            self._problem(before, f"{now.id} is no longer managed by this workspace", hint)
            return None
        return self._describe(before, was) if now is None else self._amend(before, was, now)

    def _is_ours(self, now: LiveObject) -> bool:
        marker = now.marker
        return not carries_line(BY_SLUG[now.kind], now.name) or (
            marker is not None and marker.workspace == self._workspace
        )

    def _describe(self, before: Before, was: LiveObject) -> Resource | None:
        """The whole object, which has to be created again."""
        kind, scope, follow = BY_SLUG[before.kind], Scope(), self._follower(before)
        lists = {
            it.name: tuple(_mapped(it, item, follow) for item in was.children[it.name])
            for it in kind.children
            if it.name in was.children
        }
        was = replace(was, fields=kind.map_fields(was.fields, follow), children=lists)
        spec = write_spec(kind, was, Namer(self._account, {}), self._account.fetched_at)
        if spec.flaw:
            self._problem(before, f"cannot be put back: {spec.flaw}", _BY_HAND)
            return None
        self._notes += [f"{before.address}: {line}" for lines in spec.comments.values() for line in lines]
        self._notes += [
            f"{before.address}: its {name} is not restored, because the journal does not have it"
            for name in kind.documents
            if name not in was.fields
        ]
        lost = [child for child in kind.children if child.loses and spec.values.get(child.name)]
        self._notes += [f"{before.address}: {_comes_back_without(child)}" for child in lost]
        fields, children, _ = kind.read_desired(spec.values, scope, ())
        # An export leaves out what PagerDuty picks; of a new object it may pick otherwise.
        picked = [name for name in kind.documents if kind.fields_by_name[name].chosen_by_server]
        fields |= {name: was.fields[name] for name in picked if was.fields.get(name) is not None}
        made = self._resource(before, was, fields, {name: children.get(name, ()) for name in lists})
        return replace(made, put_back=parse_last_applied(was.marker) or LastApplied())

    def _amend(self, before: Before, was: LiveObject, now: LiveObject) -> Resource | None:
        """The object as it is today, with what the run changed as it was."""
        kind, moment, follow = BY_SLUG[before.kind], self._account.fetched_at, self._follower(before)
        unkept = {name for name in kind.documents if name not in was.fields}
        for name in sorted(unkept & set(before.fields)):
            self._problem(
                before,
                f"{name} cannot be put back: it may hold a credential, so the journal does not have it",
                _BY_HAND,
            )
        hidden = {name for name in set(before.fields) - unkept if _is_hidden(kind, name, was)}
        for name in sorted(hidden):
            self._problem(before, f"{name} cannot be put back: PagerDuty did not show what it was", _BY_HAND)
        changed = ({it.name for it in kind.fields} if before.is_deleted else set(before.fields)) - unkept - hidden
        lasting = kind.passing.settle(dict(was.fields), moment)  # what has passed is not put back, so it stops nothing
        flaws = {it.name: find_flaw(kind, it, lasting) for it in kind.fields if it.name in changed & set(before.fields)}
        for name, why in flaws.items():
            if why:
                self._problem(before, f"{name} cannot be put back: {why}", _BY_HAND)
        earlier = kind.map_fields(lasting, follow)
        present = kind.passing.settle(dict(now.fields), moment)
        together = kind.together(changed)
        fields = {
            it.name: (earlier if it.name in changed else present).get(it.name)
            for it in kind.fields
            if it.name in together or it.required or it.name == kind.label or is_on_record(now.marker, it.name)
            if it.document is None or it.name in (earlier if it.name in changed else present)
        }
        lists = {it.list_name for it in before.items} | (set(was.children) if before.is_deleted else set())
        missing = sorted(lists - (was.children.keys() & now.children.keys()))
        if missing:
            self._problem(before, f"{', '.join(missing)} cannot be put back: not read", _BY_HAND)
            return None
        lists |= {name for name in now.children if is_on_record(now.marker, name)}
        children = {it.name: _items(it, before, was, now, follow) for it in kind.children if it.name in lists}
        made = self._resource(before, now, fields, children)
        return replace(made, put_back=parse_last_applied(was.marker) or LastApplied())

    def _resource(self, before: Before, live: LiveObject, fields: Fields, children: Lists) -> Resource:
        """A manifest of these values; `live` is the object that they are of, as it is or as it was."""
        kind, marker = BY_SLUG[before.kind], live.marker
        is_there = self._account.find(live.kind, live.id) is not None
        ours = marker is not None and marker.workspace == self._workspace and marker.kind == live.kind
        return Resource(
            kind.slug,
            marker.key if ours and marker is not None else self._keys[before.kind, before.id],
            fields,
            Source(self._source, before.line),
            children=children,
            modes=dict.fromkeys(children, "exclusive"),
            lifecycle=Lifecycle(protect=marker is not None and marker.protect),
            id=live.id if is_there and not carries_line(kind, live.name) else None,
            label=kind.label,
            gathered=dict.fromkeys(_shared_fields(kind, marker), ()),
        )

    def _follower(self, before: Before) -> RefMap:
        """Leads references to deleted objects to those that take their place. A reference without a replacement is a problem."""

        def follow(ref: Ref) -> Ref:
            slug = self._kinds.get(ref.value, "") if ref.kind == ANY_KIND else ref.kind
            place = (slug, ref.value)
            if ref.by != "id" or place not in self._keys or self._account.find(*place) is not None:
                return ref
            key = self._keys[place]
            again = self._account.index.marked(slug, key, self._workspace)
            if len(again) == 1:  # by its id, as the account has it: items are known by what they refer to
                return Ref(slug, "id", again[0].id)
            if place in self._coming:
                return Ref(slug, "key", key)
            what = f"refers to {render_address(slug, key)} ({ref.value}), which the run deleted"
            self._problem(before, what, "Restore that too: name it as well, or leave out KIND/NAME.")
            return ref

        return follow

    def _problem(self, before: Before, message: str, hint: str) -> None:
        problem = PlanProblem(before.address, str(Source(self._source, before.line)), message, hint)
        if problem not in self._problems:
            self._problems.append(problem)


def live_of(before: Before) -> LiveObject:
    """The object as it was. Raises UnreadableError."""
    kind, body = BY_SLUG[before.kind], dict(before.body or {})
    listed = {it.name: body[it.name] for it in kind.children if it.read_from != "parent" and it.name in body}
    documents = {name: LiveDocument(body[name]) for name in kind.documents if name in body}
    return kind.with_documents(kind.read_live(body, listed), documents)


def _is_hidden(kind: Kind, name: str, was: LiveObject) -> bool:
    """Whether the journal lacks a secret of a field: an answer hides it, or has nothing in its place."""
    side, value = kind.open_fields.get(name), was.fields.get(name)
    if side is None or not side.SEALED:
        return False
    return value is None or not all(map(side.is_shown, side.parts(value).values()))


def _shared_fields(kind: Kind, marker: Marker | None) -> list[str]:
    """The fields that were shared when the line was written: what other people wrote in them is not put back, and stays."""
    record = parse_last_applied(marker)
    shared = [it.name for it in kind.fields if isinstance(it.codec, Gathering)] if record is not None else []
    return [name for name in shared if record is not None and record.of_list(parts_name(name)) is not None]


def _mapped(child: ChildList, item: LiveChild, refs: RefMap) -> LiveChild:
    return LiveChild(item.id, child.item.map_refs(item.value, refs))


def _items(
    child: ChildList, before: Before, was: LiveObject, now: LiveObject, follow: RefMap
) -> tuple[Mapping[str, Canonical], ...]:
    """The items of today, with those as they were that the run added, changed or removed."""
    held = {child.key_of(item.value): item.value for item in now.children[child.name]}
    # A key names references by the ids of that time.
    earlier = {child.key_of(it.value): _mapped(child, it, follow).value for it in was.children.get(child.name, ())}
    if before.is_deleted and child.name in was.children:
        return tuple(earlier.values())
    for item in before.items:
        if item.list_name != child.name:
            continue
        if item.operation == ChildOperation.ADD:
            held.pop(item.key, None)
        elif item.key in earlier:
            held[child.key_of(earlier[item.key])] = earlier[item.key]
    return tuple(held.values())


def _comes_back_without(child: ChildList) -> str:
    if child.loses_many:
        return f"its {child.name} are restored without the {child.loses}"
    return f"each of its {child.name} gets a new {child.loses}; the old one is not restored"

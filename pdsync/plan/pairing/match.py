"""Pairs manifests with live objects. Pure.

A manifest describes the object whose id it gives, else the one that carries its marker or that of a former key,
else of the only one of its identity (the name; for people the email address). An object that carries no marker yet is
paired, and noted as unmarked: whether it may be taken over is not decided here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated

from pdsync.kinds import BY_SLUG
from pdsync.model import Account, Canonical, LiveObject, Ref, Resource
from pdsync.model.last_applied import is_copied
from pdsync.model.marker import carries_line
from pdsync.model.name import fold_shown_name
from pdsync.plan.json_form import Form, says
from pdsync.plan.pairing.likeness import Likely, find_likely, find_likely_keys

if TYPE_CHECKING:  # most plans replace nothing
    from pdsync.plan.pairing.replaced import Replaced

COPY_HINT = (
    "Remove the line 'Managed by pdsync' from the copy's description, and pdsync leaves it alone; "
    "or take the copy over with lifecycle: {adopt: true}."
)

_ID_HINT = "Write the right one's id as metadata.id."


class PlanProblem(Form, frozen=True):
    """Why there is no complete plan for a resource."""

    address: Annotated[str, says("The manifest, as kind/name.")]
    source: Annotated[str, says("file:line of it; empty where there is none.")]
    message: Annotated[str, says("What is wrong.")]
    hint: Annotated[str, says("What to do next.")] = ""


@dataclass(slots=True)
class Pairing:
    """Which live object each manifest describes."""

    live: dict[str, LiveObject] = field(default_factory=dict)
    """By address."""
    unmarked: set[str] = field(default_factory=set)
    """Addresses whose object does not carry our marker yet: its adoption must have been allowed."""
    orphans: list[LiveObject] = field(default_factory=list)
    """Objects that carry our workspace's marker and have no manifest."""
    copies: list[LiveObject] = field(default_factory=list)
    """Objects whose marker was written for another object: a person cloned it. They are not ours."""
    tombstones: list[tuple[Resource, LiveObject]] = field(default_factory=list)
    """Objects that a tombstone describes: those are not pairs."""
    unseen: list[Resource] = field(default_factory=list)
    """Tombstones of what another host does not show."""
    inherited: set[str] = field(default_factory=set)
    """Addresses whose object PagerDuty made from a field that pdsync wrote: no one has to allow its adoption."""
    problems: list[PlanProblem] = field(default_factory=list)
    addresses: dict[tuple[str, str], str] = field(default_factory=dict)
    """Addresses by kind and id."""
    likely: Likely = field(default_factory=dict)
    """Objects that may belong to manifests that found none, because their identity changed."""
    replaced: dict[str, Replaced] = field(default_factory=dict)
    """What a new object replaces, by address. It is not in `live`."""
    retiring: dict[str, tuple[LiveObject, ...]] = field(default_factory=dict)
    """Objects in whose place another one was made or will be, by address: each after the one that replaces it."""
    doubtful: Likely = field(default_factory=dict)
    """The same for manifests that found an object of another name: their identity may have become that of another object."""

    def bindings(self) -> dict[str, str]:
        """Ids by address, those of likely pairs too: a reference to such an object counts as one to its manifest."""
        likely: dict[str, str] = {}
        for (_, identity), address in find_likely_keys(self.likely).items():
            if len(self.likely[address]) == 1:
                likely[address] = identity
        return likely | {address: live.id for address, live in self.live.items()}


def match(
    resources: Sequence[Resource], account: Account, workspace: str, elsewhere: Sequence[Resource] = ()
) -> Pairing:
    """Pairs every resource with at most one live object. An ambiguous match, or an object of another workspace, becomes a problem and never a guess.

    `elsewhere` are the manifests of the workspace that were not selected. What they describe has a manifest, and is not paired here.
    """
    matcher = _Matcher(account, workspace)
    pairing = matcher.pairing
    # What is pinned by id is paired first, so that nothing else can take it. What another object identifies is
    # paired once that object is.
    pinned_first = sorted(resources, key=lambda resource: resource.id is None)
    known = {(resource.kind, resource.key) for resource in resources}
    for late in (False, True):
        group = [resource for resource in pinned_first if BY_SLUG[resource.kind].is_identified_by_refs is late]
        waiting = [
            resource for resource in group if not (matcher.note_unknown(resource) or matcher.pair_surely(resource))
        ]
        taken = set(pairing.addresses)
        # A manifest goes before a tombstone of the same name, so what carries no ownership line is never deleted in its place.
        for resource in sorted(waiting, key=lambda resource: resource.lifecycle.absent):
            matcher.pair_by_identity(resource, taken | set(pairing.addresses) if resource.lifecycle.absent else taken)
    for resource in resources:
        if resource.lifecycle.absent and resource.address in pairing.live:
            pairing.tombstones.append((resource, pairing.live.pop(resource.address)))
    described = known | {(resource.kind, key) for resource in elsewhere for key in _keys_of(resource)}
    retiring = {(live.kind, live.id) for chain in pairing.retiring.values() for live in chain}
    for live in account.index.marked_by(workspace):
        if live.marker is None or (live.kind, live.id) in pairing.addresses or (live.kind, live.id) in retiring:
            continue
        if is_copied(live.marker, live.kind, live.id):
            pairing.copies.append(live)
        elif (live.kind, live.marker.key) not in described:
            pairing.orphans.append(live)
    spoken_for = {problem.address for problem in pairing.problems} | set(pairing.addresses.values())
    claimed = {identity for _, identity in pairing.addresses} | _ids_elsewhere(elsewhere, account)
    pairing.likely = find_likely(resources, account, spoken_for, claimed)
    renamed = [resource for resource in resources if _is_renamed(resource, pairing.live.get(resource.address))]
    pairing.doubtful = find_likely(renamed, account, (), claimed)
    for _, live in pairing.tombstones:
        del pairing.addresses[live.kind, live.id]
    return pairing


class _Matcher:
    """Pairs one resource after another, and notes what is between."""

    def __init__(self, account: Account, workspace: str) -> None:
        self.pairing = Pairing()
        self._account = account
        self._index = account.index
        self._workspace = workspace

    def note_unknown(self, resource: Resource) -> bool:
        """Notes a manifest of a kind that could not be read, so nothing can be said about its object, and a tombstone is not carried out in silence."""
        if resource.kind not in self._account.unknown:
            return False
        if BY_SLUG[resource.kind].host != "rest":
            if resource.lifecycle.absent:
                self.pairing.unseen.append(resource)
            return True  # its change is stopped alone: another host says nothing about the rest of the account
        hint = "Use an account and a token that can read them, or remove the manifest."
        nouns = BY_SLUG[resource.kind].nouns
        return self._problem(resource, self._account.refusal_of(resource.kind, nouns), hint)

    def pair_surely(self, resource: Resource) -> bool:
        """Pairs by id, marker or former key, and by identity what carries no marker; True when nothing is left to look for."""
        carriers = self._index.marked(resource.kind, resource.key, self._workspace)
        marked, copies = self._without_copies(carriers)
        if marked and BY_SLUG[resource.kind].facts.replaced is not None:
            marked = self._newest(resource, marked)
        if resource.id is not None:
            self._pair_by_id(resource, resource.id, marked)
            return True
        kind = BY_SLUG[resource.kind]
        if marked:
            hint = "Cloning in the web application copies the line 'Managed by pdsync'. Remove it from the copy's description."
            return self._pair_only(resource, marked, "carry the marker of this manifest", hint)
        carriers = [live for key in resource.lifecycle.moved_from for live in self._marked(resource, key)]
        former, more = self._without_copies(carriers)
        if former:
            hint = "Keep the key of the right one in moved_from."
            return self._pair_only(resource, former, "carry the keys that it was moved from", hint)
        if copies or more:
            return self._judge_copies(resource, [*copies, *more])
        if carries_line(kind, resource.name):
            return False
        same = self._alike(resource)
        return self._pair_only(resource, same, f"have the same {kind.identity_noun}", _ID_HINT) if same else True

    def _without_copies(self, carriers: Sequence[LiveObject]) -> tuple[list[LiveObject], list[LiveObject]]:
        """The objects whose marker is their own, and those that carry the marker of another object."""
        copies = [live for live in carriers if is_copied(live.marker, live.kind, live.id)]
        return [live for live in carriers if live not in copies], copies

    def _newest(self, resource: Resource, marked: list[LiveObject]) -> list[LiveObject]:
        """The object that replaces the others of the same line, where their records say so, also of a line with a former key."""
        former = [live for key in resource.lifecycle.moved_from for live in self._marked(resource, key)]
        carriers = [*marked, *self._without_copies(former)[0]]
        if len(carriers) < 2:
            return marked
        from pdsync.plan.pairing.replaced import order_chain

        chain = order_chain(carriers)
        if not chain or chain[0] not in marked:
            return marked
        self.pairing.retiring[resource.address] = chain[1:]
        return [chain[0]]

    def _judge_copies(self, resource: Resource, copies: Sequence[LiveObject]) -> bool:
        """The object itself is gone, but copies of it are left. They are not ours, so they are taken over only on request."""
        cycle = resource.lifecycle
        if cycle.absent and not cycle.adopt:
            return True
        if cycle.adopt:
            self.pairing.unmarked.add(resource.address)
            return self._pair_only(resource, copies, "carry a copy of the marker of this manifest", COPY_HINT)
        message = f"the object of this manifest is gone; the object with its marker is a copy that a person made: {_listing(copies)}"
        return self._problem(resource, message, COPY_HINT)

    def pair_by_identity(self, resource: Resource, taken: set[tuple[str, str]]) -> None:
        """The only unmarked object of the same identity may be adopted; more of them, or one of others, are a problem."""
        kind = BY_SLUG[resource.kind]
        found = self._alike(resource)
        if not found:
            return
        same = [live for live in found if (live.kind, live.id) not in taken]
        free = [live for live in same if live.marker is None]
        foreign = [live for live in same if live.marker and live.marker.workspace != self._workspace]
        shown = ", ".join(repr(str(self._identity(resource).get(name))) for name in kind.identity)
        if len(free) > 1:
            self._problem(
                resource, f"{len(free)} objects have the {kind.identity_noun} {shown}: {_listing(free)}", _ID_HINT
            )
        elif free:
            self._pair_only(resource, free)
            self.pairing.unmarked.add(resource.address)
        elif foreign:
            owner = foreign[0].marker.workspace if foreign[0].marker else ""
            hint = "Refer to it by {name: ...} instead of managing it, or choose another name."
            self._problem(resource, f"{shown} is managed by the workspace {owner!r}", hint)

    def _pair_by_id(self, resource: Resource, identity: str, marked: Sequence[LiveObject]) -> None:
        live = self._index.find(resource.kind, identity)
        if live is None and resource.lifecycle.absent:
            return  # it was deleted already
        if live is None:
            message = f"the account has no {BY_SLUG[resource.kind].noun} with the id {identity}"
            deleted = "If the object was deleted, remove the manifest, or only the id to create it again."
            self._problem(resource, message, f"Correct metadata.id. {deleted}")
            return
        if live.marker and live not in marked and not is_copied(live.marker, live.kind, live.id):
            # In this workspace it may be the same object under the key that the manifest had before.
            ours = live.marker.workspace == self._workspace
            line = f"Write 'lifecycle: {{moved_from: {live.marker.key}}}' if that is its former key."
            hint = line if ours else "Release it there first."
            self._problem(resource, f"{identity} is managed by {live.marker.owner}", hint)
            return
        others = [other for other in marked if other is not live]
        if others:
            message = f"metadata.id says {live.id}, but the marker of this manifest is on {_listing(others)}"
            self._problem(resource, message)
            return
        if live not in marked and carries_line(BY_SLUG[resource.kind], live.name):
            self.pairing.unmarked.add(resource.address)
        self._pair_only(resource, [live])

    def _pair_only(self, resource: Resource, found: Sequence[LiveObject], what: str = "", hint: str = "") -> bool:
        """Pairs with the object that was found. It is a problem if there are several, or if it has a manifest already."""
        if len(found) > 1:
            return self._problem(resource, f"{len(found)} objects {what}: {_listing(found)}", hint)
        live = found[0]
        other = self.pairing.addresses.get((live.kind, live.id))
        if other is not None:
            message = f"{other} describes the same object {live.id}"
            return self._problem(resource, message, "Remove one of the two manifests.")
        self.pairing.live[resource.address] = live
        self.pairing.addresses[live.kind, live.id] = resource.address
        return True

    def _alike(self, resource: Resource) -> Sequence[LiveObject]:
        if BY_SLUG[resource.kind].source.single:
            return self._account.objects.get(resource.kind, ())
        return self._index.alike(resource.kind, BY_SLUG[resource.kind].identity, self._identity(resource))

    def _identity(self, resource: Resource) -> Mapping[str, Canonical]:
        """The fields as live objects have them: named by the key where no name is written, and with ids in references."""
        fields = resource.fields
        if resource.label not in fields:
            fields = {resource.label: resource.name, **fields}
        kind = BY_SLUG[resource.kind]
        return kind.map_fields(fields, self._to_id) if kind.is_identified_by_refs else fields

    def _to_id(self, ref: Ref) -> Ref | None:
        """None for an object that is not there yet: nothing can be identified by it."""
        if ref.by == "name" and ref.kind not in BY_SLUG:
            listed = self._account.lookups.get(ref.kind, {}).get(fold_shown_name(ref.value), ())
            return Ref(ref.kind, "id", listed[0]) if len(listed) == 1 else None
        found = [self.pairing.live.get(ref.address or "")]
        if ref.by == "name":
            rows = self._account.lookups.get(ref.kind, {}).get(fold_shown_name(ref.value), ())
            if len(rows) == 1:
                return Ref(ref.kind, "id", rows[0])
            found = [*self._index.named(ref.kind, ref.value)]
        live = found[0] if len(found) == 1 else None
        return ref if ref.by == "id" else Ref(ref.kind, "id", live.id) if live is not None else None

    def _marked(self, resource: Resource, key: str) -> Sequence[LiveObject]:
        return self._index.marked(resource.kind, key, self._workspace)

    def _problem(self, resource: Resource, message: str, hint: str = "") -> bool:
        self.pairing.problems.append(PlanProblem(resource.address, str(resource.source), message, hint))
        return True


def _is_renamed(resource: Resource, live: LiveObject | None) -> bool:
    """Whether an object without an ownership line gets another name."""
    shown = BY_SLUG[resource.kind].shown_name
    if live is None or not shown:
        return False
    return fold_shown_name(str(live.fields.get(shown) or "")) != fold_shown_name(str(resource.fields.get(shown) or ""))


def _keys_of(resource: Resource) -> Iterator[str]:
    yield resource.key
    yield from resource.lifecycle.moved_from


def _ids_elsewhere(resources: Sequence[Resource], account: Account) -> set[str]:
    """Ids of the objects without an ownership line that other manifests describe."""
    found: set[str] = set()
    for resource in resources:
        kind = BY_SLUG[resource.kind]
        if resource.id is not None:
            found.add(resource.id)
        elif kind.shown_name:
            found.update(live.id for live in account.index.alike(resource.kind, kind.identity, resource.fields))
    return found


def _listing(objects: Sequence[LiveObject]) -> str:
    return ", ".join(f"{live.id} ({live.url or live.name})" for live in sorted(objects, key=lambda live: live.id))

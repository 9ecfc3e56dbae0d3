"""Pairs manifests with live objects: by id, by our marker, by email, by unique name. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from pdsync.kinds import BY_SLUG
from pdsync.model import Account, LiveObject, Resource
from pdsync.model.address import render_address


@dataclass(frozen=True, slots=True)
class PlanProblem:
    """Why no plan can be made for a resource: what is wrong, where its manifest stands, and what to do next."""

    address: str
    source: str
    message: str
    hint: str = ""

    def to_json(self) -> dict[str, str]:
        """Plain JSON."""
        return {"address": self.address, "source": self.source, "message": self.message, "hint": self.hint}


@dataclass(slots=True)
class Pairing:
    """Which live object each manifest speaks of."""

    pairs: dict[str, LiveObject] = field(default_factory=dict)
    """By address."""
    unmarked: set[str] = field(default_factory=set)
    """Addresses whose object does not carry our marker yet: taking it over must have been allowed."""
    orphans: list[LiveObject] = field(default_factory=list)
    """Objects that carry our workspace's marker and have no manifest."""
    tombs: list[tuple[Resource, LiveObject]] = field(default_factory=list)
    """Objects that a tombstone speaks of: those are no pairs."""
    problems: list[PlanProblem] = field(default_factory=list)
    addresses: dict[tuple[str, str], str] = field(default_factory=dict)
    """Addresses by kind and id."""

    def pair(self, resource: Resource, live: LiveObject) -> None:
        """Binds a manifest to a live object."""
        self.pairs[resource.address] = live
        self.addresses[live.kind, live.id] = resource.address


def _listing(objects: Sequence[LiveObject]) -> str:
    return ", ".join(f"{live.id} ({live.url or live.name})" for live in sorted(objects, key=lambda live: live.id))


class _Index:
    """The account by everything that a manifest may be paired by."""

    def __init__(self, account: Account, workspace: str) -> None:
        self.account = account
        self.workspace = workspace
        self.by_marker: dict[tuple[str, str], list[LiveObject]] = defaultdict(list)
        self.by_email: dict[str, list[LiveObject]] = defaultdict(list)
        self.by_name: dict[tuple[str, str], list[LiveObject]] = defaultdict(list)
        for group in account.objects.values():
            for live in group:
                self.by_name[live.kind, live.name.casefold()].append(live)
                self.by_email[str(live.fields.get("email") or "")].append(live)
                if live.marker and live.marker.workspace == workspace and live.marker.kind == live.kind:
                    self.by_marker[live.kind, live.marker.key].append(live)


def match(resources: Sequence[Resource], account: Account, workspace: str) -> Pairing:
    """Pairs every resource with at most one live object. What is ambiguous or foreign becomes a problem, never a guess."""
    pairing = Pairing()
    index = _Index(account, workspace)
    # What is pinned by id is paired first, so that nothing else can take it.
    pinned_first = sorted(resources, key=lambda resource: resource.id is None)
    waiting = [resource for resource in pinned_first if not _pair_surely(resource, index, pairing)]
    taken = set(pairing.addresses)
    for resource in waiting:
        _pair_by_name(resource, index, pairing, taken)
    for resource in resources:
        if resource.lifecycle.absent and resource.address in pairing.pairs:
            live = pairing.pairs.pop(resource.address)
            pairing.tombs.append((resource, live))
    keys = {resource.address for resource in resources}
    pairing.orphans = [
        live
        for (kind, key), marked in sorted(index.by_marker.items())
        for live in sorted(marked, key=lambda live: live.id)
        if render_address(kind, key) not in keys and (live.kind, live.id) not in pairing.addresses
    ]
    for _, live in pairing.tombs:
        del pairing.addresses[live.kind, live.id]
    return pairing


def _pair_surely(resource: Resource, index: _Index, pairing: Pairing) -> bool:
    """Pairs by id, marker or email; True when there is nothing left to look for."""

    def problem(message: str, hint: str = "") -> bool:
        pairing.problems.append(PlanProblem(resource.address, str(resource.source), message, hint))
        return True

    def pair(live: LiveObject) -> bool:
        other = pairing.addresses.get((live.kind, live.id))
        if other is not None:
            return problem(f"{other} speaks of the same object {live.id}", "Remove one of the two manifests.")
        pairing.pair(resource, live)
        return True

    marked = index.by_marker.get((resource.kind, resource.key), [])
    if resource.id is not None:
        live = index.account.find(resource.kind, resource.id)
        if live is None:
            return problem(
                f"the account has no {resource.kind} with the id {resource.id}", "Correct metadata.id, or remove it."
            )
        if live.marker and live not in marked:
            return problem(
                f"{resource.id} is managed by {str(live.marker)[len('Managed by pdsync: ') :]}",
                "Release it there first.",
            )
        others = [other for other in marked if other is not live]
        if others:
            return problem(f"metadata.id says {live.id}, but the marker of this manifest is on {_listing(others)}")
        if live.marker is None and BY_SLUG[resource.kind].marker_line:
            pairing.unmarked.add(resource.address)
        return pair(live)
    if len(marked) > 1:
        hint = (
            "Cloning in the web application copies the line 'Managed by pdsync'. Remove it from the copy's description."
        )
        return problem(f"{len(marked)} objects carry the marker of this manifest: {_listing(marked)}", hint)
    if marked:
        return pair(marked[0])
    before = [live for key in resource.lifecycle.moved_from for live in index.by_marker.get((resource.kind, key), [])]
    if len(before) > 1:
        hint = "Keep the key of the right one in moved_from."
        return problem(f"{len(before)} objects carry the keys that it was moved from: {_listing(before)}", hint)
    if before:
        return pair(before[0])
    if BY_SLUG[resource.kind].identity == "email":
        same = index.by_email.get(str(resource.fields.get("email")), [])
        if len(same) > 1:
            return problem(f"{len(same)} users have this email address: {_listing(same)}")
        return pair(same[0]) if same else True
    return False


def _pair_by_name(resource: Resource, index: _Index, pairing: Pairing, taken: set[tuple[str, str]]) -> None:
    """A unique unmarked object of the same name may be adopted; anything else of that name is a problem or an orphan."""
    found = index.by_name.get((resource.kind, resource.name.casefold()), [])
    same = [live for live in found if (live.kind, live.id) not in taken]
    free = [live for live in same if live.marker is None]
    foreign = [live for live in same if live.marker and live.marker.workspace != index.workspace]
    at = (resource.address, str(resource.source))
    if len(free) > 1:
        hint = "Write the right one's id as metadata.id."
        pairing.problems.append(
            PlanProblem(*at, f"{len(free)} objects have the name {resource.name!r}: {_listing(free)}", hint)
        )
    elif free:
        pairing.pair(resource, free[0])
        pairing.unmarked.add(resource.address)
    elif foreign:
        owner = foreign[0].marker.workspace if foreign[0].marker else ""
        hint = "Refer to it by {name: ...} instead of managing it, or choose another name."
        pairing.problems.append(PlanProblem(*at, f"{resource.name!r} is managed by the workspace {owner!r}", hint))

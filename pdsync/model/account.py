"""A snapshot of an account, with indexes for every way in which objects are looked up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any

from pdsync.model.action import Action
from pdsync.model.codec.plain import Canonical
from pdsync.model.incident import OpenIncident
from pdsync.model.live import LiveObject
from pdsync.model.mention import Mention
from pdsync.model.name import fold_name
from pdsync.model.ref import ANY_KIND
from pdsync.model.sort_key import sort_key

Identity = tuple[str, ...]
"""The values that identify an object, in the form in which they are compared."""


def identity_of(names: Iterable[str], fields: Mapping[str, Canonical]) -> Identity | None:
    """The values of the fields `names`, as they are compared; None where one of them is empty, or there are none."""
    found: list[Any] = []
    for name in names:
        value = fields.get(name)
        if value is None or value == "":
            return None
        found.append(fold_name(value) if isinstance(value, str) else sort_key(value))
    return tuple(found) or None


class AccountIndex:
    """Each look-up table is made when it is first asked for."""

    def __init__(
        self,
        objects: Mapping[str, Sequence[LiveObject]],
        implied: Mapping[str, Sequence[LiveObject]] = MappingProxyType({}),
    ) -> None:
        """`objects` are all objects, by kind; those that are `implied` are found by their id alone."""
        self._objects = objects
        self._implied = implied
        self._by_fields: dict[tuple[str, Identity], dict[Identity, list[LiveObject]]] = {}

    def find(self, kind: str, identity: str) -> LiveObject | None:
        """The object of that kind and id, if the account has it."""
        return self._by_id.get((kind, identity)) if kind != ANY_KIND else self._of_any_kind.get(identity)

    def named(self, kind: str, name: str) -> Sequence[LiveObject]:
        """The objects of that kind and name."""
        return self._by_name.get((kind, fold_name(name)), ())

    def alike(self, kind: str, names: tuple[str, ...], fields: Mapping[str, Canonical]) -> Sequence[LiveObject]:
        """The objects of that kind that have the same values as `fields` in the fields `names`."""
        wanted = identity_of(names, fields)
        if wanted is None:
            return ()
        found = self._by_fields.get((kind, names))
        if found is None:
            found = self._by_fields[kind, names] = {}
            for live in self._objects.get(kind, ()):
                identity = identity_of(names, live.fields)
                if identity is not None:
                    found.setdefault(identity, []).append(live)
        return found.get(wanted, ())

    def marked(self, kind: str, key: str, workspace: str) -> Sequence[LiveObject]:
        """The objects whose marker names this manifest of the workspace."""
        return self._by_marker.get((workspace, kind, key), ())

    def marked_by(self, workspace: str) -> Iterable[LiveObject]:
        """Every object whose marker names a manifest of the workspace, by kind, key and id."""
        for (owner, _, _), group in sorted(self._by_marker.items()):
            if owner == workspace:
                yield from sorted(group, key=lambda live: live.id)

    @cached_property
    def _by_id(self) -> dict[tuple[str, str], LiveObject]:
        groups = (*self._implied.values(), *self._objects.values())
        return {(live.kind, live.id): live for group in groups for live in group}

    @cached_property
    def _of_any_kind(self) -> dict[str, LiveObject]:
        # A document has the id of its parent, and a longer slug: an id in a text is the parent's.
        return {identity: self._by_id[kind, identity] for kind, identity in sorted(self._by_id, reverse=True)}

    @cached_property
    def _by_name(self) -> dict[tuple[str, str], list[LiveObject]]:
        found: dict[tuple[str, str], list[LiveObject]] = {}
        for group in self._objects.values():
            for live in group:
                if live.name:
                    found.setdefault((live.kind, fold_name(live.name)), []).append(live)
        return found

    @cached_property
    def _by_marker(self) -> dict[tuple[str, str, str], list[LiveObject]]:
        found: dict[tuple[str, str, str], list[LiveObject]] = {}
        for group in self._objects.values():
            for live in group:
                marker = live.marker
                # A line that names another kind was copied by hand: it says nothing about this object.
                if marker is not None and marker.kind == live.kind:
                    found.setdefault((marker.workspace, marker.kind, marker.key), []).append(live)
        return found


@dataclass(frozen=True, slots=True)
class License:
    """What ``GET /licenses`` says about a licence of the account, which users of certain roles take one of."""

    id: str
    name: str
    roles: frozenset[str]
    """The roles of users whom it is for."""
    available: int | None
    """How many more users may have it; None: there is no limit (PagerDuty API description, LicenseWithCounts)."""

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> License:
        """From an answer of the API."""
        left = raw.get("allocations_available")
        return cls(
            id=str(raw.get("id") or ""),
            name=str(raw.get("name") or raw.get("summary") or ""),
            roles=frozenset(map(str, raw.get("valid_roles") or ())),
            available=left if isinstance(left, int) and not isinstance(left, bool) else None,
        )


@dataclass(frozen=True)
class Account:
    """A snapshot of the live account. A kind outside `complete_for` was not read to its end: nothing of it is pruned."""

    objects: Mapping[str, tuple[LiveObject, ...]]
    complete_for: frozenset[str]
    fetched_at: str
    """RFC 3339 in UTC. Whether a layer has started or ended is judged at this moment, in plan and apply alike."""
    subdomain: str = ""
    implied: Mapping[str, tuple[LiveObject, ...]] = field(default_factory=dict)
    """Objects that PagerDuty made from a field of another object, by kind (`ExclusiveFact.is_implied`). That field says all of them: no
    manifest describes one unless it names its id."""
    mirrored: Mapping[tuple[str, str], tuple[Canonical, LiveObject]] = field(default_factory=dict)
    """What PagerDuty shows in such a field of an object that another container holds, and that container: by kind and id."""
    ended: Mapping[str, tuple[LiveObject, ...]] = field(default_factory=dict)
    """Objects that have ended, by kind, of the kinds whose ended objects were asked for (`Listing.ended`)."""
    lookups: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    """Ids of what PagerDuty lists for every account, such as vendors: by kind, then by name as names are compared. It lists some
    names twice."""
    lookup_names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """The names of the same as PagerDuty spells them: by kind, then by id."""
    includes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The ``include[]`` that this account allows, by kind, and the places that were read of child lists that other hosts keep, by name of the
    list: a re-read must ask for the same."""
    unknown_lists: Mapping[str, str] = field(default_factory=dict)
    """Why child lists are unknown that other hosts keep, by name of the list."""
    user_token: bool = True
    """False for an account-level key, which needs a ``From`` address to create users."""
    abilities: frozenset[str] | None = None
    """The abilities of the account, by PagerDuty's names; None where they were not read."""
    licenses: tuple[License, ...] | None = None
    """The licences; None where they were not read."""
    incidents: tuple[OpenIncident, ...] | None = None
    """All open incidents; None where they were not asked for, or could not be read whole."""
    unknown: Mapping[str, str] = field(default_factory=dict)
    """Kinds and look-up tables that this account's plan or token does not let pdsync read, by slug, with what PagerDuty answered."""
    lacking: frozenset[str] = frozenset()
    """The unknown kinds that the account's plan does not have (402): it holds none of them."""
    placeholders: Mapping[str, tuple[str, ...]] | None = None
    """The names that PagerDuty fills into texts, by slug of the kind, of those that could be read; None where they were not asked for."""
    actions: Mapping[str, Action] | None = None
    """The actions that steps can use, by id; None where they were not read."""
    actions_unread: str = ""
    """Why the actions could not be read."""
    incidents_unread: str = ""
    """Why the incidents could not be read."""
    mentions: tuple[Mention, ...] | None = None
    """Mentions of the objects that a plan deletes; None where they were not read."""
    mentions_unread: tuple[str, ...] = ()
    """The kinds of mentions that the token may not read."""

    @cached_property
    def index(self) -> AccountIndex:
        """The index of the objects."""
        return AccountIndex(self.objects, self.implied)

    def find(self, kind: str, identity: str) -> LiveObject | None:
        """The object of that kind and id, if the account has it."""
        return self.index.find(kind, identity)

    def refusal_of(self, slug: str, nouns: str) -> str:
        """Why nothing is known about a kind, `nouns` to people, as a clause."""
        lacks = f"the account's plan has no {nouns}" if slug in self.lacking else f"{nouns} cannot be read"
        return f"{lacks} ({self.unknown[slug]})"

"""Looks for an object that a create may have made, or that has its name. One or a few list requests, never a write."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from pdsync.apply.claim_index import ClaimIndex
from pdsync.apply.wire import Wire
from pdsync.client import HttpError, IncompleteListError
from pdsync.client.shared_look import SharedLook
from pdsync.kinds import BY_SLUG
from pdsync.model import Kind, LiveObject, Ref
from pdsync.model.name import fold_name
from pdsync.plan import Change
from pdsync.plan.saved.judgement import Found, claim_of, find_claims

if TYPE_CHECKING:  # few plans have objects with a parent
    from pdsync.apply.nested import Nested
    from pdsync.apply.parented import Parented

_NOT_FOUND = 404


@dataclass(frozen=True, slots=True)
class Swept:
    """The result of a sweep of a collection."""

    found: Mapping[str, Found]
    """The objects that concern each create, by its address."""
    objects: Mapping[str, LiveObject]
    """The objects that were asked for by their id."""


@dataclass(frozen=True, slots=True)
class _Named:
    """What a row may be about that has only an id and a name, as listings of some collections do."""

    names: frozenset[str]
    identities: frozenset[str] = frozenset()

    @classmethod
    def by(cls, changes: Sequence[Change], identities: Collection[str] = ()) -> _Named:
        """What is about these creates, or has one of these ids."""
        return cls(frozenset(fold_name(change.name) for change in changes), frozenset(identities))

    def has(self, row: Mapping[str, Any]) -> bool:
        """Whether a row is about one of them."""
        name = fold_name(str(row.get("name") or row.get("summary") or ""))
        return row.get("id") in self.identities or name in self.names


class TooLongError(Exception):
    """The collection has more rows than a sweep of it is worth."""


class RowLimit:
    """Counts the rows of a sweep, which may come more than once."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._ids: set[object] = set()

    def count(self, raw: Mapping[str, Any]) -> None:
        """Takes in a row. Raises `TooLongError`."""
        self._ids.add(raw.get("id"))
        if len(self._ids) > self._most:
            raise TooLongError


def _as_answered(ref: Ref) -> Ref:
    return ref


class Finder:
    """Reads by name with the includes of the plan, so that what is found can be compared. Used by several workers at once."""

    def __init__(
        self,
        wire: Wire,
        includes: Mapping[str, Sequence[str]],
        parented: Parented | None = None,
        nested: Nested | None = None,
        to_normal: Callable[[Ref], Ref] = _as_answered,
    ) -> None:
        """`to_normal` gives a reference of an answer in the words of the plan."""
        self._wire = wire
        self._to_normal = to_normal
        self.parented = parented
        self.nested = nested
        self._includes = includes
        self._shared = {slug: SharedLook(partial(self._read, slug, None)) for slug in BY_SLUG}

    def find(self, change: Change, *, whole: bool = False) -> Found:
        """What there is now. Raises client errors.

        `whole` reads the full collection, for when a search index may lag; so is a collection that knows no `query`. Of one that
        PagerDuty does not give out as a whole, what the index finds is taken if it is ours.
        """
        if BY_SLUG[change.kind].source.parent is not None:
            assert self.parented is not None
            return self.parented.find(change)
        if BY_SLUG[change.kind].source.nested is not None:
            assert self.nested is not None
            return self.nested.find(change)
        has_query = BY_SLUG[change.kind].source.has_query
        if has_query and not whole:
            return self._ask(change)
        try:
            return find_claims(change, self._shared[change.kind].find(change))
        except IncompleteListError:
            if not has_query:
                raise
            found = self._ask(change)
            if not found.ours:
                raise  # The index may lag: this proves nothing.
            return found

    def sweep(
        self, slug: str, changes: Sequence[Change], identities: Collection[str] = (), *, most_rows: int | None = None
    ) -> Swept:
        """What there is now for many creates of one kind, by one reading of the whole collection, and the objects of these ids.

        Raises client errors, and `TooLongError` as soon as there are more than `most_rows`.
        """
        kind, index = BY_SLUG[slug], ClaimIndex(changes)
        rows = RowLimit(most_rows) if most_rows is not None else None

        def wanted(raw: Mapping[str, Any]) -> bool:
            if rows is not None:
                rows.count(raw)
            return raw.get("id") in identities or bool(index.claimants(self._live(kind, raw)))

        listed = self._list(slug, {}, wanted, _Named.by(changes, identities))
        claimed: dict[str, list[LiveObject]] = defaultdict(list)
        for live in listed:
            for change in index.claimants(live):
                claimed[change.address].append(live)
        found = {change.address: find_claims(change, claimed.get(change.address, ())) for change in changes}
        return Swept(found, {live.id: live for live in listed if live.id in identities})

    def _ask(self, change: Change) -> Found:
        query = str(change.values.get(BY_SLUG[change.kind].identity[0]) or change.name)
        return find_claims(change, self._read(change.kind, query, (change,)))

    def _read(self, slug: str, query: str | None, changes: Sequence[Change]) -> list[LiveObject]:
        """Objects that concern any of the changes. Nothing is kept of the others, however large the collection is."""
        kind = BY_SLUG[slug]

        def wanted(raw: Mapping[str, Any]) -> bool:
            live = self._live(kind, raw)
            return any(claim_of(change, live) is not None for change in changes)

        return self._list(slug, {} if query is None else {"query": query}, wanted, _Named.by(changes))

    def _list(
        self, slug: str, params: Mapping[str, object], wanted: Callable[[Mapping[str, Any]], bool], named: _Named
    ) -> list[LiveObject]:
        """The wanted objects of a collection, with the includes of the plan. A row that does not tell is read alone if it is `named`."""
        kind = BY_SLUG[slug]
        member = kind.source.unlisted

        def may_be_wanted(raw: Mapping[str, Any]) -> bool:
            return wanted(raw) or bool(member and member not in raw and named.has(raw))

        includes = list(self._includes.get(slug, ()))
        sent = {**kind.source.params, **params, **({"include[]": includes} if includes else {})}
        try:
            found = self._wire.dict_all(kind.collection, params=sent, where=may_be_wanted)
        except HttpError as error:
            if error.status != _NOT_FOUND or not kind.source.none_is_missing:
                raise
            return []
        whole = (raw if wanted(raw) else self._read_alone(kind, raw) for raw in found.values())
        return [self._live(kind, raw) for raw in whole if raw is not None and wanted(raw)]

    def _live(self, kind: Kind, raw: Mapping[str, Any]) -> LiveObject:
        """An answered object. What identifies it is in the words of the plan."""
        live = kind.read_live(raw)
        if not kind.is_identified_by_refs:
            return live
        return replace(live, fields=kind.map_fields(live.fields, self._to_normal))

    def _read_alone(self, kind: Kind, row: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """The object of a row; None where it is gone."""
        try:
            raw: Mapping[str, Any] = self._wire.get(kind.path_of(str(row["id"])))
        except HttpError as error:
            if error.status != _NOT_FOUND:
                raise
            return None
        return raw

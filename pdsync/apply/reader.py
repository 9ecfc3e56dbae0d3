"""Reads one object again, in the same words as the plan."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pdsync.apply.identity import Identities
from pdsync.apply.wire import Wire
from pdsync.client import HttpError
from pdsync.kinds import BY_SLUG
from pdsync.model import ChildList, Kind, LiveChild, LiveObject
from pdsync.model.document import LiveDocument
from pdsync.model.hosted_list import HostedList, collection_of, row_of
from pdsync.plan import ChildChange
from pdsync.plan.saved.judgement import is_child_done, normal_children

if TYPE_CHECKING:  # few plans have objects with a parent
    from pdsync.apply.parented import Parented

_NOT_FOUND = 404


@dataclass(frozen=True, slots=True)
class Reading:
    """An object that was read again."""

    live: LiveObject
    answer: Mapping[str, Any]
    """What PagerDuty answered, with the child lists that were read."""


class Reader:
    """Re-reads objects with the includes of the plan, so that digests can be compared."""

    def __init__(
        self,
        wire: Wire,
        identities: Identities,
        includes: Mapping[str, Sequence[str]],
        parented: Parented | None = None,
    ) -> None:
        self._wire = wire
        self._identities = identities
        self._includes = includes
        self._parented = parented

    def read(self, slug: str, identity: str, parts: Sequence[str]) -> LiveObject | None:
        """The object as it is now with the named child lists and documents, or None when it is gone. Raises `HttpError`."""
        reading = self.read_answer(slug, identity, parts)
        return reading.live if reading is not None else None

    def read_answer(self, slug: str, identity: str, parts: Sequence[str]) -> Reading | None:
        """The same, with what PagerDuty answered. Raises `HttpError`."""
        if BY_SLUG[slug].source.parent is not None:
            assert self._parented is not None
            row = self._parented.read(slug, identity)
            return self.complete_row(slug, row, parts) if row is not None else None
        if BY_SLUG[slug].source.single:
            return self.complete_row(slug, {"id": identity}, parts)
        if BY_SLUG[slug].source.place:
            return self._find_in_collection(slug, identity, parts)
        includes = [] if BY_SLUG[slug].source.one_has_all else list(self._includes.get(slug, ()))
        return self._read(
            slug,
            identity,
            parts,
            lambda: self._get(slug, identity, includes),
        )

    def _get(self, slug: str, identity: str, includes: Sequence[str]) -> Mapping[str, Any]:
        kind, params = BY_SLUG[slug], {"include[]": includes} if includes else None
        # Not where the write goes that this reading is for: another host may keep a list of the object.
        with self._wire.at_host_of(slug):
            raw: Mapping[str, Any] = self._wire.get(kind.path_of(identity), params=params)
        return raw if kind.source.nested is None else kind.source.nested.again(identity, raw)

    def _find_in_collection(self, slug: str, identity: str, parts: Sequence[str]) -> Reading | None:
        """The object whose path takes more than its id: its collection alone tells where it is."""
        source = BY_SLUG[slug].source
        rows = self._wire.dict_all(
            source.path, params=dict(source.params) or None, where=lambda row: row.get("id") == identity
        )
        return self.complete_row(slug, rows[identity], parts) if identity in rows else None

    def complete_row(self, slug: str, row: Mapping[str, Any], parts: Sequence[str]) -> Reading | None:
        """The same for an object that a page of its collection shows. What no page has is read. Raises `HttpError`."""
        return self._read(slug, str(row["id"]), parts, lambda: row)

    def _read(
        self, slug: str, identity: str, parts: Sequence[str], get: Callable[[], Mapping[str, Any]]
    ) -> Reading | None:
        kind = BY_SLUG[slug]
        try:
            raw = get()
            listed = {
                child.name: self._list(child, identity)
                for child in kind.children
                if child.read_from != "parent" and child.name in parts
            }
        except HttpError as error:
            if error.status == _NOT_FOUND or _is_gone_as_list(kind, error):
                return None
            raise
        # A 404 of these does not say that the object is gone: it has just been read.
        documents = {name: self.read_document(slug, identity, name) for name in kind.documents if name in parts}
        live = kind.read_live(raw, listed)
        held = {name: value for name, value in raw.items() if name not in kind.documents}
        shown = {name: document.answer for name, document in documents.items()}
        return Reading(kind.with_documents(live, documents), {**held, **listed, **shown})

    def read_document(self, slug: str, identity: str, name: str) -> LiveDocument:
        """A document of an object as it is now. Raises `HttpError`."""

        def get(path: str, told: Collection[int]) -> tuple[int, Any]:
            try:
                return 200, self._wire.get_bare(path)
            except HttpError as error:
                if error.status not in told:
                    raise
                return error.status, None

        return BY_SLUG[slug].documents[name].fetch(identity, get)

    def read_lists(self, parent: LiveObject, names: Sequence[str]) -> LiveObject | None:
        """The object with the named child lists as they are now, its fields as they were unless these lists come with them. None
        when it is gone. Raises `HttpError`."""
        kind = BY_SLUG[parent.kind]
        wanted = [child for child in kind.children if child.name in names]
        # An item that names one of another list is read next to that list as it is now.
        if any(child.read_from == "parent" or child.rests_on is not None for child in wanted):
            return self.read(parent.kind, parent.id, names)
        try:
            listed = {child.name: self._list(child, parent.id) for child in wanted}
        except HttpError as error:
            if error.status == _NOT_FOUND:
                return None
            raise
        return with_lists(parent, listed)

    def _list(self, child: ChildList, parent: str) -> list[dict[str, Any]]:
        if child.hosted is not None:
            return self._list_elsewhere(child, child.hosted, parent)
        try:
            items = self._wire.list_all(child.collection.format(parent=parent), params=dict(child.params) or None)
        except HttpError as error:
            if error.status != _NOT_FOUND or not child.empty_if_missing:
                raise
            return []
        return [item for item in items if child.is_of(item, parent)]

    def _list_elsewhere(self, child: ChildList, hosted: HostedList, parent: str) -> list[dict[str, Any]]:
        """The items of a list that another host keeps, at all places that the plan read."""
        with self._wire.at_host(hosted.host):
            places = self._includes.get(child.name, ())
            rows = [
                row_of(child, place, row)
                for place in places
                for row in self._wire.list_all(collection_of(child, place))
            ]
        return [row for row in rows if child.is_of(row, parent)]

    def children_of(self, live: LiveObject, name: str) -> tuple[LiveChild, ...]:
        """A child list in normal form."""
        return normal_children(live, name, self._identities.to_normal)

    def is_child_done(self, change: ChildChange, live: LiveObject) -> bool:
        """True when a child list is already as the change would have made it."""
        return is_child_done(change, live, self._identities.to_normal)


def _is_gone_as_list(kind: Kind, error: HttpError) -> bool:
    """Whether an answer that could not be read is the list that stands for a deleted object."""
    if not kind.source.gone_as_list or not error.response.ok:
        return False
    try:
        return bool(error.response.json() == [])
    except ValueError:
        return False


def with_lists(parent: LiveObject, listed: Mapping[str, list[dict[str, Any]]]) -> LiveObject:
    """The object with these child lists, as PagerDuty answers them. Raises `UnreadableError`."""
    children = BY_SLUG[parent.kind].read_live(parent.raw, listed).children
    return replace(parent, children={**parent.children, **children})


def body_of(answer: Any) -> dict[str, Any]:
    """An answered object; anything else becomes an empty one."""
    return answer if isinstance(answer, dict) else {}

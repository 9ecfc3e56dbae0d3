"""One collection of the account: read, put into canonical form, and completed with child lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any, TypeAlias

from pdsync.account.child_list import ListReader, ListsRead, Rows
from pdsync.account.extent import Wanted
from pdsync.account.name_table import NameTables
from pdsync.account.refusal import REFUSED, UnknownKindError
from pdsync.client import HttpError, IncompleteListError
from pdsync.client.rest_api_v2_base_client import RestApiV2BaseClient
from pdsync.model import ChildList, Kind, LiveObject, UnreadableError

_LACKING = (402, 403)
_NOT_FOUND = 404
_DIVIDES_OTHERS = "teams"
"""The collection by whose objects the client divides one that is too large to be read at once."""


Answered: TypeAlias = tuple[tuple[LiveObject, ...], tuple[str, ...]]
"""The objects of a collection, and the includes that this account allows."""


class Shared:
    """What the readings of other collections need from one collection."""

    def __init__(self, kinds: Iterable[Kind]) -> None:
        """`kinds` are those that are read."""
        kinds = tuple(kinds)
        self.team_ids: Future[list[str]] = Future()
        """Set by the reading of the teams, for collections too large to be read at once."""
        telling = {child.in_bulk.kind for kind in kinds for child in kind.children if child.in_bulk is not None}
        telling |= {slug for kind in kinds if kind.source.parent is not None for slug in kind.source.parent.paths}
        self.rows: dict[str, Rows] = {kind.slug: Future() for kind in kinds if kind.slug in telling}
        """The listings that others need: of kinds that give the items of child lists in bulk, and of parents."""
        self.bases: dict[str, Rows] = {kind.source.path: Future() for kind in kinds if kind.source.nested is not None}
        """The tables of which each row has a listing of its own, by path: a look-up table may be one of them."""
        self._lock = Lock()
        self._names: NameTables | None = None

    @property
    def names(self) -> NameTables:
        """The tables of names that lists are read by. Most readings need none."""
        with self._lock:
            self._names = self._names or NameTables()
            return self._names

    def note_rows(self, kind: Kind, rows: Sequence[dict[str, Any]]) -> None:
        """The collection was read."""
        if kind.collection == _DIVIDES_OTHERS:
            self.team_ids.set_result([raw["id"] for raw in rows])
        if kind.slug in self.rows:
            self.rows[kind.slug].set_result(rows)

    def note_error(self, kind: Kind, error: BaseException) -> None:
        """The collection could not be read."""
        if kind.collection == _DIVIDES_OTHERS:
            self.team_ids.set_exception(_why_undivided(error))
        if kind.slug in self.rows:
            self.rows[kind.slug].set_exception(error)


@dataclass(frozen=True, slots=True)
class _Row:
    """An answered object."""

    raw: dict[str, Any]
    needs: tuple[ChildList, ...]
    """The child lists that must be read before it is whole."""
    live: LiveObject | None
    """The canonical object, where it needs none."""


class Reading:
    """One collection: its pages are put into canonical form as they come, while others are under way."""

    def __init__(
        self,
        client: RestApiV2BaseClient,
        kind: Kind,
        pages: Executor,
        wanted: Mapping[ChildList, Wanted],
        shared: Shared,
    ) -> None:
        """`pages` reads pages in parallel."""
        self._client = client
        self._kind = kind
        self._pages = pages
        self._wanted = wanted
        self._shared = shared
        self._texts = (
            *(() if kind.is_identified_by_refs else kind.identity),
            *kind.marker_fields,
            *((kind.label,) if kind.label else ()),
        )
        self._rows: dict[int, _Row] = {}
        """What was answered, by the identity of the answer."""

    def read(self) -> Answered:
        """The canonical objects, with the child lists that are needed, and the includes that this account allowed. Raises
        UnknownKindError where PagerDuty refuses the collection, or a child list that is needed."""
        try:
            answered, includes = self._fetch()
            answered = self._whole(answered)
        except BaseException as error:
            self._shared.note_error(self._kind, error)
            raise
        self._shared.note_rows(self._kind, answered)
        try:
            return self._with_lists(answered), includes
        except HttpError as error:
            raise _refused(error) from error

    def _fetch(self) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
        kind = self._kind
        listing = kind.source
        includes = (*listing.includes, *listing.optional_includes)
        try:
            try:
                return self._list(includes), includes
            except HttpError as error:
                if error.status not in _LACKING or not listing.optional_includes:
                    raise
            # Accounts without the entitlement refuse the include itself (terraform-provider-pagerduty #819, #972).
            return self._list(listing.includes), listing.includes
        except HttpError as error:
            if error.status == _NOT_FOUND and listing.none_is_missing:
                return [], listing.includes
            raise _refused(error) from error

    def _list(self, includes: Sequence[str]) -> list[dict[str, Any]]:
        team_ids = self._shared.team_ids.result if self._kind.collection != _DIVIDES_OTHERS else tuple
        found = self._client.dict_all(
            self._kind.collection,
            params=self._params(includes),
            complete=True,
            executor=self._pages,
            on_page=self._note,
            team_ids=team_ids,
        )
        return list(found.values())

    def _params(self, includes: Sequence[str]) -> dict[str, Any] | None:
        return {**self._kind.source.params, **({"include[]": list(includes)} if includes else {})} or None

    def _whole(self, answered: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The rows, with those that lack what the list may leave out read alone."""
        member = self._kind.source.unlisted
        lacking = [raw for raw in answered if member not in raw] if member else []
        if not lacking:
            return answered
        read = dict(zip(map(id, lacking), self._pages.map(self._read_alone, lacking), strict=True))
        found = [read.get(id(raw), raw) for raw in answered]
        self._note([raw for raw in read.values() if raw is not None])
        return [raw for raw in found if raw is not None]

    def _read_alone(self, row: Mapping[str, Any]) -> dict[str, Any] | None:
        """The object of a row; None where it was deleted in the meantime."""
        try:
            found: dict[str, Any] = self._client.rget(self._kind.path_of(str(row["id"])))
        except HttpError as error:
            if error.status == _NOT_FOUND:
                return None
            raise _refused(error) from error
        check_row(self._kind.slug, found, self._texts)
        return found

    def _note(self, rows: list[dict[str, Any]]) -> None:
        """Reads one page of a collection, which may still turn out to have changed during the reading."""
        for raw in rows:
            check_row(self._kind.slug, raw, self._texts)
            needs = tuple([child for child, chosen in self._wanted.items() if raw in chosen])
            self._rows[id(raw)] = _Row(raw, needs, None if needs else self._kind.read_live(raw, {}))

    def _with_lists(self, answered: Sequence[dict[str, Any]]) -> tuple[LiveObject, ...]:
        rows = [self._rows[id(raw)] for raw in answered]
        self._rows.clear()
        needing = {
            child: parents for child in self._wanted if (parents := [row.raw for row in rows if child in row.needs])
        }
        listed: dict[str, ListsRead] = {}
        if needing:
            listed = ListReader(self._client, self._pages, self._shared.rows, self._shared.names).read(
                self._wanted, needing
            )
        read = [row.live or self._read(row.raw, listed.get(str(row.raw["id"]), ListsRead())) for row in rows]
        return tuple(sorted(read, key=lambda live: live.id))

    def _read(self, raw: dict[str, Any], lists: ListsRead) -> LiveObject:
        return replace(self._kind.read_live(raw, lists.items), partial=frozenset(lists.partial))


def _refused(error: HttpError) -> Exception:
    """What an error of the listing means: a collection that is refused is unknown, anything else stays an error."""
    return UnknownKindError(error) if error.status in REFUSED else error


def _why_undivided(error: BaseException) -> BaseException:
    """What a collection that is too large to be read at once says where the teams are unknown."""
    if not isinstance(error, UnknownKindError):
        return error
    message = f"the collection is too large to be read at once, and the teams needed to read it in parts cannot be read: {error}"
    return IncompleteListError(message, read=0)


def check_row(what: str, row: Any, texts: Sequence[str]) -> None:
    """Raises UnreadableError for what no list of objects holds: an id, and text in the fields that are named."""
    if not isinstance(row, dict) or not isinstance(row.get("id"), str) or not row["id"]:
        raise UnreadableError(what, row, ": it has no id")
    for name in texts:
        if not isinstance(row.get(name), str | None):
            raise UnreadableError(what, row, f": its {name} is not text")

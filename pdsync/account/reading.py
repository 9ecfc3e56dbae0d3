"""One collection of the account: read, put into canonical form, and completed with child lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor, Future
from typing import Any, TypeAlias

from pdsync.account.extent import Wanted
from pdsync.client import HttpError, IncompleteListError, RestApiV2Client
from pdsync.model import ChildList, Kind, LiveObject, UnreadableError

_LACKING = (402, 403)
REFUSED = (402, 403, 404)
"""What PagerDuty answers for a collection that the account's plan does not have, or the token may not read."""
_DIVIDES_OTHERS = "teams"
"""The collection by whose objects the client divides one that is too large to be read at once."""


Answered: TypeAlias = tuple[tuple[LiveObject, ...], tuple[str, ...]]
"""The objects of a collection, and the includes that this account allows."""


class UnknownKindError(Exception):
    """The account's plan or the token does not let pdsync read a kind. The text says what PagerDuty answered."""

    def __init__(self, error: HttpError) -> None:
        said = "; ".join((error.message, *error.errors))
        super().__init__(f"PagerDuty answered HTTP {error.status}{f': {said}' if said else ''}".rstrip("."))
        self.error = error


class Reading:
    """One collection: its pages are put into canonical form as they come, while others are under way."""

    def __init__(
        self,
        client: RestApiV2Client,
        kind: Kind,
        pages: Executor,
        wanted: Mapping[ChildList, Wanted],
        team_ids: Future[list[str]],
    ) -> None:
        """`pages` reads pages in parallel. The reading of the teams sets `team_ids`, for collections too large to be read at once."""
        self._client = client
        self._kind = kind
        self._pages = pages
        self._wanted = wanted
        self._team_ids = team_ids
        self._texts = (
            *(name for name in kind.identity if name not in kind.referring),
            *kind.marker_fields,
            *((kind.label,) if kind.label else ()),
        )
        self._early: dict[int, tuple[dict[str, Any], LiveObject]] = {}

    def read(self) -> Answered:
        """The canonical objects, with the child lists that are needed, and the includes that this account allowed. Raises
        UnknownKindError where PagerDuty refuses the collection, or a child list that is needed."""
        try:
            answered, includes = self._fetch()
            if self._kind.collection == _DIVIDES_OTHERS:
                self._team_ids.set_result([raw["id"] for raw in answered])
        except BaseException as error:
            if self._kind.collection == _DIVIDES_OTHERS:
                self._team_ids.set_exception(_why_undivided(error))
            raise
        try:
            return self._with_lists(answered), includes
        except HttpError as error:
            raise _refused(error) from error

    def _fetch(self) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
        kind = self._kind
        listing = kind.listing
        assert listing is not None
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
            raise _refused(error) from error

    def _list(self, includes: Sequence[str]) -> list[dict[str, Any]]:
        team_ids = self._team_ids.result if self._kind.collection != _DIVIDES_OTHERS else tuple
        found = self._client.dict_all(
            self._kind.collection,
            params={"include[]": list(includes)} if includes else None,
            complete=True,
            executor=self._pages,
            on_page=self._note,
            team_ids=team_ids,
        )
        return list(found.values())

    def _note(self, rows: list[dict[str, Any]]) -> None:
        """Reads one page, of a collection that may yet turn out to have changed meanwhile."""
        for raw in rows:
            check_row(self._kind.slug, raw, self._texts)
            if not self._wanted:
                self._early[id(raw)] = raw, self._kind.read_live(raw, {})

    def _with_lists(self, answered: Sequence[dict[str, Any]]) -> tuple[LiveObject, ...]:
        if not self._wanted:
            read = [self._early[id(raw)][1] for raw in answered]
            self._early.clear()
            return tuple(sorted(read, key=lambda live: live.id))
        listed = self._list_items(answered)
        read = [self._kind.read_live(raw, listed.get(str(raw["id"]), {})) for raw in answered]
        return tuple(sorted(read, key=lambda live: live.id))

    def _list_items(self, answered: Sequence[dict[str, Any]]) -> dict[str, dict[str, list[dict[str, Any]]]]:
        """The items of the child lists that are needed, by id of the parent and name of the list."""
        needed = [
            (child, str(raw["id"])) for child, wanted in self._wanted.items() for raw in answered if raw in wanted
        ]
        # One listing for all parents has the same path for each of them, and is asked for once.
        paths = {(child, identity): child.collection.format(parent=identity) for child, identity in needed}
        asked = {
            path: self._pages.submit(self._client.list_all, path, complete=True)
            for path in dict.fromkeys(paths.values())
        }
        listed: dict[str, dict[str, list[dict[str, Any]]]] = {}
        try:
            for (child, identity), path in paths.items():
                items = [item for item in asked[path].result() if child.is_of(item, identity)]
                listed.setdefault(identity, {})[child.name] = items
        finally:
            for future in asked.values():
                future.cancel()
        return listed


def _refused(error: HttpError) -> Exception:
    """What an error of the listing means: a collection that is refused is unknown, anything else stays an error."""
    return UnknownKindError(error) if error.status in REFUSED else error


def _why_undivided(error: BaseException) -> BaseException:
    """What a collection that is too large to be read at once says where the teams are unknown."""
    if not isinstance(error, UnknownKindError):
        return error
    message = (
        f"the collection is too large to be read at once, and the teams that would divide it cannot be read: {error}"
    )
    return IncompleteListError(message, read=0)


def check_row(what: str, row: Any, texts: Sequence[str]) -> None:
    """Raises UnreadableError for what no list of objects holds: an id, and text in the fields that are named."""
    if not isinstance(row, dict) or not isinstance(row.get("id"), str) or not row["id"]:
        raise UnreadableError(what, row, ": it has no id")
    for name in texts:
        if not isinstance(row.get(name), str | None):
            raise UnreadableError(what, row, f": its {name} is not text")

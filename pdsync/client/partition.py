"""Reading a collection of more rows than the API gives out: in parts, and counting whether they are all of it.

No filter of PagerDuty's is known to divide a collection, so none is trusted to. Whatever parts are read hold objects of the
collection, and the API says how many it has: as many different objects as that are all of them, and fewer are an error.
"""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from pdsync.client.collection import FetchPage, Reader, Rows, unique
from pdsync.client.errors import HttpError, IncompleteListError
from pdsync.client.pagination import Page, row_limit

__all__ = ["DIVISIBLE", "Partition", "TeamIds"]

TeamIds: TypeAlias = Callable[[], Sequence[str]]
"""Gives the ids of all teams of the account; asked only when they are needed, and may take its time."""
Pairs: TypeAlias = Sequence[tuple[str, str]]

SORTABLE = frozenset({"/services", "/escalation_policies"})
"""Listings with ``sort_by=name:desc`` (PagerDuty's API description)."""
HAVE_TEAMS = frozenset({"/services", "/escalation_policies", "/schedules", "/users"})
"""Listings with ``team_ids[]`` (PagerDuty's API description)."""
DIVISIBLE = SORTABLE | HAVE_TEAMS
_DESCENDING = (("sort_by", "name:desc"),)
_NO_SUCH_FILTER = (400, 402, 403)
"""An account without the ability ``teams`` must not ask for them (PagerDuty's API description); how that is answered is not
described."""
_TEAMS_AT_ONCE = 50
"""How many ids stand in one address."""


@dataclass(slots=True)
class Partition:
    """One collection of too many rows, at the path `name`.

    Args:
        listing: gives the function that gets pages of the collection narrowed down by further query parameters.
    """

    name: str
    listing: Callable[[Pairs], FetchPage]
    team_ids: TeamIds
    _found: dict[str, dict[str, Any]] = field(default_factory=dict)
    _joined: bool = True

    def read(self, reader: Reader, first: Page) -> Rows:
        """The objects, in no order.

        Raises:
            IncompleteListError: the parts do not hold all of the collection.
        """
        total = first.total or 0
        self._found, self._joined = {}, True
        agreed = first.more is not False and self._read_ends(reader, (), first)
        if agreed and len(self._found) < total and self.name in HAVE_TEAMS:
            agreed = self._read_teams(reader, list(self.team_ids()), total)
        if agreed and len(self._found) < total:
            raise IncompleteListError(
                f"{self.name}: {total:,} objects, of which {len(self._found):,} can be read: {self._why()}. "
                "Nothing is known of the rest, so none of it is used.",
                read=len(self._found),
                total=total,
            )
        return Rows(self._found, total if agreed else -1, self._joined)

    def _why(self) -> str:
        ways = ["from its beginning"]
        if self.name in SORTABLE:
            ways.append("from its end")
        if self.name in HAVE_TEAMS:
            ways.append("of a team")
        listed = ", ".join(ways[:-1]) + " and " + ways[-1] if len(ways) > 1 else ways[0]
        return f"the API gives out {row_limit():,} rows of a listing, {listed}"

    def _read_ends(self, reader: Reader, narrowed: Pairs, first: Page) -> bool:
        """Reads as many rows as there are to be had; whether all pages describe the same number, and hold it."""
        total = first.total or 0
        agreed = self._read_rows(reader, self.listing(narrowed), first, total)
        if not agreed or total <= row_limit() or self.name not in SORTABLE:
            return agreed
        # A page more than is missing: rows of one name may stand in any order, so the two readings must overlap.
        rest = total - row_limit() + reader.page_size
        backwards = self.listing((*narrowed, *_DESCENDING))
        last = backwards(reader.page_size, 0, True)
        return last.total == total and self._read_rows(reader, backwards, last, rest)

    def _read_rows(self, reader: Reader, fetch: FetchPage, first: Page, until: int) -> bool:
        agreed, rows = True, 0
        with closing(reader.pages(fetch, first, until)) as pages:
            for page in pages:
                agreed = agreed and page.total in (None, first.total)
                self._joined = self._joined and page.joined
                self._found.update(unique(page.items))
                rows += len(page.items)
        return agreed and rows >= min(until, row_limit())

    def _read_teams(self, reader: Reader, teams: list[str], total: int) -> bool:
        """Adds what belongs to some team, many teams at once as long as they have no more than can be read together.
        False if a part does not hold what it says."""
        pending = [teams[at : at + _TEAMS_AT_ONCE] for at in range(0, len(teams), _TEAMS_AT_ONCE)]
        while pending and len(self._found) < total:
            some = pending.pop()
            narrowed = [("team_ids[]", identity) for identity in some]
            try:
                first = self.listing(narrowed)(reader.page_size, 0, True)
            except HttpError as error:
                if error.status in _NO_SUCH_FILTER:
                    return True  # What is missing then is missing, and the count says so.
                raise
            readable = 2 * row_limit() if self.name in SORTABLE else row_limit()
            if (first.total or 0) > total:
                return False  # A part cannot be larger than the whole.
            if len(some) > 1 and (first.total or 0) > readable:
                middle = len(some) // 2
                pending += [some[:middle], some[middle:]]
            elif not self._read_ends(reader, narrowed, first):
                return False
        return True

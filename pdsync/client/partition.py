"""Reading a collection of more rows than the API gives out: in parts, with a count that shows whether the parts are complete.

No filter of PagerDuty's is known to divide a collection, so none is trusted to. Whatever parts are read hold objects of the
collection, and the API says how many it has: as many different objects as that are all of them, and fewer are an error.

The parts are, until all is found: the collection from its beginning, and from its end where it can be sorted; what `query` finds
by parts of names; what belongs to a team.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from pdsync.client.collection import FetchPage, Reader, Rows
from pdsync.client.division import DIVISIONS, Division
from pdsync.client.errors import HttpError, IncompleteListError
from pdsync.client.name_search import Ends, NameSearch
from pdsync.client.pagination import Page, row_limit
from pdsync.client.parts import DESCENDING, Pairs, Parts

__all__ = ["Partition", "TeamIds"]

TeamIds: TypeAlias = Callable[[], Sequence[str]]
"""Gives the ids of all teams of the account; asked only when they are needed, and may take its time."""
Result = TypeVar("Result")

_NO_SUCH_FILTER = (400, 402, 403)
"""What is missing then stays missing, and the count says so. An account without the ability ``teams`` must not ask for them
(PagerDuty's API description); how that is answered is not described."""
_TEAMS_AT_ONCE = 50
"""How many ids go into one address."""


@dataclass(frozen=True, slots=True)
class Partition:
    """One collection of too many rows, at the path `name`.

    Args:
        listing: gives the function that gets pages of the collection narrowed down by further query parameters.
        can_search: False where the caller's own parameters have a ``query``.
    """

    name: str
    listing: Callable[[Pairs], FetchPage]
    team_ids: TeamIds
    can_search: bool = True

    def read(self, reader: Reader, first: Page) -> Rows:
        """The objects, in no order.

        Raises:
            IncompleteListError: the parts do not hold all of the collection.
        """
        parts = Parts(reader, self.listing, first.total or 0)
        ends = self._read_ends(parts, (), first) if first.more is not False else None
        agreed = ends is not None
        if ends is not None and not parts.is_whole:
            agreed = self._read_rest(parts, ends)
        if agreed and not parts.is_whole:
            raise IncompleteListError(
                f"{self.name}: {parts.total:,} objects, of which {len(parts.found):,} can be read: {self._why()}. "
                "The rest cannot be read, so nothing is used.",
                read=len(parts.found),
                total=parts.total,
            )
        return Rows(parts.found, parts.total if agreed else -1, parts.joined)

    @property
    def _division(self) -> Division:
        return DIVISIONS[self.name]

    def _why(self) -> str:
        ways = ["from its beginning"]
        if self._division.sorts:
            ways.append("from its end")
        if self.can_search:
            ways.append("by parts of names")
        if self._division.has_teams:
            ways.append("of a team")
        listed = ", ".join(ways[:-1]) + " and " + ways[-1] if len(ways) > 1 else ways[0]
        return f"the API returns only {row_limit():,} rows of a listing, {listed}"

    def _read_rest(self, parts: Parts, ends: Ends) -> bool:
        """Reads what neither end has reached; whether the collection had the same number of objects all the time."""
        if self.can_search:
            _as_far_as_allowed(NameSearch(parts, self._division, ends).run)
        if not parts.is_whole and self._division.has_teams:
            teams = list(self.team_ids())
            if _as_far_as_allowed(lambda: self._read_teams(parts, teams)) is False:
                return False
        # An object made meanwhile is in the count of what was found, and would stand for one that was not.
        return self.listing(())(1, 0, True).total == parts.total

    def _read_ends(self, parts: Parts, narrowed: Pairs, first: Page) -> Ends | None:
        """Reads as many rows as there are to be had; None unless all pages describe the same number, and hold it."""
        total = first.total or 0
        front = parts.read(self.listing(narrowed), first, total)
        if front is None or total <= row_limit() or not self._division.sorts:
            return None if front is None else Ends(front, [])
        # A page more than is missing: rows of one name may come in any order, so the two readings must overlap.
        rest = total - row_limit() + parts.reader.page_size
        backwards, last = parts.page((*narrowed, *DESCENDING))
        back = parts.read(backwards, last, rest) if last.total == total else None
        return None if back is None else Ends(front, back)

    def _read_teams(self, parts: Parts, teams: list[str]) -> bool:
        """Adds what belongs to some team, many teams at once as long as they have no more than can be read together.
        False if a part does not hold what it says."""
        pending = [teams[at : at + _TEAMS_AT_ONCE] for at in range(0, len(teams), _TEAMS_AT_ONCE)]
        while pending and not parts.is_whole:
            some = pending.pop()
            narrowed = [("team_ids[]", identity) for identity in some]
            _, first = parts.page(narrowed)
            readable = 2 * row_limit() if self._division.sorts else row_limit()
            if (first.total or 0) > parts.total:
                return False  # A part cannot be larger than the whole.
            if len(some) > 1 and (first.total or 0) > readable:
                middle = len(some) // 2
                pending += [some[:middle], some[middle:]]
            elif self._read_ends(parts, narrowed, first) is None:
                return False
        return True


def _as_far_as_allowed(read: Callable[[], Result]) -> Result | None:
    """What a reading gives; None where it asks for something that the account does not allow."""
    try:
        return read()
    except HttpError as error:
        if error.status in _NO_SUCH_FILTER:
            return None
        raise

"""Finding what neither end of a large collection reaches: by ``query``, with parts of names.

What ``query`` finds is not described beyond "records whose name matches". It is taken to find the names that contain the text,
whatever the case (the author of pagerduty-cli calls it a substring search), in the order of the collection. Where it does
otherwise, nothing wrong follows: the caller counts what was found, and reports what is missing.

Terms. The *front* and the *back* of a text's listing are its first and last rows, as far as the readings of the collection's own
ends have them. Between them is its *middle*, and only that is read. A text is *too broad* where its middle is out of reach: the
API gives out 10,000 rows of a listing from either end. A longer text then takes its place.
"""

from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from string import ascii_lowercase, digits
from typing import Any

from pdsync.client.division import Division
from pdsync.client.name_range import NameRange
from pdsync.client.pagination import Page, row_limit
from pdsync.client.parts import DESCENDING, Parts

__all__ = ["Ends", "NameSearch"]

_REQUESTS_A_PAGE = 3
"""Requests that a reading may take, for each page that the whole collection has."""
_FRUITLESS_REQUESTS = 100
"""Texts that are asked for one after the other although none finds anything new."""
_UNSEEN = ascii_lowercase + digits + "αοаеיוاनาのー이스的服"
"""Characters that are tried though no name that was found has them: the most frequent ones of several scripts."""


@dataclass(frozen=True, slots=True)
class Ends:
    """The identities of the rows that were read from the beginning, and from the end towards the beginning."""

    front: list[str]
    back: list[str]


class _Outcome(Enum):
    READ = auto()
    TOO_BROAD = auto()
    MISPLACED = auto()
    """The rows are not where they should be: ``query`` finds other names than was thought, or gives them in another order."""


@dataclass(frozen=True, slots=True)
class _Side:
    """One end of the listing of a text: the known rows there, and the order in which it comes first."""

    known: list[str]
    order: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class NameSearch:
    """Adds to `parts` what texts find. `ends` is what was read of the collection's own ends."""

    parts: Parts
    division: Division
    ends: Ends
    _names: dict[str, str] = field(default_factory=dict)
    """What ``query`` looks in, of each object that was found, by its identity."""
    _characters: Counter[str] = field(default_factory=Counter)
    """In how many of these each character is."""
    _fruitless: int = 0
    _is_placed: bool = True

    def run(self) -> None:
        """Asks for texts until everything is found, none is left, or they have taken more requests than a search is worth."""
        self._note_names()
        between = self._between_the_ends()
        if between is not None:
            self._ask_for_beginnings(between)
        tried: set[str] = set()
        # A name that is found brings characters of which none was known.
        while not self._is_over:
            fresh = [it for it in dict.fromkeys((*self._frequent(self._characters), *_UNSEEN)) if it not in tried]
            if not fresh:
                return
            tried.update(fresh)
            self._ask_anywhere(fresh)

    def _ask_for_beginnings(self, within: NameRange) -> None:
        """Asks for the beginnings that names of a range may have. The longest ones come first: they are closest to its ends."""
        likely, unlikely = [within.beginning], list[str]()
        while (likely or unlikely) and not self._is_over:
            text = likely.pop() if likely else unlikely.pop()
            if text and self._ask(text) is not _Outcome.TOO_BROAD:
                continue
            following = self._following(text)
            at_first = (*within.first_characters(), *_UNSEEN) if text == within.beginning else ()
            rest = [it for it in dict.fromkeys((*at_first, *self._frequent(self._characters))) if it not in following]
            for texts, characters in ((likely, self._frequent(following)), (unlikely, rest)):
                texts += [text + it for it in reversed(characters) if within.has_names_with(text + it)]

    def _ask_anywhere(self, texts: Sequence[str]) -> None:
        """Asks for texts wherever names have them. The shortest ones come first: they find the most."""
        pending = deque(texts)
        while pending and not self._is_over:
            text = pending.popleft()
            if self._ask(text) is _Outcome.TOO_BROAD:
                pending.extend(text + it for it in self._frequent(self._following(text)))

    @staticmethod
    def _frequent(characters: Counter[str]) -> list[str]:
        """The characters, the most frequent one first."""
        return [it for it, _ in characters.most_common()]

    def _following(self, text: str) -> Counter[str]:
        """How often the names that were found have each character behind a text."""
        length = len(text)
        if not length:
            return self._characters
        found = Counter[str]()
        for name in self._names.values():
            at = name.find(text)
            while at >= 0:
                found.update(filter(_is_sought, name[at + length : at + length + 1]))
                at = name.find(text, at + 1)
        return found

    @property
    def _requests_left(self) -> int:
        return _REQUESTS_A_PAGE * -(-self.parts.total // self.parts.reader.page_size) - self.parts.requests

    @property
    def _is_over(self) -> bool:
        return self.parts.is_whole or self._requests_left <= 0 or self._fruitless >= _FRUITLESS_REQUESTS

    def _between_the_ends(self) -> NameRange | None:
        """The names that neither end has reached; None where nothing is known about the order."""
        front, back = (
            [_name(self.parts.found[it], self.division) for it in of] for of in (self.ends.front, self.ends.back)
        )
        if front and back:
            return NameRange(front[-1], back[-1]) if front[-1] <= back[-1] else None
        return NameRange(front[-1], None) if front and front == sorted(front) else None

    def _ask(self, text: str) -> _Outcome:
        found, requests = len(self.parts.found), self.parts.requests
        outcome = _Outcome.MISPLACED
        if self._is_placed:
            outcome = self._read(text, *(self._known(text, of) for of in (self.ends.front, self.ends.back)))
        if outcome is _Outcome.MISPLACED:
            self._is_placed = False
            outcome = self._read(text, [], [])
        self._note_names()
        is_fruitful = len(self.parts.found) > found
        self._fruitless = 0 if is_fruitful else self._fruitless + self.parts.requests - requests
        return outcome

    def _known(self, text: str, end: list[str]) -> list[str]:
        return [it for it in end if text in self._names[it]]

    def _read(self, text: str, front: list[str], back: list[str]) -> _Outcome:
        """Reads the middle of the listing of a text."""
        near, far = _Side(front), _Side(back, DESCENDING)
        if self.division.sorts and len(back) < len(front):
            near, far = far, near
        start = max(0, len(near.known) - 1)
        if start + 1 >= row_limit():
            return _Outcome.TOO_BROAD
        fetch, first = self.parts.page((("query", text), *near.order), start)
        total, known = first.total or 0, sum(text in name for name in self._names.values())
        if self._is_placed and (total < known or (near.known and not _begins_with(first, near.known[-1]))):
            self.parts.take(first)
            return _Outcome.MISPLACED
        new = total - known if self._is_placed else total
        # One known row on each side too: rows of one name may come in any order.
        end = min(total, total - len(far.known) + 1)
        from_far = total - row_limit() + self.parts.reader.page_size
        is_reached = end <= row_limit() or (self.division.sorts and from_far <= row_limit())
        if not new or not is_reached or (end - start) // max(1, self.parts.reader.page_size - 1) > self._requests_left:
            self.parts.take(first)
            return _Outcome.TOO_BROAD if new else _Outcome.READ
        self.parts.read(fetch, first, min(end, row_limit()) - start)
        if end > row_limit():
            other = max(0, len(far.known) - 1)
            self.parts.read(*self.parts.page((("query", text), *far.order), other), from_far - other)
        return _Outcome.READ

    def _note_names(self) -> None:
        for identity, item in self.parts.found.items():
            if identity not in self._names:
                self._names[identity] = "\n".join(str(item.get(it) or "").casefold() for it in self.division.searched)
                self._characters.update(filter(_is_sought, set(self._names[identity])))


def _name(item: dict[str, Any], division: Division) -> str:
    return str(item.get(division.searched[0]) or "").casefold()


def _is_sought(character: str) -> bool:
    """A blank alone, or at an end, may be taken away."""
    return character.isprintable() and not character.isspace()


def _begins_with(page: Page, identity: str) -> bool:
    return bool(page.items) and page.items[0].get("id") == identity

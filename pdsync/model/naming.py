"""What people call an object on a command line: its key, its name in PagerDuty, its email address or its id, alone or after ``KIND/``.

Every command that takes a name reads it here, and says here that nothing has the name, or that several objects have it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from pdsync.model.name import fold_name
from pdsync.model.suggestion import did_you_mean

if TYPE_CHECKING:
    from pdsync.model.kind import Kind

T = TypeVar("T")
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Called(Generic[T]):
    """An object, and what it can be called."""

    it: T
    kind: str
    key: str
    """What tells it from all others of its kind: the key of its manifest; without one, its id."""
    names: tuple[str, ...] = ()
    """Its name, email address and id, as far as they are known; empty ones are left out."""

    def has(self, text: str) -> bool:
        """Whether it is called so, in upper or lower case."""
        wanted = fold_name(text)
        return any(name and fold_name(name) == wanted for name in (self.key, *self.names))


class NamingError(Exception):
    """A name that nothing has, or that several objects have. `hint` says what to write."""

    def __init__(self, message: str, hint: str, *, is_missing: bool) -> None:
        super().__init__(message)
        self.message, self.hint, self.is_missing = message, hint, is_missing


class KindNames(dict[str, str]):
    """Slugs by what people write for a kind: ``EscalationPolicy`` or ``escalation_policy``. Several kinds may have one name: it means
    the first of them, and so does that one's slug, but an object of each can be called by it."""

    def __init__(self, kinds: Iterable[Kind]) -> None:
        kinds = tuple(kinds)
        super().__init__({name: kind.slug for kind in reversed(kinds) for name in (kind.name, kind.slug)})
        self._first = {kind.slug: self[kind.name] for kind in kinds}

    def first_of(self, slug: str) -> str:
        """The slug of the kind that the name of this one means first."""
        return self._first.get(slug, slug)


def names_of_kinds(kinds: Iterable[Kind]) -> KindNames:
    """The names of these kinds."""
    return KindNames(kinds)


def split_kind(text: str, kinds: Mapping[str, str]) -> tuple[str | None, str]:
    """The kind and the name in ``service/checkout``; no kind where the text does not begin with one. `kinds`: slugs by what people write."""
    kind, slash, name = text.strip().partition("/")
    if slash and name and kind in kinds:
        return kinds[kind], name
    return None, text.strip()


def find_called(text: str, known: Iterable[Called[T]], kinds: Mapping[str, str]) -> list[Called[T]]:
    """All objects of that name. After a KIND, a key goes before a name: an address means one object only."""
    kind, name = split_kind(text, kinds)
    first_of = kinds.first_of if isinstance(kinds, KindNames) else str
    meant = (each for each in known if kind in (None, each.kind, first_of(each.kind)))
    found = [each for each in meant if each.has(name)] if name else []
    exact = [each for each in found if each.key == name] if kind is not None else []
    return exact or found


def find_one(text: str, known: Sequence[Called[T]], kinds: Mapping[str, str], noun: str = "object") -> Called[T]:
    """The one object of that name; a key goes before a name. Raises NamingError, with what to write."""
    found = find_called(text, known, kinds)
    if len(found) > 1:
        found = [each for each in found if each.key == split_kind(text, kinds)[1]] or found
    if len(found) == 1:
        return found[0]
    if not found:
        raise missing(text, known, noun)
    raise several(text, found, noun)


def missing(text: str, known: Iterable[Called[T]], noun: str = "object", hint: str = "") -> NamingError:
    """The error for a name that nothing has; it suggests the nearest one."""
    names = {name for each in known for name in (each.key, *each.names, f"{each.kind}/{each.key}") if name}
    return NamingError(f"no {noun} is called {text!r}", did_you_mean(text, sorted(names)) or hint, is_missing=True)


def several(text: str, found: Sequence[Called[T]], noun: str = "object") -> NamingError:
    """The error for a name that several objects have; it lists them as they can be written."""
    plural = noun if noun.endswith("s") else f"{noun}s"
    choices = [f"{each.kind}/{each.key}" for each in found[:_SHOWN]]
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return NamingError(
        f"{len(found)} {plural} are called {text!r}", f"Write one of: {', '.join(choices)}{more}.", is_missing=False
    )

"""Documents: fields with requests of their own for reading and writing, such as the rules of a router.

Terms. The *answer* is what a GET or PUT of the document gives, without its wrapper. The *raw value* is what `from_answer` makes of the
answer: what the codec of the field reads. A document exists as soon as its object does. It is never deleted: it is reset to the
default of its field.

A document is part of the change of its object, and its value is in the record of the ownership line like that of any field. It is read only
where something asks for it, so an object may lack the field: then its value is not known, which is not the same as empty.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from pdsync.model.unreadable import UNREADABLE_CAUSES, UnreadableError

REFUSALS = frozenset({402, 403, 404})
"""Statuses of a GET after which the value of a document is not known."""
_OK = 200

Get: TypeAlias = Callable[[str, Collection[int]], tuple[int, Any]]
"""Gets what is at a path: the status and the JSON. A status that is neither a success nor one of those that are given is raised."""


def _same(answer: Any) -> Any:
    return answer


def _whole(value: Any, answer: Any) -> Any:
    return value


def _never(answer: Any) -> bool:
    return False


def _all_warnings(whole: Any) -> Iterator[Any]:
    """Next to the wrapper, or in what it wraps."""
    yield from whole.get("warnings") or ()
    for held in whole.values():
        for part in held if isinstance(held, list) else (held,):
            if isinstance(part, Mapping):
                yield from part.get("warnings") or ()


@dataclass(frozen=True, slots=True)
class Switch:
    """A document with a second document that turns it on: where it is off, PagerDuty stores the document but ignores it."""

    path: str
    """Where it is read and written, with ``{parent}`` for the id of the object."""
    member: str
    """The member that is true where the document counts, in the answer and in the request. Both have no wrapper."""
    on_where_refused: frozenset[int] = frozenset()
    """Statuses of a GET that mean that there is nothing to turn on any more."""

    def fetch(self, parent: str, get: Get) -> bool | None:
        """Whether it is on; None where PagerDuty does not say. Raises what `get` raises."""
        status, answer = get(self.path.format(parent=parent), REFUSALS | self.on_where_refused)
        if status in self.on_where_refused:
            return True
        held = answer.get(self.member) if isinstance(answer, Mapping) else None
        return held if isinstance(held, bool) else None


@dataclass(frozen=True, slots=True)
class PartRequest:
    """A request that writes a part of a document. It means the same however often it is sent."""

    method: Literal["PUT", "DELETE"]
    path: str
    body: Mapping[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class FieldDocument:
    """How a field is read and written that has requests of its own."""

    path: str
    """Where it is read, with ``{parent}`` for the id of the object."""
    wrapper: str = ""
    """The member of the answers and of the request that holds it; empty where they hold it without one."""
    write_path: str = ""
    """Where it is written, if that is another path."""
    write_wrapper: str = ""
    """The wrapper of the PUT and of its answer, if that is another one."""
    from_answer: Callable[[Any], Any] = _same
    """The raw value of the answer to a GET. Errors that it raises about an answer of the wrong shape are reported as such."""
    from_written: Callable[[Any], Any] | None = None
    """The same for the answer to a PUT, if that has another form."""
    to_request: Callable[[Any, Any], Any] = _whole
    """What a PUT holds inside its wrapper: from the value as the codec gives it for a request, and the answer that was read just before, so
    that ids which only PagerDuty knows are kept."""
    requests: Callable[[Any, Any, Mapping[str, Mapping[str, Any]]], Iterable[PartRequest]] | None = None
    """The requests that make a document say a value, where it is not written by one PUT: from the value as the codec gives it for a
    request, the answer that was read just before, and the rows of `needs` by their ids. None for what the answer says already."""
    needs: str = ""
    """The collection that `requests` takes rows of."""
    versions: tuple[str, ...] = ("version", "updated_at")
    """The members of an answer that change with each write. What they say is compared just before a write, as the value is."""
    warnings: Callable[[Any], Iterable[Any]] = _all_warnings
    """The warnings of the whole answer to a PUT, wrapper and all: objects with a ``message``. No other answer need have them."""
    meanings: Mapping[int, Any] = field(default_factory=dict, hash=False)
    """Statuses of a GET that tell the answer: ``{410: {...}}``. With another 402, 403 or 404 the value is not known, and that is a problem
    of a manifest that names the field."""
    leads_to: str = ""
    """The kind, by slug, of the objects that it hands something over to. What is handed to a deleted object is silently lost, so
    such a document is read before one of them is deleted, also one that no manifest names."""
    switch: Switch | None = None
    """What must be on so that the document counts. It is turned on wherever a manifest names the field."""
    is_empty: Callable[[Any], bool] = _never
    """Whether an answer is empty, so that it does not matter whether it is in effect."""
    parts_of: str = ""
    """The kind, by slug, of what its parts belong to. Where the account has none of that kind, the document is read only where a
    manifest names it."""

    def may_hold_parts(self, objects: Mapping[str, Sequence[object]]) -> bool:
        """Whether it may hold something in an account with these objects, by the slug of their kind. What was not read may be there."""
        return self.parts_of not in objects or bool(objects[self.parts_of])

    def body(self, value: Any, answer: Any) -> Any:
        """The body of a PUT, in its wrapper."""
        said = self.to_request(value, answer)
        wrapper = self.write_wrapper or self.wrapper
        return {wrapper: said} if wrapper else said

    def written(self, whole: Any) -> Any:
        """The raw value of the whole answer to a PUT."""
        return (self.from_written or self.from_answer)(_unwrapped(whole, self.write_wrapper or self.wrapper))

    def fetch(self, parent: str, get: Get) -> LiveDocument:
        """The document of the object of this id. Raises what `get` raises, and UnreadableError."""
        status, whole = get(self.path.format(parent=parent), self.meanings)
        if status == _OK and self.wrapper and not (isinstance(whole, Mapping) and self.wrapper in whole):
            raise UnreadableError("document", {"id": parent}, f": it has no {self.wrapper!r}")
        answer = _unwrapped(whole, self.wrapper) if status == _OK else self.meanings[status]
        is_on = self._is_on(parent, answer, get)
        return LiveDocument(answer, self._version_of(answer), is_on)

    def _is_on(self, parent: str, answer: Any, get: Get) -> bool | None:
        if self.switch is None:
            return True
        try:
            is_empty = self.is_empty(answer)
        except UNREADABLE_CAUSES as error:
            raise UnreadableError("document", {"id": parent}) from error
        return None if is_empty else self.switch.fetch(parent, get)

    def _version_of(self, answer: Any) -> tuple[Any, ...]:
        if not isinstance(answer, Mapping):
            return ()
        return tuple(answer[name] for name in self.versions if answer.get(name) is not None)


@dataclass(frozen=True, slots=True)
class LiveDocument:
    """A document that was read."""

    answer: Any
    """Without its wrapper."""
    version: tuple[Any, ...] = ()
    """What the answer says about its version; nothing where it says none."""
    is_on: bool | None = True
    """Whether it is in effect; None where PagerDuty does not say."""


def _unwrapped(whole: Any, wrapper: str) -> Any:
    return whole[wrapper] if wrapper else whole

"""State: the whole account as one JSON document, and back.

The document has a list for each kind. An object is written as it is stored: ``id``, ``number`` (the order of creation),
``parent`` where it belongs to another one, and its fields. It is meant to be put back, perhaps after an edit. The form is
the sandbox's own.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import IO, Any

from pdsync.sandbox.store.journal import has_moment
from pdsync.sandbox.store.record import Record
from pdsync.sandbox.store.schema import audit_record_schema, entry_schema, log_entry_schema
from pdsync.sandbox.store.state_text import NoObjectError, Piece, dumped, pieces_of, read_pieces
from pdsync.sandbox.store.store import Store
from pdsync.sandbox.validator import Validator

_MOST_PROBLEMS = 20
_ENTRY = Validator(entry_schema)
_VALIDATORS = {"log_entry": Validator(log_entry_schema), "audit_record": Validator(audit_record_schema)}
"""By kind, of what is searched by more than its id."""
_NO_OBJECT = "the state must be an object with a list for each kind"


class StateError(ValueError):
    """A document that is not an account; ``problems`` has a sentence for each thing that is wrong, the first twenty."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Rules:
    """What a state must keep to: the kinds there are, and a check of the whole account once it is in place, which yields
    a sentence for each thing that is wrong. The store itself knows neither."""

    kinds: frozenset[str]
    find_breaks: Callable[[], Iterator[str]]


def dump_state(store: Store) -> dict[str, list[dict[str, Any]]]:
    with store.lock:
        return {kind: [dumped(it) for it in store.each(kind)] for kind in store.kinds()}


def restore_state(store: Store, document: Any, rules: Rules) -> None:
    """Replaces everything. Raises StateError, and then nothing has changed."""
    if not isinstance(document, Mapping):
        raise StateError([_NO_OBJECT])
    _restore(store, lambda: pieces_of(document), rules)


def restore_text(store: Store, file: IO[bytes], rules: Rules) -> None:
    """The same from JSON text, which is read twice from its beginning. Raises ValueError or RecursionError for text that
    is not JSON."""

    def pieces() -> Iterator[Piece]:
        file.seek(0)
        return read_pieces(file)

    try:
        _restore(store, pieces, rules)
    except NoObjectError:
        raise StateError([_NO_OBJECT]) from None


def _restore(store: Store, pieces: Callable[[], Iterator[Piece]], rules: Rules) -> None:
    problems: list[str] = []
    numbers = _numbers(pieces(), rules.kinds, problems)
    if problems:
        raise StateError(problems[:_MOST_PROBLEMS])
    try:
        with store.transaction():
            store.replace(_records(pieces(), numbers))
            problems = list(islice(rules.find_breaks(), _MOST_PROBLEMS))
            if problems:
                raise StateError(problems)
    except UnicodeEncodeError:
        raise StateError(["an id or a reference holds half a surrogate pair"]) from None


def _numbers(pieces: Iterator[Piece], kinds: frozenset[str], problems: list[str]) -> Sequence[int]:
    """The number that each entry gets: the one given, as long as they tell all apart; those without one come last."""
    numbers, ids = array("q"), set[str]()
    for kind, index, entry in pieces:
        if len(problems) >= _MOST_PROBLEMS:
            break
        if index is None:
            if kind not in kinds:
                problems.append(f"{kind} is not a kind; there is: {', '.join(sorted(kinds))}")
            elif not entry:
                problems.append(f"{kind} must be a list")
        elif kind in kinds:
            record = _record(kind, entry, f"{kind}[{index}]", problems)
            if record is not None:
                if record.id in ids:
                    problems.append(f"{record.id} is there more than once")
                ids.add(record.id)
                numbers.append(record.number)
    if 0 not in numbers and len(set(numbers)) == len(numbers):
        return numbers
    order = sorted(range(len(numbers)), key=lambda at: numbers[at] or 2**62)
    for number, at in enumerate(order, start=1):
        numbers[at] = number
    return numbers


def _records(pieces: Iterator[Piece], numbers: Iterable[int]) -> Iterator[Record]:
    """The records of a document without problems."""
    entries = ((kind, entry) for kind, index, entry in pieces if index is not None)
    for (kind, entry), number in zip(entries, numbers, strict=True):
        record = _record(kind, entry, kind, [])
        if record is not None:
            yield Record(number, kind, record.id, record.parent, record.body)


def _record(kind: str, entry: Any, place: str, problems: list[str]) -> Record | None:
    found = _ENTRY.problems(entry, place) or (_VALIDATORS[kind].problems(entry, place) if kind in _VALIDATORS else [])
    if not found and kind in _VALIDATORS and not has_moment(entry):
        found = [f"{place}.created_at must be a date and time such as 2026-01-31T08:00:00Z"]
    if found:
        problems.extend(found)
        return None
    parent = entry["parent"] if isinstance(entry.get("parent"), str) else None
    left = {"id", "number"} if parent is None else {"id", "number", "parent"}
    body = {name: it for name, it in entry.items() if name not in left}
    return Record(int(entry.get("number", 0)), kind, entry["id"], parent, body)

"""State: the whole account as one JSON document, and back.

The document has a list for each kind. An object stands as it is stored: ``id``, ``number`` (the order of creation),
``parent`` where it belongs to another one, and its fields. It is meant to be put back, perhaps after an edit; it is
no form of PagerDuty's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from itertools import islice
from typing import Any

from pdsync.sandbox.call import Call
from pdsync.sandbox.consistency import KINDS, find_breaks
from pdsync.sandbox.journal import JOURNAL_KINDS, journal_problem
from pdsync.sandbox.store import Record, Store

_MOST_PROBLEMS = 20


class StateError(ValueError):
    """A document that is no account; ``problems`` has a sentence for each thing that is wrong, the first twenty."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def dump_state(store: Store) -> dict[str, list[dict[str, Any]]]:
    with store.lock:
        return {kind: [_dumped(it) for it in store.each(kind)] for kind in store.kinds()}


def restore_state(call: Call, document: Any) -> None:
    """Replaces everything. Raises StateError, and then nothing has changed."""
    problems: list[str] = []
    records = _records(document, problems)
    if problems:
        raise StateError(problems[:_MOST_PROBLEMS])
    try:
        with call.store.transaction():
            call.store.replace(records)
            problems = list(islice(find_breaks(call), _MOST_PROBLEMS))
            if problems:
                raise StateError(problems)
    except UnicodeEncodeError:
        raise StateError(["an id or a reference holds half a surrogate pair"]) from None


def _dumped(record: Record) -> dict[str, Any]:
    head: dict[str, Any] = {"id": record.id, "number": record.number}
    # A team's own field of that name is a reference or null, a record's parent is a string.
    return {**head, **({"parent": record.parent} if record.parent is not None else {}), **record.body}


def _records(document: Any, problems: list[str]) -> list[Record]:
    if not isinstance(document, Mapping):
        problems.append("the state must be an object with a list for each kind")
        return []
    found: list[Record] = []
    for kind, entries in document.items():
        if kind not in KINDS:
            problems.append(f"{kind} is no kind; there is: {', '.join(sorted(KINDS))}")
            continue
        if not isinstance(entries, list):
            problems.append(f"{kind} must be a list")
            continue
        for index, entry in enumerate(entries):
            record = _record(kind, entry, f"{kind}[{index}]", problems)
            if record is not None:
                found.append(record)
    return _numbered(found, problems)


def _record(kind: str, entry: Any, place: str, problems: list[str]) -> Record | None:
    if not isinstance(entry, dict) or not isinstance(entry.get("id"), str) or not entry["id"]:
        problems.append(f"{place} must be an object with an id")
        return None
    number = entry.get("number", 0)
    if type(number) is not int or not 0 <= number < 2**62:
        problems.append(f"{place}.number must be a whole number below 2^62")
        return None
    parent = entry["parent"] if isinstance(entry.get("parent"), str) else None
    left = {"id", "number"} if parent is None else {"id", "number", "parent"}
    record = Record(number, kind, entry["id"], parent, {name: it for name, it in entry.items() if name not in left})
    problem = journal_problem(record) if kind in JOURNAL_KINDS else None
    if problem is not None:
        problems.append(f"{place}.{problem}")
        return None
    return record


def _numbered(records: list[Record], problems: list[str]) -> list[Record]:
    """Numbers are those given, as long as they tell all apart; those without one come last."""
    problems += [f"{id} is there more than once" for id, times in Counter(it.id for it in records).items() if times > 1]
    ordered = sorted(records, key=lambda it: it.number or 2**62)
    if len({it.number for it in ordered}) == len(ordered) and all(it.number for it in ordered):
        return ordered
    return [Record(at, it.kind, it.id, it.parent, it.body) for at, it in enumerate(ordered, start=1)]

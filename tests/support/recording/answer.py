"""Answer: whether an answer has what a client needs of it.

A need is a JSON pointer and a value, or the kind of value: ``<string>``, ``<integer or null>``, ``<moment>``, ``<absent>``.
In a pointer ``[name=Datadog]`` is the row of a list that has that value; dots in the name go deeper.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.support.recording.placeholder import ANY_MOMENT, UnknownPlaceholderError, fill

ABSENT = "<absent>"
_KIND = re.compile("<([a-z]+(?: or [a-z]+)*)>")
_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
    "null": (type(None),),
}


def look(answer: Any, pointer: str) -> Any:
    """What is there. Raises KeyError where there is nothing."""
    for part in split(pointer):
        if isinstance(answer, list) and part.startswith("["):
            name, _, value = part[1:-1].partition("=")
            found = [row for row in answer if str(_deep(row, name)) == value]
            if not found:
                raise KeyError(part)
            answer = found[0]
        elif isinstance(answer, list) and part.isdigit() and int(part) < len(answer):
            answer = answer[int(part)]
        elif isinstance(answer, dict) and part in answer:
            answer = answer[part]
        else:
            raise KeyError(part)
    return answer


def split(pointer: str) -> list[str]:
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]


def join(parts: list[str]) -> str:
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in parts)


def kind_of(value: Any) -> str:
    """The narrowest kind that it is of."""
    if isinstance(value, str) and ANY_MOMENT.fullmatch(value):
        return "<moment>"
    name = next(name for name, types in _TYPES.items() if _is(value, types))
    return f"<{name}>"


def is_kind(need: Any) -> bool:
    return isinstance(need, str) and _KIND.fullmatch(need) is not None


def meets(found: Any, need: Any) -> bool:
    """Whether a value is what is needed. Texts that are the same moment are equal."""
    if is_kind(need):
        return any(_is_of(found, name) for name in need[1:-1].split(" or "))
    if isinstance(found, bool) != isinstance(need, bool):
        return False
    if isinstance(found, str) and isinstance(need, str):
        return found == need or (_moment(found) is not None and _moment(found) == _moment(need))
    return bool(found == need)


@dataclass(frozen=True, slots=True)
class Difference:
    """What is wrong at a pointer; of the whole answer where that is empty. ``found`` is the value that is there."""

    pointer: str
    text: str
    found: Any = None


def differences(answer: Any, needs: Mapping[str, Any], known: Mapping[str, str], now: datetime) -> Iterator[Difference]:
    """One for each need that is not met."""
    for pointer, need in needs.items():
        try:
            wanted = fill(need, known, now)
            found = look(answer, fill(pointer, known, now))
        except UnknownPlaceholderError as error:
            yield Difference(pointer, f"{{{error}}} is not known: the answer that tells it differed")
        except KeyError:
            if need != ABSENT:
                yield Difference(pointer, f"missing, not {json.dumps(wanted)}")
        else:
            if need == ABSENT or not meets(found, wanted):
                yield Difference(pointer, f"{json.dumps(found)[:120]}, not {json.dumps(wanted)}", found)


def _deep(row: Any, name: str) -> Any:
    for part in name.split("."):
        row = row.get(part) if isinstance(row, dict) else None
    return row


def _is_of(value: Any, name: str) -> bool:
    if name == "moment":
        return isinstance(value, str) and ANY_MOMENT.fullmatch(value) is not None
    return name in _TYPES and _is(value, _TYPES[name])


def _is(value: Any, types: tuple[type, ...]) -> bool:
    return isinstance(value, types) and (bool in types or not isinstance(value, bool))


def _moment(text: str) -> datetime | None:
    if len(text) < len("2026-01-01T00:00:00"):
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None

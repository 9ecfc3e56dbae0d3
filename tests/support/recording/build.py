"""Build: a recording from what the recorder saw.

What is another value at each run becomes a placeholder where a later request has it, and otherwise the kind of value that
it is: the ids of the server, moments, and spans of time that the run itself took.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from tests.support.recording.answer import join, kind_of, look, split
from tests.support.recording.exchange import Exchange
from tests.support.recording.file import Line, RecordingFile
from tests.support.recording.placeholder import ANY_MOMENT, with_placeholders
from tests.support.recording.replay import Outcome

_ID_CHARS = 6
_KEY = re.compile(r"(?:.*_)?(?:id|key|token)")
"""What the server makes up, and a client sends back, is under such a name."""
_RUN_S = 60
"""No run of a client takes as long, so a smaller number of seconds may be one that it took."""


def build_recording(client: str, exchanges: list[Exchange], url: str) -> RecordingFile:
    common = dict(
        item for item in exchanges[0].headers.items() if all(it.headers.get(item[0]) == item[1] for it in exchanges)
    )
    needs = [{pointer: look(it.answer, pointer) for pointer in _leaves(it)} for it in exchanges]
    binds = _binds(exchanges, needs)
    names, lines = {url: "url"}, []
    for index, exchange in enumerate(exchanges):
        line: Line = {"n": exchange.number, "step": exchange.step, "method": exchange.method}
        line["path"] = with_placeholders(exchange.path, names, exchange.at)
        line["query"] = with_placeholders(exchange.query, names, exchange.at)
        headers = {name: value for name, value in exchange.headers.items() if name not in common}
        if headers:
            line["headers"] = with_placeholders(headers, names, exchange.at)
        line["body"] = with_placeholders(exchange.body, names, exchange.at)
        line["status"] = exchange.status
        told = binds[index]
        if told:
            line["bind"] = {name: pointer for name, pointer, _ in told}
            names.update({value: name for name, _, value in told})
        line["answer_has"] = {
            _pointer(exchange.answer, pointer, names): _need(pointer, value, names)
            for pointer, value in needs[index].items()
        }
        lines.append(line)
    return RecordingFile(client, common, lines)


def settle(recording: RecordingFile, outcomes: list[Outcome]) -> list[str]:
    """Where a second run gave another value of the same kind, the recording is content with the kind from then on. Gives
    what is different otherwise: that is a mistake of the server or of the recorder."""
    wrong = []
    for outcome in outcomes:
        needs, differ = outcome.line["answer_has"], outcome.differences
        loose = [it for it in differ if it.found is not None and kind_of(it.found) == kind_of(needs[it.pointer])]
        needs.update({it.pointer: kind_of(it.found) for it in loose})
        left = Outcome(outcome.line, [it for it in differ if it not in loose])
        wrong += [str(left)] if left.differences else []
    return wrong


def _leaves(exchange: Exchange) -> list[str]:
    """What was read and has nothing below it that was read; of a client that does not say, what is sure to be read."""
    reads = (
        _sure(exchange) if exchange.reads is None else [it for it in exchange.reads if _is_there(exchange.answer, it)]
    )
    return [it for it in reads if not any(other.startswith(f"{it}/") for other in reads)]


def _is_there(answer: Any, pointer: str) -> bool:
    """A client may also read what it put into the answer itself."""
    try:
        look(answer, pointer)
    except KeyError:
        return False
    return True


def _sure(exchange: Exchange) -> list[str]:
    """The keys of the answer, and what came back as it was sent."""
    answer = exchange.answer if isinstance(exchange.answer, dict) else {}
    sent = dict(_strings(exchange.body))
    back = [pointer for pointer, value in _strings(answer) if sent.get(pointer) == value or pointer.endswith("/id")]
    return [*(join([name]) for name in answer), *back]


def _strings(value: Any, pointer: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield pointer, value
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from _strings(item, pointer + join([str(key)]))


def _binds(exchanges: list[Exchange], needs: list[dict[str, Any]]) -> list[list[tuple[str, str, str]]]:
    """For each exchange what its answer tells for the first time and is asked or compared with later: placeholder, pointer
    and value."""
    asked = [json.dumps([it.path, it.query, it.headers, it.body]) for it in exchanges]
    compared = [json.dumps(list(it.values())) for it in needs]
    counts: Counter[str] = Counter()
    seen: set[str] = set()
    binds: list[list[tuple[str, str, str]]] = []
    for index, exchange in enumerate(exchanges):
        binds.append([])
        for pointer, value in _strings(exchange.answer):
            name = split(pointer)[-1]
            if value in seen or len(value) < _ID_CHARS or not _KEY.fullmatch(name):
                continue
            later = any(value in it for it in asked[index + 1 :])
            again = compared[index].count(value) > 1 or any(value in it for it in compared[index + 1 :])
            if not (later or again) or any(value in it for it in asked[: index + 1]):
                continue
            seen.add(value)
            name = _name(exchange.answer, pointer)
            counts[name] += 1
            binds[-1].append((f"{name}:{counts[name]}", pointer, value))
    return binds


def _name(answer: Any, pointer: str) -> str:
    """The type of an object for its id, the key for anything else."""
    *above, key = split(pointer)
    if key == "id":
        type = look(answer, join(above)).get("type")
        key = (
            type.removesuffix("_reference")
            if isinstance(type, str)
            else ([it for it in above if not it.isdigit()] or ["id"])[-1]
        )
    return re.sub("[^a-z0-9_]", "_", key.lower())


def _pointer(answer: Any, pointer: str, names: dict[str, str]) -> str:
    """With the rows of lists found by their ids where these are known: their order does not matter then."""
    at, parts = answer, []
    for part in split(pointer):
        row = at[int(part)] if isinstance(at, list) else at[part]
        if isinstance(at, list) and isinstance(row, dict) and row.get("id") in names:
            part = f"[id={{{names[row['id']]}}}]"
        parts.append(part)
        at = row
    return join(parts)


def _need(pointer: str, value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, dict | list):
        return kind_of(value)
    if isinstance(value, str):
        if ANY_MOMENT.fullmatch(value):
            return "<moment>"
        needed = value
        for told in sorted(names, key=len, reverse=True):
            needed = needed.replace(told, "{" + names[told] + "}")
        return "<string>" if needed == value and _KEY.fullmatch(split(pointer)[-1]) else needed
    took = isinstance(value, int | float) and not isinstance(value, bool) and "seconds" in pointer and value < _RUN_S
    return "<number>" if took else value

"""Action: what happens to a request that a rule strikes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pdsync.sandbox.fault.latency import Latency, read_latency

_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_OF_THE_CONNECTION = ("connection", "content-length", "transfer-encoding", "keep-alive", "upgrade", "te", "trailer")


@dataclass(frozen=True, slots=True)
class Drop:
    """The connection ends ``before`` the request is processed, ``after`` it was and before the answer, or ``midway``
    through the answer's body."""

    when: str


@dataclass(frozen=True, slots=True)
class Refuse:
    """An error; with ``commit`` the request is still carried out, and its answer is lost."""

    status: int
    commit: bool
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None


@dataclass(frozen=True, slots=True)
class Delay:
    latency: Latency


@dataclass(frozen=True, slots=True)
class Truncate:
    """Only this part (0 to 1) of the body is sent, under a length that says it is all."""

    keep: float


@dataclass(frozen=True, slots=True)
class ContentType:
    """The answer says it is something else; ``text`` replaces its body."""

    content_type: str
    text: str | None


@dataclass(frozen=True, slots=True)
class Lag:
    """What a write changes is not seen by lists (or by any read), for ``seconds`` or that many ``reads``."""

    seconds: float | None
    reads: int | None
    everywhere: bool


@dataclass(frozen=True, slots=True)
class Edit:
    """Requests of another client (method, path, body), made just ``before`` or ``after`` the one that was struck."""

    when: str
    requests: tuple[tuple[str, str, Any], ...]


@dataclass(frozen=True, slots=True)
class EmptyPage:
    """A list shows nothing, and says that there is more."""


@dataclass(frozen=True, slots=True)
class ShiftPage:
    """A page after the first begins ``rows`` earlier than asked for, as if rows had come before it: they repeat. With a
    negative number rows are skipped."""

    rows: int


Action = Drop | Refuse | Delay | Truncate | ContentType | Lag | Edit | EmptyPage | ShiftPage


@dataclass(slots=True)
class Reading:
    """An action that fits its schema, where it is, and what is wrong with it that no schema can say."""

    action: Mapping[str, Any]
    place: str
    problems: list[str]

    def problem(self, name: str, text: str) -> None:
        self.problems.append(f"{self.place}.{name} {text}")


def read_action(reading: Reading) -> Action:
    return _READERS[reading.action["type"]](reading)


def _drop(reading: Reading) -> Drop:
    return Drop(reading.action.get("when", "before"))


def _rate_limit(reading: Reading) -> Refuse:
    """PagerDuty's headers, which ``headers`` may replace; a header that is null is left out."""
    wait = int(reading.action.get("retry_after_s", 1))
    standard = {"ratelimit-limit": "960", "ratelimit-remaining": "0", "ratelimit-reset": str(wait)}
    return Refuse(429, False, _headers(reading, {**standard, "Retry-After": str(wait)}))


def _error(reading: Reading) -> Refuse:
    action = reading.action
    return Refuse(
        int(action.get("status", 503)), action.get("commit", False), _headers(reading, {}), action.get("body")
    )


def _latency(reading: Reading) -> Delay:
    latency = read_latency(reading.action)
    if latency.distribution == "uniform" and latency.second_ms < latency.first_ms:
        reading.problem("max_ms", "must not be less than min_ms")
    return Delay(latency)


def _truncate(reading: Reading) -> Truncate:
    return Truncate(float(reading.action.get("keep", 0.5)))


def _content_type(reading: Reading) -> ContentType:
    return ContentType(reading.action.get("content_type") or "text/html", reading.action.get("body"))


def _lag(reading: Reading) -> Lag:
    seconds, reads = reading.action.get("seconds"), reading.action.get("reads")
    if (seconds is None) == (reads is None):
        reading.problem("seconds", "or reads must be given, but not both")
    everywhere = reading.action.get("seen_by", "lists") == "all"
    return Lag(None if seconds is None else float(seconds), None if reads is None else int(reads), everywhere)


def _edit(reading: Reading) -> Edit:
    requests = [(asked.get("method", "PUT"), asked["path"], asked.get("body")) for asked in reading.action["requests"]]
    return Edit(reading.action.get("when", "before"), tuple(requests))


def _empty_page(reading: Reading) -> EmptyPage:
    return EmptyPage()


def _shift_page(reading: Reading) -> ShiftPage:
    return ShiftPage(int(reading.action.get("rows", 1)))


_READERS: dict[str, Callable[[Reading], Action]] = {
    "drop": _drop,
    "rate_limit": _rate_limit,
    "error": _error,
    "latency": _latency,
    "truncate": _truncate,
    "content_type": _content_type,
    "lag": _lag,
    "edit": _edit,
    "empty_page": _empty_page,
    "shift_page": _shift_page,
}


def _headers(reading: Reading, standard: dict[str, str]) -> dict[str, str]:
    """Reports names that no header has, and those that the connection itself needs; in any case."""
    headers = {name.lower(): (name, value) for name, value in standard.items()}
    for name, value in reading.action.get("headers", {}).items():
        if not _HEADER_NAME.fullmatch(name) or name.lower() in _OF_THE_CONNECTION:
            reading.problem("headers", f"cannot set {name!r}")
        elif value is None:
            headers.pop(name.lower(), None)
        else:
            headers[name.lower()] = (name, value if isinstance(value, str) else json.dumps(value))
    return dict(headers.values())

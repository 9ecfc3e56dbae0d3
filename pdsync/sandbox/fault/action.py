"""Action: what happens to a request that a rule strikes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pdsync.sandbox.fault.latency import Latency, read_latency
from pdsync.sandbox.fault.reading import Reading

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HEADER_VALUE = re.compile(r"[\t -~]*")
_OF_THE_CONNECTION = ("connection", "content-length", "transfer-encoding", "keep-alive", "upgrade", "te", "trailer")
_MAX_REPEAT = 1_000_000


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


def read_action(reading: Reading) -> Action | None:
    type = reading.text("type", None, tuple(_READERS))
    if type is None:
        if not reading.has("type"):
            reading.problem("type", f"is missing; it is one of: {', '.join(_READERS)}")
        return None
    action = _READERS[type](reading)
    reading.finish()
    return action


def _drop(reading: Reading) -> Drop:
    return Drop(reading.text("when", "before", ("before", "after", "midway")) or "before")


def _rate_limit(reading: Reading) -> Refuse:
    """PagerDuty's headers, which ``headers`` may replace; a header that is null is left out."""
    wait = reading.integer("retry_after_s", 1, 0, 86_400)
    standard = {"ratelimit-limit": "960", "ratelimit-remaining": "0", "ratelimit-reset": str(wait)}
    return Refuse(429, False, _headers(reading, {**standard, "Retry-After": str(wait)}))


def _error(reading: Reading) -> Refuse:
    status = reading.integer("status", 503, 400, 599)
    commit = reading.boolean("commit", False)
    return Refuse(status, commit, _headers(reading, {}), reading.value("body"))


def _latency(reading: Reading) -> Delay:
    return Delay(read_latency(reading))


def _truncate(reading: Reading) -> Truncate:
    return Truncate(reading.number("keep", 0.5, 0.0, 1.0))


def _content_type(reading: Reading) -> ContentType:
    name = reading.text("content_type", "text/html") or "text/html"
    if not _HEADER_VALUE.fullmatch(name):
        reading.problem("content_type", "must be printable ASCII")
    return ContentType(name, reading.text("body"))


def _lag(reading: Reading) -> Lag:
    if reading.has("seconds") == reading.has("reads"):
        reading.problem("seconds", "or reads must be given, and not both")
    seconds = reading.number("seconds", 0.0, 0.0, 86_400.0) if reading.has("seconds") else None
    reads = reading.integer("reads", 1, 1, _MAX_REPEAT) if reading.has("reads") else None
    return Lag(seconds, reads, reading.text("seen_by", "lists", ("lists", "all")) == "all")


def _edit(reading: Reading) -> Edit:
    when = reading.text("when", "before", ("before", "after")) or "before"
    requests = []
    for item in reading.objects("requests"):
        method = item.text("method", "PUT", METHODS) or "PUT"
        path = item.text("path", "") or ""
        if not path.startswith("/") or path.startswith("/_sandbox"):
            item.problem("path", "must be a path of the API that begins with /")
        requests.append((method, path, item.value("body")))
        item.finish()
    if not requests:
        reading.problem("requests", "must have at least one request")
    return Edit(when, tuple(requests))


def _empty_page(reading: Reading) -> EmptyPage:
    return EmptyPage()


def _shift_page(reading: Reading) -> ShiftPage:
    rows = reading.integer("rows", 1, -10_000, 10_000)
    if rows == 0:
        reading.problem("rows", "must not be 0")
    return ShiftPage(rows)


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
TYPES = tuple(_READERS)


def _headers(reading: Reading, standard: dict[str, str]) -> dict[str, str]:
    given = reading.value("headers", {})
    if not isinstance(given, Mapping):
        reading.problem("headers", "must be an object")
        return standard
    headers = {name.lower(): (name, value) for name, value in standard.items()}
    for name, value in given.items():
        text = value if isinstance(value, str) else json.dumps(value)
        if not isinstance(name, str) or not _HEADER_NAME.fullmatch(name) or name.lower() in _OF_THE_CONNECTION:
            reading.problem("headers", f"cannot set {name!r}")
        elif value is None:
            headers.pop(name.lower(), None)
        elif isinstance(value, (dict, list)) or not _HEADER_VALUE.fullmatch(text):
            reading.problem(f"headers.{name}", "must be a string of printable ASCII, a number, or null")
        else:
            headers[name.lower()] = (name, text)
    return dict(headers.values())

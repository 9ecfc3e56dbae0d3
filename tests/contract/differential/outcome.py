"""Outcome: what one call of a library did, in a form in which two libraries can be compared."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import ModuleType
from typing import Any

from tests.contract.differential.recorder import Sent

# What the sandbox makes up: ids, keys of integrations and incidents, deduplication keys, tokens of OAuth.
_MADE_UP = re.compile(r"\bP[A-Z0-9]{13}\b|\b[0-9a-f]{32}\b|\bpdu[sr]\+[\w-]{40}")
_ERRORS = ("ServerHttpError", "HttpError", "UrlError", "Error")
ASPECTS = ("sent", "result", "waits", "warnings")


@dataclass(frozen=True, slots=True)
class Outcome:
    """``result`` is what the call gave, or ``raises NAME`` with the status and the body of the answer that the error holds;
    ``waits`` are the seconds slept, ``warnings`` the categories of what was warned of."""

    sent: list[Sent]
    result: Any
    waits: list[float]
    warnings: list[str]


def plain(value: Any) -> Any:
    """A value of either library as plain data."""
    if hasattr(value, "status_code") and hasattr(value, "request"):
        return {"status": value.status_code, "body": _body(value)}
    if isinstance(value, Mapping):
        return {key: plain(it) for key, it in value.items()}
    if isinstance(value, Iterator | list | tuple | set | frozenset):
        return [plain(it) for it in value]
    if isinstance(value, datetime):
        return value.isoformat()
    return value


def raised(error: Exception, library: ModuleType) -> str:
    """The error by the name that both libraries have for it, and what it says of the answer."""
    name = next((it for it in _ERRORS if isinstance(error, getattr(library, it))), type(error).__name__)
    response = getattr(error, "response", None)
    if response is None:
        return f"raises {name}"
    assert error.msg == str(error)  # type: ignore[attr-defined]
    return f"raises {name} {response.status_code} {json.dumps(_body(response), sort_keys=True)}"


def alike(outcome: Outcome) -> dict[str, Any]:
    """The aspects of an outcome. What the sandbox made up is numbered in the order in which it appears, so that two runs that
    did the same are equal."""
    numbers: dict[str, str] = {}

    def number(match: re.Match[str]) -> str:
        return numbers.setdefault(match[0], f"<{len(numbers) + 1}>")

    def renamed(value: Any) -> Any:
        if isinstance(value, str):
            return _MADE_UP.sub(number, value)
        if isinstance(value, dict):
            return {renamed(key): renamed(it) for key, it in sorted(value.items(), key=lambda pair: str(pair[0]))}
        if isinstance(value, list | tuple):
            return [renamed(it) for it in value]
        return value

    sent = [
        {"method": it.method, "path": it.path, "query": it.query, "headers": it.headers, "body": it.body}
        for it in outcome.sent
    ]
    return renamed({"sent": sent, "result": outcome.result, "waits": outcome.waits, "warnings": outcome.warnings})


def _body(response: Any) -> Any:
    try:
        return response.json()
    except ValueError:
        return response.text

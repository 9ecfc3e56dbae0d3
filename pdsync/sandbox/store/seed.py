"""Seed: fills an empty account by making the requests that a seed file lists, so that all rules hold.

A seed is a JSON object whose ``requests`` are made in order. Each has a ``path`` and a ``body`` exactly as
the API takes them, and may have

- ``method``: POST unless said otherwise;
- ``ref``: a name for what the answer holds;
- ``id``: the id that the new object shall have (P and 6 to 13 capital letters or digits).

``$ref:name`` in a path or a body value stands for the id of the object with that name;
``$ref:name.contact_methods.0.id`` walks into it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from importlib import resources
from typing import Any

from pdsync.sandbox.error import SandboxError
from pdsync.sandbox.store.store import Store

OWNER = {
    "name": "Account Owner",
    "email": "owner@example.com",
    "role": "owner",
    "time_zone": "Etc/UTC",
    "color": "purple",
    "description": None,
    "job_title": None,
}
NAMES = ("none", "example")
_ID = re.compile(r"P[A-Z0-9]{6,13}")
_REF = re.compile(r"\$ref:([A-Za-z0-9_.-]+)")

Request = Callable[[str, str, Any], tuple[int, Any]]
"""Makes one request: method, path and body in, status and the answer's JSON (None for 204) out."""


def load_seed(name: str) -> list[dict[str, Any]]:
    """The requests of a seed that comes with pdsync. Raises SandboxError for an unknown name or a broken file."""
    if name == "none":
        return []
    if name not in NAMES:
        raise SandboxError(f"there is no seed {name!r}; choose one of: {', '.join(NAMES)}")
    text = resources.files("pdsync.sandbox").joinpath("seeds", f"{name}.json").read_text(encoding="utf-8")
    try:
        entries = json.loads(text)["requests"]
    except (ValueError, KeyError, TypeError) as error:
        raise SandboxError(f"the seed {name!r} is broken: {error}") from error
    return list(entries)


def plant(store: Store, entries: list[dict[str, Any]], request: Request) -> None:
    """Makes the requests, all or none. Raises SandboxError that names the entry which was refused."""
    known: dict[str, Any] = {}
    with store.transaction():
        for number, entry in enumerate(entries, start=1):
            where = f"seed entry {number} ({entry.get('ref') or entry.get('path')})"
            id = entry.get("id")
            if id is not None and (not _ID.fullmatch(id) or store.find(id) is not None):
                raise SandboxError(f"{where}: {id!r} is not a free id")
            path, body = _resolve(entry["path"], known, where), _resolve(entry.get("body"), known, where)
            store.expect_id(id)
            status, answer = request(entry.get("method", "POST"), path, body)
            store.expect_id(None)
            if status >= 400:
                raise SandboxError(f"{where}: {status} {json.dumps(answer)}")
            if "ref" in entry:
                known[entry["ref"]] = next(iter(answer.values()))


def _resolve(value: Any, known: dict[str, Any], where: str) -> Any:
    if isinstance(value, dict):
        return {key: _resolve(item, known, where) for key, item in value.items()}
    if isinstance(value, list):
        return [_resolve(item, known, where) for item in value]
    if isinstance(value, str):
        return _REF.sub(lambda found: _look_up(found[1], known, where), value)
    return value


def _look_up(name: str, known: dict[str, Any], where: str) -> str:
    steps = name.split(".")
    value: Any = known
    try:
        for step in steps:
            value = value[int(step)] if isinstance(value, list) else value[step]
    except (KeyError, IndexError, ValueError, TypeError):
        raise SandboxError(f"{where}: nothing before it is called {name!r}") from None
    return str(value["id"] if isinstance(value, dict) else value)

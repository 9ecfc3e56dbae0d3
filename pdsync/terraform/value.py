"""Values as Terraform holds them, in the API's form."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from pdsync.model.instant import parse_instant, render_instant
from pdsync.terraform.mapping import UnsureError

_GO_TIME = re.compile(r"(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.\d+)? ([+-]\d\d):?(\d\d)(?: \S+)?")


def reference(kind: str) -> Callable[[Any], Any]:
    """Reads an id as a reference."""

    def read(value: Any) -> Any:
        return {"id": str(value), "type": f"{kind}_reference"}

    return read


def references(kind: str) -> Callable[[Any], Any]:
    """Reads a list of ids as references. An empty text among them is not an id."""
    one = reference(kind)

    def read(value: Any) -> Any:
        return [one(identity) for identity in value if identity]

    return read


def block(value: Any) -> Mapping[str, Any]:
    """The only block of its name, which a state keeps as a list of one. Empty where there is none."""
    held = value[0] if isinstance(value, list) and value else value
    return held if isinstance(held, Mapping) else {}


def without_empty(members: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """These members, without those that Terraform left empty because it has no null there."""
    return {name: members[name] for name in names if members.get(name) not in (None, "", [])}


def number(value: Any) -> Any:
    """A number that Terraform keeps as text; its text ``null`` is nothing."""
    if not isinstance(value, str):
        return value
    if value == "null":
        return None
    if not value.isdecimal():
        raise UnsureError("the state holds a text that is not a number")
    return int(value)


def boolean(value: Any) -> Any:
    """A boolean that Terraform keeps as text."""
    return {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value


def instant(value: Any) -> Any:
    """A moment. Some versions of the provider keep it as Go prints it: ``2026-01-05 09:00:00 +0000 UTC``."""
    match = _GO_TIME.fullmatch(value) if isinstance(value, str) else None
    moment = parse_instant(f"{match[1]}T{match[2]}{match[3]}:{match[4]}") if match is not None else None
    return render_instant(moment) if moment is not None else value or None

"""JSON Schema of a stored object, as a state holds it."""

from __future__ import annotations

from typing import Any

_TEXT = {"type": "string", "x-must": "be a string"}
_ROOT = {
    "type": "object",
    "properties": {"id": {"type": "string"}},
    "required": ["id"],
}


def entry_schema() -> dict[str, Any]:
    """An object of any kind. What is next to its id, number and parent is stored as it is."""
    number = {"type": "integer", "minimum": 0, "maximum": 2**62 - 1, "x-must": "be a whole number below 2^62"}
    name = {"type": "string", "minLength": 1, "x-must": "be a string that is not empty"}
    members = {"id": name, "number": number}
    return {"type": "object", "properties": members, "required": ["id"], "x-must": "be an object with an id"}


def log_entry_schema() -> dict[str, Any]:
    """What the log is searched by."""
    return {"type": "object", "properties": {"created_at": _TEXT, "type": _TEXT}, "required": ["created_at", "type"]}


def audit_record_schema() -> dict[str, Any]:
    """What audit records are searched by."""
    root = {**_ROOT, "x-must": "be an object with an id"}
    members = {"created_at": _TEXT, "root_resource": root, "action": _TEXT}
    return {"type": "object", "properties": members, "required": list(members)}

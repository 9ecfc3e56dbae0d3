"""JSON Schema of fault rules."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
DISTRIBUTIONS = {
    "fixed": ("ms",),
    "uniform": ("min_ms", "max_ms"),
    "normal": ("mean_ms", "deviation_ms"),
    "exponential": ("mean_ms",),
}
"""The numbers that each distribution of latencies needs."""
MAX_MS = 600_000
_MAX_RULES = 10_000
_MAX_NUMBER = 2**31 - 1
_MAX_REPEAT = 1_000_000
_ANY: Schema = {}
_TEXT: Schema = {"type": "string", "x-must": "be a string"}
_PRINTABLE = {"pattern": "^[\\t -~]*$", "not": {"type": "string", "pattern": "\\n"}}


def _whole(low: int, high: int) -> Schema:
    words = f"be a whole number from {low} to {high}"
    return {"type": "integer", "minimum": low, "maximum": high, "x-must": words}


def _number(low: int, high: int) -> Schema:
    return {"type": "number", "minimum": low, "maximum": high, "x-must": f"be a number from {low} to {high}"}


def _one_of(*options: str) -> Schema:
    return {"enum": list(options), "x-must": f"be one of: {', '.join(options)}"}


def _object(members: dict[str, Schema]) -> Schema:
    return {"type": "object", "properties": members, "additionalProperties": False, "x-must": "be an object"}


def _methods() -> Schema:
    """Names of methods in capitals, small letters or both: they are compared in capitals."""
    name = "|".join("".join(f"[{letter}{letter.lower()}]" for letter in method) for method in METHODS)
    one: Schema = {"type": "string", "pattern": f"^({name})$", "not": {"type": "string", "pattern": "\\n"}}
    words = f"be one or a list of: {', '.join(METHODS)}"
    return {"anyOf": [one, {"type": "array", "items": one}], "x-must": words}


_NTH_ONE: Schema = {"type": "integer", "minimum": 1}
_MATCH = _object(
    {
        "method": _methods(),
        "path": {
            "anyOf": [{"const": "**"}, {"type": "string", "pattern": "^/"}],
            "x-must": "begin with /, as in /services/* or /teams/**",
        },
        "token": _TEXT,
        "nth": {
            "anyOf": [_NTH_ONE, {"type": "array", "items": _NTH_ONE}],
            "x-must": "be a whole number from 1, or a list of such",
        },
        "probability": _number(0, 1),
        "seed": _whole(0, _MAX_NUMBER),
        "times": _whole(1, _MAX_NUMBER),
    }
)
_HEADERS: Schema = {
    "type": "object",
    "x-must": "be an object",
    "additionalProperties": {
        "type": ["string", "number", "boolean", "null"],
        **_PRINTABLE,
        "x-must": "be a string of printable ASCII, a number, or null",
    },
}
_REQUEST = _object(
    {
        "method": _one_of(*METHODS),
        "path": {
            "type": "string",
            "pattern": "^/",
            "not": {"type": "string", "pattern": "^/_sandbox"},
            "x-must": "be a path of the API that begins with /",
        },
        "body": _ANY,
    }
)
_REQUEST["required"] = ["path"]
_ACTIONS: dict[str, dict[str, Schema]] = {
    "drop": {"when": _one_of("before", "after", "midway")},
    "rate_limit": {"retry_after_s": _whole(0, 86_400), "headers": _HEADERS},
    "error": {
        "status": _whole(400, 599),
        "commit": {"type": "boolean", "x-must": "be true or false"},
        "headers": _HEADERS,
        "body": _ANY,
    },
    "latency": {"distribution": _one_of(*DISTRIBUTIONS)},
    "truncate": {"keep": _number(0, 1)},
    "content_type": {"content_type": {"type": "string", **_PRINTABLE, "x-must": "be printable ASCII"}, "body": _TEXT},
    "lag": {
        "seconds": _number(0, 86_400),
        "reads": _whole(1, _MAX_REPEAT),
        "seen_by": _one_of("lists", "all"),
    },
    "edit": {
        "when": _one_of("before", "after"),
        "requests": {"type": "array", "items": _REQUEST, "minItems": 1, "x-must": "have at least one request"},
    },
    "empty_page": {},
    "shift_page": {
        "rows": {**_whole(-10_000, 10_000), "not": {"const": 0}, "x-must": "be a whole number within 10000, and not 0"}
    },
}
"""The members of each action next to its type."""
TYPES = tuple(_ACTIONS)


def _action() -> Schema:
    types = ", ".join(TYPES)
    conditions = []
    for name, members in _ACTIONS.items():
        then = _object({"type": _ANY, **members})
        if name == "edit":
            then.update({"required": ["requests"], "x-missing": ': such as [{"method": "DELETE", "path": ...}]'})
        if name == "latency":
            del then["additionalProperties"]
            then["allOf"] = [_numbers_of(distribution) for distribution in DISTRIBUTIONS]
        conditions.append({"if": {"properties": {"type": {"const": name}}, "required": ["type"]}, "then": then})
    return {
        "type": "object",
        "x-must": "be an object",
        "properties": {"type": _one_of(*TYPES)},
        "required": ["type"],
        "x-missing": f"; it is one of: {types}",
        "allOf": conditions,
    }


def _numbers_of(distribution: str) -> Schema:
    chosen: Schema = {"properties": {"distribution": {"const": distribution}}}
    if distribution != "fixed":
        chosen["required"] = ["distribution"]
    names = DISTRIBUTIONS[distribution]
    then = _object({"type": _ANY, "distribution": _ANY, **{name: _number(0, MAX_MS) for name in names}})
    missing = f": the distribution {distribution} needs it"
    return {"if": chosen, "then": {**then, "required": list(names), "x-missing": missing}}


def fault_schema() -> Schema:
    """``{"seed": 1, "rules": [...]}``."""
    rule = _object({"match": _MATCH, "action": _action()})
    rules = {
        "type": "array",
        "items": {**rule, "required": ["action"]},
        "maxItems": _MAX_RULES,
        "x-must": f"be a list of at most {_MAX_RULES}",
    }
    return _object({"seed": _whole(0, _MAX_NUMBER), "rules": rules})

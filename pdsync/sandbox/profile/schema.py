"""JSON Schema of an account profile, from the open questions and the features."""

from __future__ import annotations

import json
from typing import Any

from pdsync.sandbox.profile.feature import ABILITIES, FEATURES, NOT_BOUGHT
from pdsync.sandbox.profile.profile import VERSION
from pdsync.sandbox.profile.questions import QUESTIONS
from pdsync.sandbox.profile.resource import RESOURCES

Schema = dict[str, Any]
SCHEMA_FILE = "account-profile.json"
_STATUSES = (402, 403)
_ADDRESS: Schema = {"type": "string", "pattern": "^[^@\\s]+@[^@\\s]+$", "x-must": "be an email address"}


def account_schema() -> Schema:
    """``x-must`` is what belongs at a place: pdsync's own messages are made of it."""
    members: dict[str, Schema] = {
        "account": {
            "const": VERSION,
            "description": "The version of this form.",
            "x-must": f"be {VERSION}, the version of this form",
        },
        "readings": _object(
            {name: _reading(name) for name in QUESTIONS}, "Answers to open questions about PagerDuty, by question."
        ),
        "without": _without(),
        "abilities": {
            **_object(
                {name: _flag() for name in sorted((*ABILITIES, *NOT_BOUGHT))},
                "Single abilities that the account has (true) or lacks (false).",
            ),
            # PagerDuty has more abilities than are known here.
            "additionalProperties": _flag(),
        },
        "private_teams": _texts(
            "Names of private teams: tokens do not see these teams, nor objects that belong only to them."
        ),
        "sso": _sso(),
        "lag": _object(
            {name: _lag() for name in RESOURCES},
            "How late reads see the writes to a resource, by the first part of its path.",
        ),
    }
    schema = _object(members, "How an account differs from others, for pdsync sandbox --account.")
    return {**schema, "required": ["account"], "x-missing": f": begin the file with  account: {VERSION}"}


def account_schema_file() -> dict[str, str]:
    """The text of the schema's file by its name."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Account profile"}
    return {SCHEMA_FILE: json.dumps({**head, **account_schema()}, indent=2, ensure_ascii=False) + "\n"}


def _reading(name: str) -> Schema:
    question = QUESTIONS[name]
    says = " ".join(f"{reading}: {meaning}" for reading, meaning in question.readings.items())
    return {
        "enum": list(question.readings),
        "default": question.default,
        "description": f"{question.text} {says}",
        "x-must": f"be one of: {', '.join(question.readings)}",
    }


def _without() -> Schema:
    status = {"enum": list(_STATUSES), "x-must": "be 402 or 403, the status of the refusal"}
    says = "; ".join(f"{name} ({feature.says})" for name, feature in FEATURES.items())
    return {
        "type": ["array", "object"],
        "items": {"enum": list(FEATURES), "x-must": f"be one of: {', '.join(FEATURES)}"},
        "properties": dict.fromkeys(FEATURES, status),
        "additionalProperties": False,
        "description": f"Features that the plan lacks: a list, or the status of the refusal by name. Possible: {says}.",
        "x-must": "be a list of features, or the status of the refusal by feature",
    }


def _sso() -> Schema:
    return _object(
        {
            "managed": _flag(),
            "domains": _texts("Domains whose addresses the identity provider manages; all by default."),
            "addresses": {
                "type": "object",
                "additionalProperties": _ADDRESS,
                "description": "Addresses that the identity provider replaces: the old one, then the new one.",
                "x-must": "have the new address for each old one",
            },
        },
        "An identity provider that manages users.",
    )


def _lag() -> Schema:
    schema = _object(
        {
            "reads": _bounded("integer", 1, 1_000_000, "be a whole number from 1 to 1000000"),
            "seconds": _bounded("number", 0, 86_400, "be a number from 0 to 86400"),
            "seen_by": {"enum": ["lists", "all"], "default": "lists", "x-must": "be one of: lists, all"},
        },
        "The reads, or the seconds, after which a write is seen. seen_by says which reads are late: lists, or all.",
    )
    return {
        **schema,
        "oneOf": [{"required": ["reads"]}, {"required": ["seconds"]}],
        "x-must": "have either reads or seconds",
    }


def _bounded(kind: str, low: int, high: int, words: str) -> Schema:
    return {"type": kind, "minimum": low, "maximum": high, "x-must": words}


def _flag() -> Schema:
    return {"type": "boolean", "x-must": "be true or false"}


def _texts(description: str) -> Schema:
    item = {"type": "string", "minLength": 1, "x-must": "be a text that is not empty"}
    return {"type": "array", "items": item, "description": description, "x-must": "be a list"}


def _object(members: dict[str, Schema], description: str) -> Schema:
    return {
        "type": "object",
        "properties": members,
        "additionalProperties": False,
        "description": description,
        "x-must": "be an object",
    }

"""JSON Schemas of plans and results as JSON, for programs that read them.

The number in `version` is the version of the form. Within a version members are only added, so no schema here forbids members
that it does not know: a program that was written against version 1 goes on reading version 1. To publish a new member,
add a line for it below and run ``script/generate-schemas``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pdsync.kinds import KINDS
from pdsync.model.schema import BASE, DRAFT
from pdsync.plan.change import ChildOperation, Operation
from pdsync.plan.diff.fingerprint import Origin
from pdsync.plan.plan import PLAN_VERSION
from pdsync.plan.result import RESULT_VERSION, Status
from pdsync.plan.saved.impact_schema import IMPACT

Schema = dict[str, Any]
PLAN_FILE, RESULT_FILE = "plan.json", "result.json"


def _text(description: str, **more: Any) -> Schema:
    return {"type": "string", "description": description, **more}


def _maybe_text(description: str) -> Schema:
    return {"type": ["string", "null"], "description": description}


def _count(description: str) -> Schema:
    return {"type": "integer", "minimum": 0, "description": description}


def _list(items: Schema, description: str) -> Schema:
    return {"type": "array", "items": items, "description": description}


def _texts(description: str) -> Schema:
    return _list({"type": "string"}, description)


def _map(values: Schema, description: str) -> Schema:
    return {"type": "object", "additionalProperties": values, "description": description}


def _object(properties: Mapping[str, Schema], description: str, optional: tuple[str, ...] = ()) -> Schema:
    required = [name for name in properties if name not in optional]
    return {"type": "object", "description": description, "properties": dict(properties), "required": required}


_DIGEST = {"pattern": "^[0-9a-f]{64}$"}
_ADDRESS = "The manifest, as kind/name; of an object whose manifest is gone, what its ownership line says."
_VALUE: Schema = {
    "description": 'A value in canonical form: durations as numbers in the API\'s unit, references as {"$ref": kind, "key" or "id": ...}.'
}
_ORIGIN: Schema = {
    "enum": [*(origin.value for origin in Origin), None],
    "description": "Whose difference it is, for an object that is managed; null where that is not known.",
}
_DELTA = _object(
    {
        "path": _text("Where, such as escalation_rules[0].targets."),
        "before": {**_VALUE, "description": "The live value."},
        "after": {**_VALUE, "description": "The wanted value."},
        "origin": _ORIGIN,
    },
    "One difference of a field.",
)
_CHILD = _object(
    {
        "list": _text("The list, such as contact_methods."),
        "operation": _text("What is done to the item.", enum=[operation.value for operation in ChildOperation]),
        "label": _text("The item, for people."),
        "key": _text("The item, told apart from the others of its list."),
        "origin": _ORIGIN,
        "id": _maybe_text("The PagerDuty id of the item; null of one that is added."),
        "values": _map(_VALUE, "The members that the request holds."),
        "deltas": _list({"$ref": "#/$defs/delta"}, "What is different, for an update."),
    },
    "A change of one item of a child list.",
)
_MOVED = _object(
    {
        "id": _text("The PagerDuty id."),
        "number": {"type": "integer", "description": "The number that PagerDuty shows."},
        "title": _text("What happened."),
        "url": _maybe_text("Where a person finds the incident in PagerDuty."),
        "service": _text("The PagerDuty id of its service."),
    },
    "An open incident that is reassigned.",
)
_REASSIGNMENT = {
    **_object(
        {
            "to": {**_VALUE, "description": "The user or escalation policy that gets them, as a reference."},
            "name": _text("What PagerDuty shows of it."),
            "incidents": _list({"$ref": "#/$defs/incident"}, "The incidents. Their status stays."),
        },
        "Open incidents that are reassigned before the object is deleted; null where there are none.",
    ),
    "type": ["object", "null"],
}
_CHANGE = _object(
    {
        "address": _text(_ADDRESS),
        "kind": _text("The kind of object.", enum=[kind.slug for kind in KINDS]),
        "operation": _text("What is done.", enum=[operation.value for operation in Operation]),
        "name": _text("What PagerDuty shows."),
        "id": _maybe_text("The PagerDuty id; null of an object that is created."),
        "source": _maybe_text("file:line of the manifest; null where there is none."),
        "url": _maybe_text("Where a person finds the object in PagerDuty."),
        "deltas": _list({"$ref": "#/$defs/delta"}, "The fields that change; all that are set, for a create."),
        "children": _list({"$ref": "#/$defs/child"}, "The items of child lists that change."),
        "values": _map(_VALUE, "The fields that the request holds."),
        "followup": _map(_VALUE, "Fields that a second request sets after a create."),
        "marker": _maybe_text("The ownership line that the description ends in."),
        "before": _map(_VALUE, "The live object that this was planned against, with the child lists that were read."),
        "digest": {"type": ["string", "null"], "description": "Of the live object that this was planned against.", **_DIGEST},
        "child_lists": _texts("Child lists that count in the digest."),
        "exclusive": _texts("Child lists from which everything that is not listed is removed."),
        "implied": _list(_VALUE, "Members that PagerDuty adds by itself and that stay."),
        "reassign": _REASSIGNMENT,
        "waits_for": _texts("Addresses of changes that must have succeeded before."),
        "blockers": _texts("Why this cannot be applied as it is. With any, nothing of the plan is applied."),
        "notes": _texts("What a reviewer should know."),
    },
    "What is done to one object.",
)  # fmt: skip
_PROBLEM = _object(
    {
        "address": _text(_ADDRESS),
        "source": _text("file:line of the manifest; empty where there is none."),
        "message": _text("What is wrong."),
        "hint": _text("What to do next; may be empty."),
    },
    "Why there is no complete plan.",
)
_RISK = _object(
    {
        "code": _text("What kind of risk it is, such as no_responders."),
        "address": _text("The object that it is about."),
        "message": _text("What would be, in a sentence."),
    },
    "Something that is allowed and may still be a mistake.",
)
_PLAN = _object(
    {
        "version": {"const": PLAN_VERSION, "description": "The version of this form."},
        "workspace": _text("The workspace that the manifests belong to."),
        "account": _text("The subdomain of the account; empty where it could not be told."),
        "manifest_digest": _text("Of what the manifests ask for.", **_DIGEST),
        "changes": _list({"$ref": "#/$defs/change"}, "In an order in which they may be applied one after the other."),
        "summary": _object(
            {
                operation.value: _count(f"How many changes {operation.value}.")
                for operation in Operation
                if operation is not Operation.INTERIM
            },
            "How many changes there are of each operation.",
        ),
        "unchanged": _count("How many manifests the account agrees with."),
        "problems": _list({"$ref": "#/$defs/problem"}, "Why there is no complete plan. With any, nothing is applied."),
        "refusals": _texts("Limits that the plan exceeds. With any, nothing is applied."),
        "risks": _list({"$ref": "#/$defs/risk"}, "What is allowed and may still be a mistake."),
        "notes": _texts("What was found and is left alone."),
        "labels": _map({"type": "string"}, "Names of objects without a manifest, by the text of a reference to them."),
        "bindings": _map({"type": "string"}, "PagerDuty ids of the objects that manifests are bound to, by address."),
        "includes": _map({"type": "array", "items": {"type": "string"}}, "How the account was read, by kind."),
        "digest": _text("Of everything above: it changes when the plan does.", **_DIGEST),
        "impact": IMPACT,
        "fetched_at": _text("When the account was read; only in a file.", format="date-time"),
        "created_at": _text("When the file was written; only in a file.", format="date-time"),
        "expires_at": _text("Until when it may be applied; only in a file.", format="date-time"),
        "pdsync": _text("The version of pdsync that made it; only in a file."),
        "seal": _text("Of everything above, so that a file that was edited is not applied; only in a file.", **_DIGEST),
    },
    "What 'pdsync plan -o json' prints and 'pdsync plan --out' writes.",
    optional=("impact", "fetched_at", "created_at", "expires_at", "pdsync", "seal"),
)  # fmt: skip
_OUTCOME = _object(
    {
        "address": _text(_ADDRESS),
        "operation": _text("What was to be done.", enum=[operation.value for operation in Operation]),
        "name": _text("What PagerDuty shows."),
        "status": _text("How it ended.", enum=[status.value for status in Status]),
        "id": _maybe_text("The PagerDuty id, where it is known."),
        "message": _maybe_text("What went wrong, and what to do next."),
        "warning": _maybe_text("What PagerDuty made of the request, where that is not what was asked."),
        "written": {"type": "boolean", "description": "Whether anything of it was written."},
        "http_status": {"type": ["integer", "null"], "description": "The status that PagerDuty refused it with."},
    },
    "How one change ended.",
)
_RESULT = _object(
    {
        "version": {"const": RESULT_VERSION, "description": "The version of this form."},
        "outcomes": _list({"$ref": "#/$defs/outcome"}, "One for every change, in the order of the plan."),
        "summary": _object(
            {status.value: _count(f"How many ended as {status.value}.") for status in Status},
            "How many changes ended in each way.",
        ),
        "interrupted": {"type": "boolean", "description": "Whether the run was stopped before its end."},
        "exit_code": _count("How 'pdsync apply' exits."),
    },
    "The member 'result' of what 'pdsync apply -o json' prints; null there where nothing was applied.",
)


def plan_schema() -> Schema:
    """The schema of a plan."""
    definitions = {
        "change": _CHANGE,
        "child": _CHILD,
        "delta": _DELTA,
        "incident": _MOVED,
        "problem": _PROBLEM,
        "risk": _RISK,
    }
    return {"$schema": DRAFT, "$id": BASE + PLAN_FILE, "title": "pdsync plan", **_PLAN, "$defs": definitions}


def result_schema() -> Schema:
    """The schema of a result."""
    return {
        "$schema": DRAFT,
        "$id": BASE + RESULT_FILE,
        "title": "pdsync result",
        **_RESULT,
        "$defs": {"outcome": _OUTCOME},
    }


def output_schemas() -> dict[str, Schema]:
    """The schemas by the word that ``pdsync schema`` knows them by."""
    return {"plan": plan_schema(), "result": result_schema()}


def output_schema_files() -> dict[str, str]:
    """The text of every schema file by its name; the same bytes each time."""
    return {
        f"{word}.json": json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
        for word, schema in output_schemas().items()
    }

"""The published JSON Schemas of plans and results, for programs that read them: made from the declarations of their forms.

The number in `version` is the version of the form. Within a version members are only added, so no schema here forbids members
that it does not know: a program that was written against version 1 goes on reading version 1. After a change of a form run
``script/generate-schemas``.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any

from msgspec.json import schema_components

from pdsync.model import Ref
from pdsync.model.schema import BASE, DRAFT
from pdsync.plan.json_form import Form
from pdsync.plan.plan import PlanDocument
from pdsync.plan.result import ResultDocument

Schema = dict[str, Any]

_REF: Schema = {
    "description": "A reference to an object of the account.",
    "type": "object",
    "properties": {
        "$ref": {"description": "The kind of object.", "type": "string"},
        "key": {"description": "The name of its manifest.", "type": "string"},
        "id": {"description": "Its PagerDuty id, if no manifest manages it.", "type": "string"},
    },
    "required": ["$ref"],
}
"""A reference, as `encode_ref` writes it."""


_POINTER = "#/$defs/Ref"


def _schema_of(member: type) -> Schema:
    """The schema of a member that is not a form."""
    if member is not Ref:
        raise NotImplementedError(member)
    return {"$ref": _POINTER}


def _schema(word: str, form: type[Form]) -> Schema:
    _, components = schema_components([form], schema_hook=_schema_of, ref_template="#/$defs/{name}")
    definitions = {name: _styled(component) for name, component in components.items()}
    if _POINTER in json.dumps(components):
        definitions["Ref"] = _REF
    top = definitions.pop(form.__name__)
    return {"$schema": DRAFT, "$id": f"{BASE}{word}.json", **top, "title": f"pdsync {word}", "$defs": definitions}


def _styled(component: Schema) -> Schema:
    """A default is for reading: the member is written in any case, so a program can count on it. Only a member that may be
    UNSET can be missing, and that is not a default to JSON Schema."""
    component.pop("title", None)
    if "description" in component:
        component["description"] = " ".join(component["description"].split())
    required = set(component.get("required", ()))
    for name, member in component.get("properties", {}).items():
        if "default" in member:
            del member["default"]
            required.add(name)
    if required:
        component["required"] = [name for name in component["properties"] if name in required]
    return component


SCHEMAS: dict[str, Callable[[], Schema]] = {
    "plan": partial(_schema, "plan", PlanDocument),
    "result": partial(_schema, "result", ResultDocument),
}
"""By the word that ``pdsync schema`` knows them by."""


def output_schema_files() -> dict[str, str]:
    """The text of every schema file by its name; the same bytes each time."""
    return {
        f"{word}.json": json.dumps(schema(), indent=2, ensure_ascii=False) + "\n" for word, schema in SCHEMAS.items()
    }

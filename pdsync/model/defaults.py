"""What `kind: Defaults` can contain: fields for the manifests of a folder and below that do not name them.

Defaults are part of the manifests and describe no object of PagerDuty.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from pdsync.model.codec.plain import Choice, Codec
from pdsync.model.codec.structure import Object, Part
from pdsync.model.envelope import API_VERSION, DEFAULTS
from pdsync.model.kind import Kind
from pdsync.model.schema import BASE, DRAFT, first_kinds, with_constant, with_examples

FILE = "defaults.json"
DESCRIPTION = (
    "Fields for all manifests of this folder and the folders below it that do not name these fields themselves."
)
REFUSED = "cannot have a default"
_OF_DOCUMENT = {
    "metadata": "Defaults have no name. They hold for their folder and the folders below it.",
    "lifecycle": "Write lifecycle in each manifest.",
}


def refused_fields(kind: Kind) -> Mapping[str, str]:
    """The parts of a spec that cannot have a default, each with what to do instead."""
    names = {*kind.identity, kind.label, kind.shown_name, *(it.name for it in kind.fields if it.from_key)}
    own = f"It identifies one {kind.noun}: write it in each manifest."
    shared = f"It adds to a list of another object: write it in the manifest of one {kind.noun}."
    identifying = {part.name: own for part in kind.spec.parts if part.name in names}
    if kind.facts.variant is not None:
        identifying[kind.facts.variant.member] = "It says what a manifest describes: write it in each manifest."
    return {**identifying, **{it.name: shared for it in kind.fragments}}


def fields_with_defaults(kind: Kind) -> Object:
    """The codec of the fields that Defaults give to a kind."""
    refused = refused_fields(kind)
    parts = tuple(replace(part, required=False) for part in kind.spec.parts if part.name not in refused)
    return replace(kind.spec, parts=parts, instead={**kind.retired, **refused})


def section_schema(kind: Kind) -> dict[str, Any]:
    """The schema of the fields that Defaults give to a kind."""
    schema = fields_with_defaults(kind).schema()
    return {**schema, "x-expected": f"the fields that each {kind.name} gets", "x-refusal": _refusals(kind)}


def envelope_of_defaults(kinds: Iterable[Kind]) -> Object:
    """The codec of a document of Defaults as a whole, with any fields for each kind."""
    sections = Object(tuple(Part(kind.name, Codec(), _about(kind)) for kind in first_kinds(kinds)), noun="kind")
    return Object(
        (
            Part("apiVersion", Choice((API_VERSION,)), "The version of the manifest format.", required=True),
            Part("kind", Choice((DEFAULTS,)), "What this manifest describes.", required=True),
            Part("spec", sections, "The fields that manifests get, by kind.", required=True),
        ),
        instead=_OF_DOCUMENT,
    )


def outline_schema(kinds: Iterable[Kind]) -> dict[str, Any]:
    """The schema of Defaults without the fields: a loader asks for those of the kinds that are there."""
    schema = envelope_of_defaults(kinds).schema()
    schema["x-refusal"] = dict.fromkeys(_OF_DOCUMENT, "has no place in Defaults")
    spec = schema["properties"]["spec"]
    spec.update({"minProperties": 1, "x-expected": "a mapping from kinds to fields", "errorMessage": _HINT})
    return schema


_HINT = "Write the name of a kind and, below it, fields as in the spec of a manifest."


def defaults_schema(kinds: Iterable[Kind]) -> dict[str, Any]:
    """The schema of a whole document of Defaults."""
    kinds = tuple(kinds)
    schema = outline_schema(kinds)
    properties = schema["properties"]
    properties["apiVersion"] = with_constant(properties["apiVersion"], API_VERSION)
    properties["kind"] = with_constant(properties["kind"], DEFAULTS)
    properties["spec"]["properties"] = {
        kind.name: {**section_schema(kind), "description": _about(kind)} for kind in first_kinds(kinds)
    }
    about = {"title": DEFAULTS, "description": DESCRIPTION}
    return {"$schema": DRAFT, "$id": BASE + FILE, **about, **with_examples(schema)}


def combined_defaults(kinds: Iterable[Kind]) -> dict[str, Any]:
    """The schema of the spec of Defaults inside `pdsync.model.schema.combined_schema`: it refers to the schemas of the kinds there."""
    kinds = tuple(kinds)
    schema: dict[str, Any] = outline_schema(kinds)["properties"]["spec"]
    for kind in first_kinds(kinds):
        section = section_schema(kind)
        fields = {name: {"$ref": f"#/$defs/{kind.name}Spec/properties/{name}"} for name in section["properties"]}
        schema["properties"][kind.name] = {**section, "properties": fields, "description": _about(kind)}
    return {**schema, "title": DEFAULTS, "description": DESCRIPTION}


def _about(kind: Kind) -> str:
    return f"Fields for every {kind.name} in this folder and below that does not name them."


def _refusals(kind: Kind) -> dict[str, str]:
    return dict.fromkeys(refused_fields(kind), REFUSED)

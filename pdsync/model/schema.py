"""JSON Schemas of the kinds, generated from their codecs: pdsync itself validates manifests with them, and editors do too."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from pdsync.model.envelope import API_VERSION, DEFAULTS, envelope_of, open_envelope, test_envelope_of
from pdsync.model.instant import DURATION_PATTERN, TIME_OF_DAY_PATTERN
from pdsync.model.kind import Kind
from pdsync.model.marker import KEY_PATTERN
from pdsync.model.pattern import EMAIL, whole
from pdsync.model.ref import ID_PATTERN
from pdsync.model.short_field import REQUIRED
from pdsync.model.test_kind import TestKind

DRAFT = "https://json-schema.org/draft/2020-12/schema"
BASE = "https://raw.githubusercontent.com/pdsync/pdsync/main/schemas/"
COMBINED_FILE = "pdsync.json"

_EXAMPLES: Mapping[str, list[str]] = {
    whole(DURATION_PATTERN)["pattern"]: ["30m", "4h", "1h30m", "7d"],
    whole(TIME_OF_DAY_PATTERN)["pattern"]: ["08:00", "17:30"],
    whole(KEY_PATTERN)["pattern"]: ["payments"],
    whole(ID_PATTERN)["pattern"]: ["PABC123"],
    EMAIL: ["ana@example.com"],
}
"""Examples by pattern, so that they are at every place where the pattern is."""


def file_name(kind: Kind | TestKind) -> str:
    """The file of a kind's schema: ``escalation-policy.json``."""
    return f"{kind.slug.replace('_', '-')}.json"


def schema_of(kind: Kind) -> dict[str, Any]:
    """The schema of a whole manifest of that kind."""
    schema = envelope_of(kind).schema()
    schema["properties"]["apiVersion"] = with_constant(schema["properties"]["apiVersion"], API_VERSION)
    schema["properties"]["kind"] = with_constant(schema["properties"]["kind"], kind.name)
    schema["required"].remove("spec")
    spec = schema["properties"]["spec"]
    needed = _take_needed(spec)
    spec.update(_said_of_spec(needed), description=kind.description)
    return {
        "$schema": DRAFT,
        "$id": BASE + file_name(kind),
        "title": kind.name,
        "description": kind.description,
        **with_examples(schema),
        **_unless_absent(needed),
        "examples": [example_of(kind)],
    }


def published_schema_of(kind: Kind) -> dict[str, Any]:
    """The schema of a manifest as it is written: a field that Defaults may give is not required in it."""
    schema = schema_of(kind)
    needed = schema["else"].get("properties", {}).get("spec", {})
    return {**schema, **_unless_absent(_without_defaults(kind, needed))}


def published_schema_of_name(first: Kind, kinds: Iterable[Kind]) -> dict[str, Any]:
    """The schema of a manifest, of all kinds that have the name of the first one."""
    same = [kind for kind in kinds if kind.name == first.name]
    schemas = [published_schema_of(kind) for kind in same]
    return schemas[0] if len(same) == 1 else _joined_schema(same, schemas)


def _without_defaults(kind: Kind, needed: Mapping[str, Any]) -> dict[str, Any]:
    """The words about members that must be there, as far as no Defaults can give them."""
    from pdsync.model.defaults import refused_fields

    own = [name for name in needed.get(REQUIRED[0], ()) if name in refused_fields(kind)]
    return {REQUIRED[0]: own} if own else {}


def brief_of(kind: Kind) -> Kind:
    """The kind without what has requests of its own, and without fragments: most manifests name none of it, and it is most of a schema.

    What fits its schema fits that of the kind.
    """
    fields = tuple(declared for declared in kind.fields if declared.document is None or declared.required)
    children = tuple(declared for declared in kind.children if declared.read_from == "parent")
    return replace(kind, fields=fields, children=children, fragments=())


def test_schema_of(kind: TestKind) -> dict[str, Any]:
    """The schema of a whole manifest of that kind of test."""
    schema = test_envelope_of(kind).schema()
    schema["properties"]["apiVersion"] = with_constant(schema["properties"]["apiVersion"], API_VERSION)
    schema["properties"]["kind"] = with_constant(schema["properties"]["kind"], kind.name)
    spec = schema["properties"]["spec"]
    spec.update(_said_of_spec(spec))
    return {
        "$schema": DRAFT,
        "$id": BASE + file_name(kind),
        "title": kind.name,
        "description": kind.description,
        **with_examples(schema),
    }


def open_schema(kind_names: Iterable[str]) -> dict[str, Any]:
    """The schema of what manifests of all kinds have in common."""
    schema = open_envelope(kind_names).schema()
    schema["required"].remove("spec")
    return {"$schema": DRAFT, **schema, **_unless_absent({})}


def combined_schema(kinds: Iterable[Kind], tests: Iterable[TestKind] = ()) -> dict[str, Any]:
    """One schema for manifests of every kind.

    Written as conditions on `kind` and not as a choice between schemas: an editor then completes the fields of the kind
    that is written, and complains about the wrong field instead of saying that nothing matches.
    """
    kinds, tests = tuple(kinds), tuple(tests)
    named = first_kinds(kinds)
    schema = open_envelope((*(it.name for it in named), *(it.name for it in tests), DEFAULTS)).schema()
    properties = schema["properties"]
    properties["apiVersion"] = with_constant(properties["apiVersion"], API_VERSION)
    properties["kind"]["markdownEnumDescriptions"] = [
        *(kind.description for kind in named),
        *(test.description for test in tests),
    ]
    properties["spec"].update(_said_of_spec({}), type="object")
    properties["lifecycle"] = {"type": "object", "description": properties["lifecycle"]["description"]}
    schema["required"].remove("spec")
    definitions: dict[str, Any] = {}
    conditions = []
    for kind in kinds:
        own = envelope_of(kind).schema()["properties"]
        needed = _without_defaults(kind, _take_needed(own["spec"]))
        called = _definition_name(kind)
        definitions[f"{called}Spec"] = {**own["spec"], "title": kind.name, "description": kind.description}
        definitions[f"{called}Lifecycle"] = own["lifecycle"]
        refs = {
            "spec": {"$ref": f"#/$defs/{called}Spec"},
            "lifecycle": {"$ref": f"#/$defs/{called}Lifecycle"},
        }
        is_meant = _says_variant(kind)
        when = {"allOf": [_is_kind(kind.name), is_meant]} if is_meant is not None else _is_kind(kind.name)
        conditions.append({"if": when, "then": {"properties": refs, **_unless_absent(needed)}})
    for it in tests:
        definitions[f"{it.name}Spec"] = {**it.spec.schema(), "title": it.name, "description": it.description}
        only: dict[str, Any] = {"spec": {"$ref": f"#/$defs/{it.name}Spec"}, "lifecycle": False}
        conditions.append({"if": _is_kind(it.name), "then": {"properties": only, "required": ["spec"]}})
    from pdsync.model.defaults import DESCRIPTION as ABOUT_DEFAULTS
    from pdsync.model.defaults import combined_defaults

    properties["kind"]["markdownEnumDescriptions"].append(ABOUT_DEFAULTS)
    definitions[f"{DEFAULTS}Spec"] = combined_defaults(kinds)
    only = {"spec": {"$ref": f"#/$defs/{DEFAULTS}Spec"}, "lifecycle": False, "metadata": False}
    schema["required"].remove("metadata")
    then = {"properties": only, "required": ["spec"]}
    conditions.append({"if": _is_kind(DEFAULTS), "then": then, "else": {"required": ["metadata"]}})
    return {
        "$schema": DRAFT,
        "$id": BASE + COMBINED_FILE,
        "title": "pdsync manifest",
        "description": "A manifest: one object of a PagerDuty account.",
        **with_examples({**schema, "allOf": conditions, "$defs": definitions}),
        "examples": [example_of(kind) for kind in kinds],
    }


def _is_kind(name: str) -> dict[str, Any]:
    """A condition that only manifests of this kind meet.

    A pattern and not a constant: while the YAML language server completes, it accepts the beginning of a constant. It would offer
    the fields of a ServiceCustomField for a Service.
    """
    return {"properties": {"kind": whole(name)}, "required": ["kind"]}


def first_kinds(kinds: Iterable[Kind]) -> tuple[Kind, ...]:
    """One kind for each name: the one that the name means where nothing else is said."""
    found: dict[str, Kind] = {}
    for kind in kinds:
        found.setdefault(kind.name, kind)
    return tuple(found.values())


def _definition_name(kind: Kind) -> str:
    """What the parts of a kind are called in a schema of several kinds: ``Schedule``, and ``ScheduleVersion3`` for another one of the name."""
    variant = kind.facts.variant
    if variant is None or variant.of == kind.slug:
        return kind.name
    return f"{kind.name}{variant.member.title()}{variant.value}"


def _says_variant(kind: Kind) -> dict[str, Any] | None:
    """A condition on a manifest of the name that only those of this kind meet; None of a kind that has its name alone."""
    variant = kind.facts.variant
    if variant is None:
        return None
    others = [value for value in variant.values if value != variant.value]
    if variant.of == kind.slug:
        return {"not": _says(variant.member, {"enum": others})}
    return _says(variant.member, {"const": variant.value})


def _says(member: str, value: Mapping[str, Any]) -> dict[str, Any]:
    spec = {"properties": {member: dict(value)}, "required": [member]}
    return {"properties": {"spec": spec}, "required": ["spec"]}


def _joined_schema(kinds: Iterable[Kind], schemas: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """One schema of the manifests of all kinds of one name, from theirs. The first one counts where nothing else is said."""
    (_, *others), (schema, *more) = list(kinds), list(schemas)
    heads = ("$schema", "$id", "title", "description")
    about = {"type": "object", "description": schema["properties"]["spec"]["description"]}
    properties: dict[str, Any] = {name: {} for name in schema["properties"]} | {"spec": about}
    branch = {word: said for word, said in schema.items() if word not in (*heads, "examples")}
    for kind, other in zip(others, more, strict=True):
        then = {word: said for word, said in other.items() if word not in (*heads, "examples")}
        branch = {"if": _says_variant(kind), "then": then, "else": branch}
    examples = [example for each in (schema, *more) for example in each.get("examples", ())]
    return {
        **{word: schema[word] for word in heads},
        "type": "object",
        "properties": properties,
        **branch,
        "examples": examples,
    }


def _take_needed(spec: dict[str, Any]) -> dict[str, Any]:
    """Takes out of the schema of a spec what it says about members that must be there."""
    return {word: spec.pop(word) for word in REQUIRED if word in spec}


def _names_of_needed(needed: Mapping[str, Any]) -> list[str]:
    """The members that must be there; of several ways to say one of them the first, which is the long one."""
    ways = needed.get(REQUIRED[1], ())
    return [*needed.get(REQUIRED[0], ()), *(ways[0]["required"] if ways else ())]


def _said_of_spec(needed: Mapping[str, Any]) -> dict[str, str]:
    """What is said where spec is not a mapping."""
    names = _names_of_needed(needed)
    hint = f"Required in it: {', '.join(names)}." if names else "Write 'spec: {}' to set nothing."
    return {"x-expected": "'spec' to be a mapping", "errorMessage": hint}


def _unless_absent(needed: Mapping[str, Any]) -> dict[str, Any]:
    """A tombstone needs no spec, nor what is required in one."""
    absent = {"properties": {"lifecycle": {"properties": {"absent": {"const": True}}, "required": ["absent"]}}}
    spec: dict[str, Any] = {"required": ["spec"]}
    if needed:
        spec["properties"] = {"spec": dict(needed)}
    return {"if": {**absent, "required": ["lifecycle"]}, "else": spec}


def schema_files(kinds: Iterable[Kind], tests: Iterable[TestKind] = ()) -> dict[str, str]:
    """The text of every schema file by its name; the same bytes each time."""
    from pdsync.model.defaults import FILE as DEFAULTS_FILE
    from pdsync.model.defaults import defaults_schema

    kinds, tests = tuple(kinds), tuple(tests)
    schemas = {file_name(kind): published_schema_of_name(kind, kinds) for kind in first_kinds(kinds)}
    schemas |= {file_name(test): test_schema_of(test) for test in tests}
    schemas[DEFAULTS_FILE] = defaults_schema(kinds)
    schemas[COMBINED_FILE] = combined_schema(kinds, tests)
    return {name: json.dumps(schema, indent=2, ensure_ascii=False) + "\n" for name, schema in schemas.items()}


def example_of(kind: Kind) -> dict[str, Any]:
    """The shortest valid manifest of a kind: what is required, and what one of its rules demands."""
    spec = with_examples(kind.spec.schema())
    return {
        "apiVersion": API_VERSION,
        "kind": kind.name,
        "metadata": {"name": f"my-{kind.slug.replace('_', '-')}"},
        "spec": {**_shortest(spec), **kind.facts.example},
    }


def with_constant(schema: dict[str, Any], value: str) -> dict[str, Any]:
    """The schema of a text that can be this one only."""
    return {"const": value, **{word: inner for word, inner in schema.items() if word != "enum"}}


def with_examples(schema: Any) -> Any:
    """The same schema with examples wherever a known pattern is alone in a string."""
    if isinstance(schema, list):
        return [with_examples(inner) for inner in schema]
    if not isinstance(schema, dict):
        return schema
    result = {word: with_examples(inner) for word, inner in schema.items()}
    pattern = schema.get("pattern")
    if isinstance(pattern, str) and pattern in _EXAMPLES and "examples" not in result:
        result["examples"] = list(_EXAMPLES[pattern])
    return result


def _shortest(schema: Mapping[str, Any]) -> Any:
    """A valid value for a schema as the codecs write them."""
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("examples"):
        return schema["examples"][0]
    if "anyOf" in schema and "properties" not in schema:
        return _shortest(schema["anyOf"][0])
    kind = schema.get("type")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "array":
        return [_shortest(schema["items"]) for _ in range(schema.get("minItems", 0))]
    if kind == "object":
        required = _names_of_needed(schema) or list(schema.get("properties", {}))[: schema.get("minProperties", 0)]
        return {name: _shortest(schema["properties"][name]) for name in required}
    if kind == "integer":
        return schema.get("minimum", 1)
    return False if kind == "boolean" else "example"

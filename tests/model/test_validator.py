"""Two validators read our schemas alike, and what one of them refuses the other can explain."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from pdsync.cli.setting.config import config_schema
from pdsync.cli.setting.rule_config import RULES_CODEC
from pdsync.kinds import KINDS
from pdsync.model.codec.plain import Text, Token
from pdsync.model.codec.structure import ListOf, Object, SetOf, optional, required
from pdsync.model.kind import Kind
from pdsync.model.schema import brief_of, combined_schema, example_of, open_schema, schema_of
from pdsync.model.scope import Scope
from pdsync.model.validator import Validator, read_value
from pdsync.plan.saved.output_schema import SCHEMAS
from pdsync.report.result.journal import event_schema
from pdsync.sandbox.fault.schema import fault_schema
from pdsync.sandbox.store.schema import entry_schema
from tests.support.examples import examples

EXAMPLES = examples(15)

ALL: dict[str, dict[str, Any]] = {
    **{kind.name: schema_of(kind) for kind in KINDS},
    "any kind": combined_schema(KINDS),
    "unknown kind": open_schema(KINDS.by_name),
    "configuration": config_schema(),
    "rules": RULES_CODEC.schema(),
    **{word: build() for word, build in SCHEMAS.items()},
    "journal": event_schema(),
    "faults": fault_schema(),
    "state": entry_schema(),
}
FAST = {name: jsonschema_rs.Draft202012Validator(schema) for name, schema in ALL.items()}
SLOW = {name: Draft202012Validator(schema) for name, schema in ALL.items()}
TEXTS = (
    "", " ", "\n", "a\n", "a\nb", "\n4h", "4h\n", "4h", "٣h", "08:00", "08:00\n", "0٨:00", "payments", "payments\n", "PABC123",
    "PABC123\r", "ana@example.com", "ana@example.com\n", " ana@ex.com\u2003", "a\u2003b@c.de", "a\x1cb@c.de", "a\ufeffb@c.de",
    "a\x85b@c.de", "\u200b", "\u3000", "\x1c", "\x85", "<b>", "\\", "x-y", "é" * 100, "😀" * 100, "😀" * 101, "0" * 64,
    "0" * 64 + "\n", "mon-fri", "Mon", "mon\n", "+351 912 345 678", "+351 912\n", "pdsync/v1", "acme", "acme\n", "/services/*", "run", "done",
)  # fmt: skip
PLAIN = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-3, 30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from([4.0, 120.0, 1e300, -0.0, 10**40, 2**63, 2**64, True])
    | st.sampled_from(TEXTS)
    | st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=8)
)


def patterns_of(schema: Any) -> Iterator[str]:
    """Every pattern in a schema."""
    for word, inner in schema.items() if isinstance(schema, dict) else enumerate(schema):
        if word == "pattern" and isinstance(inner, str):
            yield inner
        elif isinstance(inner, (dict, list)):
            yield from patterns_of(inner)


PATTERNS = sorted({pattern for schema in ALL.values() for pattern in patterns_of(schema)})


def names_of(schema: Any) -> Iterator[str]:
    """Every member and every choice that a schema knows."""
    for word, inner in schema.items() if isinstance(schema, dict) else enumerate(schema):
        if word == "properties":
            yield from inner
        if word == "enum" and isinstance(inner, list):
            yield from (choice for choice in inner if isinstance(choice, str))
        if isinstance(inner, (dict, list)):
            yield from names_of(inner)


@cache
def values_of(name: str) -> st.SearchStrategy[Any]:
    """Nested values that use the words of a schema."""
    words = st.sampled_from(sorted(set(names_of(ALL[name]))))
    return st.recursive(
        PLAIN | words,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=5),
        max_leaves=14,
    )


@cache
def documents(name: str) -> st.SearchStrategy[Any]:
    return documents_of(name, ALL[name])


def documents_of(name: str, schema: dict[str, Any], depth: int = 0) -> st.SearchStrategy[Any]:
    """Values that mostly fit: built along the schema, with something else put in here and there."""
    other = values_of(name) if depth < 2 else PLAIN
    if "$ref" in schema:
        schema = ALL[name]["$defs"][schema["$ref"].rpartition("/")[2]]
    if "const" in schema:
        return st.just(schema["const"]) | other
    if "enum" in schema:
        return st.sampled_from(schema["enum"]) | other
    if "anyOf" in schema:
        return st.one_of([documents_of(name, inner, depth + 1) for inner in schema["anyOf"]]) | other
    kinds = schema.get("type", ())
    kinds = kinds if isinstance(kinds, list) else [kinds]
    if "object" in kinds and depth < 7:
        members = schema.get("properties", {})
        fitting = {member: documents_of(name, inner, depth + 1) for member, inner in members.items()}
        needed = schema.get("required", [])
        return other | st.fixed_dictionaries(
            {member: fitting[member] for member in needed if member in fitting},
            optional={member: one for member, one in fitting.items() if member not in needed},
        )
    if "array" in kinds and depth < 7:
        return st.lists(documents_of(name, schema.get("items", {}), depth + 1), max_size=3) | other
    if "integer" in kinds:
        return st.integers(schema.get("minimum", 0), schema.get("maximum", 40)) | other
    return PLAIN | other


@pytest.mark.parametrize("name", ALL)
def test_a_schema_is_one(name: str) -> None:
    Draft202012Validator.check_schema(ALL[name])


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_pattern_uses_only_what_every_validator_reads_alike(pattern: str) -> None:
    assert not [
        word for word in (r"\d", r"\w", r"\s", r"\b", r"\S", r"\W", r"\D", "(?=", "(?!", "(?<") if word in pattern
    ]


@pytest.mark.parametrize("name", ALL)
@settings(max_examples=EXAMPLES, deadline=None)
@given(st.data())
def test_both_validators_agree_on_documents(name: str, data: st.DataObject) -> None:
    value = data.draw(documents(name))
    assert FAST[name].is_valid(value) == SLOW[name].is_valid(value), value


@pytest.mark.parametrize("name", ALL)
@settings(max_examples=EXAMPLES, deadline=None)
@given(st.data())
def test_both_validators_agree_on_anything(name: str, data: st.DataObject) -> None:
    value = data.draw(values_of(name))
    assert FAST[name].is_valid(value) == SLOW[name].is_valid(value), value


def wholes_of(schema: Any) -> Iterator[dict[str, Any]]:
    """Every part of a schema that has a pattern, with what it says beside it of texts."""
    for inner in schema.values() if isinstance(schema, dict) else schema:
        if isinstance(inner, (dict, list)):
            yield from wholes_of(inner)
    if isinstance(schema, dict) and isinstance(schema.get("pattern"), str):
        said = ("type", "pattern", "not", "minLength", "maxLength")
        yield {word: schema[word] for word in said if word in schema}


TEXT_SCHEMAS = {json.dumps(one, sort_keys=True): one for schema in ALL.values() for one in wholes_of(schema)}


@cache
def validators_of(text: str) -> tuple[jsonschema_rs.Draft202012Validator, Draft202012Validator]:
    return jsonschema_rs.Draft202012Validator(TEXT_SCHEMAS[text]), Draft202012Validator(TEXT_SCHEMAS[text])


@pytest.mark.parametrize("text", TEXT_SCHEMAS)
@settings(max_examples=EXAMPLES, deadline=None)
@given(st.data())
def test_both_validators_agree_on_texts(text: str, data: st.DataObject) -> None:
    """Each pattern with texts that are made to fit it, and with something before and behind them."""
    schema = TEXT_SCHEMAS[text]
    fast, slow = validators_of(text)
    ends = st.sampled_from(["", "\n", "\r", "\r\n", " ", "\u2028", "\x85", "\x1c", "x", "٣"])
    middle = st.from_regex(schema["pattern"]) | st.sampled_from(TEXTS)
    value = data.draw(ends) + data.draw(middle) + data.draw(ends)
    if not any("\ud800" <= char <= "\udfff" for char in value):
        assert fast.is_valid(value) == slow.is_valid(value), value


def test_what_rust_cannot_hold_is_judged_by_the_other_one() -> None:
    class Written(float):
        """As manifests hold a number with a fraction."""

    text = Validator(lambda: {"type": "string", "maxLength": 3})
    assert text.is_valid("\ud800")
    assert not text.is_valid("\ud800\ud800\ud800\ud800")
    assert Validator(lambda: {"type": "number"}).is_valid(Written(1.5))
    (problem,) = text.problems(Written(1.5))
    assert (problem.message, problem.hint) == ("expected text, got a number with a fraction", 'Quote it: "1.5".')


def test_a_value_that_only_one_validator_refuses_does_not_pass() -> None:
    """The pattern is one of those that our schemas avoid: Python lets a line break through."""
    (problem,) = Validator(lambda: {"pattern": "^a$"}).problems("a\n", ("x",))
    assert (problem.path, problem.message) == (("x",), "does not fit its schema")


def test_every_problem_has_its_place_and_what_is_right_is_read() -> None:
    item = Object.of(name=required(Token("[a-z]+")), note=optional(Text()))
    codec = Object.of(items=required(ListOf(item, key="name")), tags=optional(SetOf(Text(min_length=1), noun="tag")))
    scope = Scope()
    value = {
        "items": [{"name": "a", "note": " x "}, {"name": 7}, {"name": "a"}],
        "tags": ["b", "", "a", "b"],
        "else": 1,
    }
    read = read_value(codec, value, scope, ("spec",))
    assert read == {"items": [{"name": "a", "note": "x"}, {}, {"name": "a"}], "tags": ["a", "b", "b"]}
    assert {(problem.path, problem.message) for problem in scope.problems} == {
        (("spec", "items", 1, "name"), "expected text, got a whole number"),
        (("spec", "items", 2), "a second item with the name 'a'"),
        (("spec", "tags", 1), "is empty"),
        (("spec", "tags", 3), "this tag is listed twice"),
        (("spec", "else"), "unknown field 'else'"),
    }


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_right_manifest_has_no_problem(kind: Any) -> None:
    assert Validator(lambda: schema_of(kind)).problems(example_of(kind)) == []


def test_neither_validator_is_imported_for_the_version() -> None:
    code = (
        "import sys\nfrom pdsync.cli.main import run\nsys.argv = ['pdsync', '--version']\n"
        "try:\n    run()\nexcept SystemExit:\n    pass\n"
        "print([name for name in sys.modules if name.startswith('jsonschema')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_value_that_is_nested_without_end_is_a_problem_and_no_crash() -> None:
    deep: Any = "no list"
    for _ in range(5000):
        deep = [deep]
    (problem,) = Validator(lambda: {"type": "array", "items": {"$ref": "#"}}).problems(deep, ("spec",))
    assert (problem.path, problem.message) == (("spec",), "is nested too deeply")


@pytest.mark.parametrize("kind", [it for it in KINDS if brief_of(it) != it], ids=lambda it: str(it.name))
def test_what_a_brief_schema_takes_the_whole_one_takes_too(kind: Kind) -> None:
    brief, whole = schema_of(brief_of(kind)), ALL[kind.name]
    assert {word: said for word, said in brief.items() if word not in ("properties", "examples")} == {
        word: said for word, said in whole.items() if word not in ("properties", "examples")
    }
    spec, of_whole = brief["properties"]["spec"], whole["properties"]["spec"]
    assert spec.get("required") == of_whole.get("required")
    assert spec["additionalProperties"] is of_whole["additionalProperties"] is False
    assert spec["properties"].items() <= of_whole["properties"].items()
    assert spec["properties"].keys() < of_whole["properties"].keys()


def test_the_whole_schema_is_built_only_for_what_the_brief_one_does_not_take() -> None:
    built = []

    def whole() -> dict[str, Any]:
        built.append("whole")
        return {"type": "object", "additionalProperties": False, "properties": {"a": {}, "b": {"type": "string"}}}

    brief = Validator(lambda: {"type": "object", "additionalProperties": False, "properties": {"a": {}}})
    validator = Validator(whole, brief)
    assert (validator.problems({"a": 1}), built) == ([], [])
    assert (validator.problems({"a": 1, "b": "x"}), built) == ([], ["whole"])
    [problem] = validator.problems({"b": 1})
    assert problem.path == ("b",)

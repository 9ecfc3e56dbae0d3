"""The JSON Schemas are current, useful to an editor, and never refuse what pdsync accepts."""

from __future__ import annotations

import copy
import json
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from pdsync.cli.setting.config_schema import config_schema_file
from pdsync.kinds import BY_NAME, KINDS, TESTS
from pdsync.manifest.manifest import Manifest, read_manifest
from pdsync.manifest.yaml_text import read_yaml
from pdsync.model import Kind, Scope
from pdsync.model.codec.structure import Part
from pdsync.model.defaults import defaults_schema
from pdsync.model.envelope import DEFAULTS
from pdsync.model.schema import combined_schema, example_of, published_schema_of_name, schema_files, schema_of
from pdsync.model.schema import test_schema_of as schema_of_test
from pdsync.model.validator import read_value, validator_of
from pdsync.plan.saved.output_schema import output_schema_files
from pdsync.sandbox.profile.schema import account_schema_file
from tests.support.samples import samples

ROOT = Path(__file__).resolve().parents[2]
COMBINED = Draft202012Validator(combined_schema(KINDS, TESTS.values()))
OWN = {kind.slug: Draft202012Validator(schema_of(kind)) for kind in KINDS}
OF_TESTS = {kind.name: Draft202012Validator(schema_of_test(kind)) for kind in TESTS.values()}
PUBLISHED = {kind.name: Draft202012Validator(published_schema_of_name(kind, KINDS)) for kind in BY_NAME.values()}
PUBLISHED |= {**OF_TESTS, DEFAULTS: Draft202012Validator(defaults_schema(KINDS))}
JUNK: list[Any] = [
    None, True, False, 0, 1, -1, 4.0, 7.5, 120.0, 10**18, "", " ", "x", " padded ", "a@b.cd", " Ana@Example.com ", "4h",
    "٣h", "08:00", "8:00", "20260105", "2026-W01-1", "x" * 101, " " + "y" * 100, [], {}, [[]], {"x": 1}, "constant",
    "use_support_hours", "line\nbreak", "US/Eastern", {"name": "x"}, {"id": "P1", "name": "x"},
]  # fmt: skip


def read(document: Any) -> Manifest:
    """What the loader makes of a document, by way of YAML text."""
    found = read_yaml(json.dumps(document, ensure_ascii=False), "a.yaml")
    assert found.flaw is None
    return read_manifest(found.documents[0])


def is_accepted(manifest: Manifest) -> bool:
    return not (manifest.problems or manifest.spec_problems or manifest.document.flaws)


def errors(document: Any) -> list[str]:
    """What the combined schema and the schema of the kind say."""
    own = None
    if isinstance(document, dict) and isinstance(name := document.get("kind"), str):
        kind = KINDS.meant(name, document.get("spec"))
        own = OWN[kind.slug] if kind is not None else OF_TESTS.get(name)
    return [error.message for validator in (COMBINED, own) if validator for error in validator.iter_errors(document)]


def test_the_files_are_current() -> None:
    on_disk = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "schemas").glob("*.json")}
    desired = schema_files(KINDS, TESTS.values()) | config_schema_file() | output_schema_files() | account_schema_file()
    assert on_disk == desired, "run script/generate-schemas"


def test_the_script_finds_them_current() -> None:
    command = [sys.executable, str(ROOT / "script" / "generate-schemas"), "--check"]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize("name", sorted(schema_files(KINDS)))
def test_a_schema_is_one(name: str) -> None:
    schema = json.loads(schema_files(KINDS)[name])
    Draft202012Validator.check_schema(schema)
    assert schema["$id"].endswith(name)
    assert schema["title"]
    assert schema["description"]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_the_example_is_a_right_manifest(kind: Kind) -> None:
    manifest = read(example_of(kind))
    assert is_accepted(manifest), manifest.all_problems()
    assert not errors(example_of(kind))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_an_editor_can_describe_every_field(kind: Kind) -> None:
    for name, schema in schema_of(kind)["properties"]["spec"]["properties"].items():
        assert schema.get("description"), name


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_the_combined_schema_names_the_wrong_field(kind: Kind) -> None:
    document = example_of(kind)
    document["spec"]["no_such_field"] = 1
    (error,) = COMBINED.iter_errors(document)
    assert "no_such_field" in error.message
    assert list(error.absolute_path) == ["spec"]


@pytest.mark.parametrize("file", sorted((ROOT / "examples").rglob("*/*.yaml")), ids=lambda file: file.name)
def test_the_examples_fit(file: Path) -> None:
    documents = read_yaml(file.read_text(encoding="utf-8"), file.name).documents
    assert documents
    for document in documents:
        # Fields that the folder gives are not in the manifest.
        assert not list(COMBINED.iter_errors(document.value))
        assert not list(PUBLISHED[document.kind_name].iter_errors(document.value))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_sample_of_every_field_fits(kind: Kind) -> None:
    accepted = 0
    for part in kind.spec.parts:
        for value in samples(part.codec):
            document = example_of(kind)
            document["spec"][part.name] = value
            if is_accepted(read(document)):
                accepted += 1
                assert not errors(document), (part.name, value)
    assert accepted > len(kind.fields)


@st.composite
def documents(draw: st.DrawFn) -> Any:
    """A manifest with some of its fields set to samples: mostly valid."""
    kind = draw(st.sampled_from(KINDS))
    document = example_of(kind)
    for part in draw(st.lists(st.sampled_from(kind.spec.parts), max_size=4)):
        document["spec"][part.name] = copy.deepcopy(draw(st.sampled_from(samples(part.codec))))
    if draw(st.booleans()):
        ignorable = [*(field.name for field in kind.fields), *(child.name for child in kind.children)]
        document["lifecycle"] = {"adopt": True, "ignore": [draw(st.sampled_from(ignorable))]}
    return document


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) in a nested value."""
    pairs = list(value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ())
    return [(value, key) for key, _ in pairs] + [place for _, inner in pairs for place in places(inner)]


def mutate(document: Any, chance: random.Random) -> None:
    """One change anywhere: another value, one member less, one more, or one twice."""
    container, key = chance.choice(places(document))
    match chance.choice(["replace", "replace", "replace", "remove", "add", "repeat"]):
        case "replace":
            container[key] = chance.choice(JUNK)
        case "remove":
            del container[key]
        case "add" if isinstance(container, dict):
            known = [part.name for kind in KINDS for part in kind.spec.parts]
            container[chance.choice([*known, "x"])] = chance.choice(JUNK)
        case _ if isinstance(container, list):
            container.append(container[key])


def variants_of(value: Any) -> Iterator[Any]:
    """The value with one change at each of its places, in turn: junk, a member less, one more, or one twice."""
    yield from JUNK
    for at in range(len(places(value))):
        changes: list[Callable[[Any, Any], Any]] = [
            lambda container, key, junk=junk: container.__setitem__(key, junk) for junk in JUNK
        ]
        changes.append(lambda container, key: container.__delitem__(key))
        changes.append(
            lambda container, key: (
                container.append(container[key]) if isinstance(container, list) else container.__setitem__("x", 1)
            )
        )
        for change in changes:
            copied = copy.deepcopy(value)
            change(*places(copied)[at])
            yield copied


PARTS = [pytest.param(part, id=f"{kind.name}.{part.name}") for kind in KINDS for part in kind.spec.parts]


@pytest.mark.parametrize("part", PARTS)
def test_every_single_change_is_read_or_a_problem_and_never_an_exception(part: Part) -> None:
    """Exhaustive where the property tests below are random: every place of every sample, with every kind of junk."""
    slow, fast = Draft202012Validator(part.schema()), validator_of(part.codec)
    seen: set[str] = set()
    refused = 0
    for sample in samples(part.codec)[:12]:
        for value in variants_of(sample):
            text = repr(value)
            if text in seen:
                continue
            seen.add(text)
            scope = Scope(zone="Europe/Berlin")
            read_value(part.codec, value, scope)
            assert fast.is_valid(value) == slow.is_valid(value), value
            assert scope.problems or fast.is_valid(value), value
            refused += bool(scope.problems)
    assert refused


@settings(max_examples=150, deadline=None)
@given(documents())
def test_what_pdsync_accepts_the_schema_accepts(document: Any) -> None:
    if is_accepted(read(document)):
        assert not errors(document)


@settings(max_examples=300, deadline=None)
@given(documents(), st.randoms(use_true_random=False), st.integers(1, 2))
def test_what_the_schema_refuses_pdsync_refuses(document: Any, chance: random.Random, times: int) -> None:
    for _ in range(times):
        mutate(document, chance)
    manifest = read(document)
    said = errors(document)
    if said:
        assert not is_accepted(manifest), said
    if isinstance(document, dict) and document.get("kind") not in list(BY_NAME):
        assert said
        assert not is_accepted(manifest)

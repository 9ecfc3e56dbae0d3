"""What holds for all manifests: order and layout mean nothing, and no input is an exception."""

from __future__ import annotations

import random
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from pdsync.kinds import BY_NAME, KINDS
from pdsync.manifest import LoadResult, load_texts
from pdsync.manifest.file import decode
from pdsync.manifest.flaw import Flaw
from pdsync.manifest.manifest import read_manifest
from pdsync.manifest.text_file import TextFiles, put_in_files
from pdsync.manifest.yaml_text import read_yaml
from pdsync.model import Kind
from pdsync.model.envelope import DEFAULTS
from pdsync.model.schema import example_of
from tests.support.samples import KEYS, samples

FILES = sorted((Path(__file__).resolve().parents[2] / "examples").rglob("*/*.yaml"))
TEXTS = [(str(file), file.read_text(encoding="utf-8")) for file in FILES]


_OF_EXAMPLES = {"user": ["ben"], "schedule": ["example"], "service": ["example"]}


def targets() -> list[Any]:
    """A manifest for every key that samples and the examples of kinds refer to."""
    found = []
    for slug in KEYS:
        keys = [*KEYS[slug], *_OF_EXAMPLES.get(slug, [])]
        kind = next((kind for kind in KINDS if kind.slug == slug), None)
        for at, key in enumerate(keys if kind and not kind.source.single else []):
            document = example_of(kind)
            document["metadata"]["name"] = key
            if slug == "user":
                document["spec"]["email"] = f"{key}@example.com"
            if slug == "service":
                document["spec"]["escalation_policy"] = KEYS["escalation_policy"][0]
            if kind.facts.exclusive:
                document["spec"][kind.facts.exclusive.field] = [{"id": f"POWN{at}"}]
            if slug == "schedule":
                document["spec"]["schedule_layers"][0]["users"] = [KEYS["user"][at % len(KEYS["user"])]]
            if slug == "escalation_policy":
                document["spec"]["escalation_rules"][0]["targets"] = [{"schedule": KEYS["schedule"][at]}]
            lead_elsewhere(kind, document)
            found.append(document)
    return found


def lead_elsewhere(kind: Kind, document: Any) -> None:
    """Names what the example of a kind refers to. Overrides of one schedule, which overlap, would not go together."""
    key = document["metadata"]["name"]
    if kind.slug == "schedule_v3":
        document["spec"]["rotations"][0]["members"] = [KEYS["user"][0]]
    if kind.slug == "schedule_override":
        document["spec"]["schedule"] = {"name": key}
    if kind.slug == "maintenance_window":
        document["spec"]["services"] = [{"name": key}]
    if kind.slug == "jira_rule":
        document["spec"]["project"] = key
    if kind.slug == "automation_action":
        document["spec"] |= {"action_type": "script", "script": "echo one"}
    if kind.slug == "addon":
        document["spec"]["src"] = "https://one.example.com/a"


def every_sample() -> list[Any]:
    """A manifest for each sample of each field that is valid by itself."""
    found = []
    for kind in KINDS:
        elsewhere = {
            declared.name for declared in kind.fragments
        }  # what belongs to an object that lets others add to it
        if kind.facts.exclusive:
            elsewhere.add(kind.facts.exclusive.field)  # each object needs others than the samples have
        if kind.source.single:
            document = example_of(kind)
            document["spec"] = {part.name: samples(part.codec)[0] for part in kind.spec.parts}
            found.append(document)
            continue
        for part in (part for part in kind.spec.parts if part.name not in elsewhere):
            for at, value in enumerate(samples(part.codec)):
                document = example_of(kind)
                key = f"{kind.slug}-{part.name}-{at}"
                document["metadata"]["name"] = key
                if kind.slug == "user":
                    document["spec"]["email"] = f"{key}@example.com"
                if kind.facts.exclusive:
                    document["spec"][kind.facts.exclusive.field] = [{"id": f"POF{part.name.upper()}{at}"}]
                if kind.slug == "schedule":
                    document["spec"]["schedule_layers"][0]["users"] = ["ana@example.com"]
                if kind.slug == "escalation_policy":
                    document["spec"]["escalation_rules"][0]["targets"] = [{"user": "bo@example.com"}]
                if kind.slug == "service":
                    document["spec"]["escalation_policy"] = KEYS["escalation_policy"][0]
                lead_elsewhere(kind, document)
                document["spec"][part.name] = value
                if part.name not in ("name", "email") and is_valid(document):
                    found.append(document)
    return found


def is_valid(document: Any) -> bool:
    (read,) = read_yaml(yaml.safe_dump(document, allow_unicode=True), "a").documents
    return not read_manifest(read).all_problems()


@cache
def documents() -> list[Any]:
    """What the examples hold, with their Defaults written out, and every sample."""
    read = [document for name, text in TEXTS for document in read_yaml(text, name).documents]
    for document in read:
        put_in_files(document, TextFiles())
    given = {Path(it.places.file).parent: it.value["spec"] for it in read if it.kind_name == DEFAULTS}
    whole = [
        {**it.value, "spec": {**given.get(Path(it.places.file).parent, {}).get(it.kind_name, {}), **it.value["spec"]}}
        for it in read
        if it.kind_name != DEFAULTS
    ]
    return [*whole, *targets(), *every_sample()]


def shuffled(value: Any, chance: random.Random) -> Any:
    """The same mapping with its keys in another order, at every level."""
    if isinstance(value, dict):
        names = list(value)
        chance.shuffle(names)
        return {name: shuffled(value[name], chance) for name in names}
    return [shuffled(inner, chance) for inner in value] if isinstance(value, list) else value


def as_files(given: list[Any], chance: random.Random) -> list[tuple[str, str]]:
    """The documents in any order, in any number of files, in any style."""
    left = [shuffled(document, chance) for document in given]
    chance.shuffle(left)
    files = []
    while left:
        count = chance.randint(1, 60)
        style = {"default_flow_style": chance.choice([True, False, None]), "width": chance.choice([40, 1000])}
        text = yaml.safe_dump_all(left[:count], sort_keys=False, allow_unicode=True, **style)
        files.append((f"{chance.random()}.yaml", text))
        left = left[count:]
    return files


def meaning(result: LoadResult) -> list[Any]:
    """Everything about the resources but where they stand."""
    return [
        (one.address, one.id, one.fields, one.children, one.modes, one.lifecycle) for one in result.resources
    ]  # fmt: skip


@cache
def base() -> LoadResult:
    return load_texts(as_files(documents(), random.Random(0)))


def test_the_documents_are_many_and_right() -> None:
    assert base().problems == ()
    assert len(base().resources) + len(base().tests) == len(documents()) > 150
    assert {resource.kind for resource in base().resources} == {kind.slug for kind in KINDS}


@settings(max_examples=12, deadline=None)
@given(st.randoms(use_true_random=True))
def test_order_files_and_formatting_mean_nothing(chance: random.Random) -> None:
    result = load_texts(as_files(documents(), chance))
    assert result.problems == ()
    assert meaning(result) == meaning(base())
    assert result.digest == base().digest


def check(data: bytes) -> None:
    """Loads bytes: there are problems or manifests, each with a place, and never an exception."""
    text = decode(data)
    if isinstance(text, Flaw):
        assert text.line >= 1
        assert text.column >= 1
        return
    result = load_texts([("a.yaml", text)])
    rows = text.count("\n") + text.count("\r") + 2
    for problem in result.problems:
        assert problem.message
        assert 1 <= problem.source.line <= rows
        assert problem.source.column >= 1
        str(problem).encode()
    manifests = [it for it in read_yaml(text, "a").documents if it.kind_name != "Defaults"]
    assert result.problems or result.resources or result.tests or not manifests


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200))
def test_random_bytes_are_problems(data: bytes) -> None:
    check(data)


@settings(max_examples=250, deadline=None)
@given(st.text(alphabet=" \n\t-:?[]{},#&*!|>'\"%@`ab01.~<=\\\u2028é", max_size=80))
def test_random_yaml_is_problems(text: str) -> None:
    check(text.encode())


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(TEXTS), st.randoms(use_true_random=False), st.integers(1, 4))
def test_damaged_manifests_are_problems(text: tuple[str, str], chance: random.Random, times: int) -> None:
    data = text[1].encode()
    for _ in range(times):
        start = chance.randrange(len(data))
        end = start + chance.choice([0, 1, 1, 5, 200])
        patch = chance.choice(
            [b"", b"\n", b"  ", b":", b"- ", b"'", b"[", b"\xff", b"*a", b"&a ", b"? ", data[start:end] * 2]
        )
        data = data[:start] + patch + data[end:]
    check(data)


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(sorted(BY_NAME)),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    ),
    st.data(),
)
def test_any_value_in_any_field_is_a_problem_or_right(kind: str, value: Any, data: st.DataObject) -> None:
    document = example_of(BY_NAME[kind])
    part = data.draw(st.sampled_from(["apiVersion", "kind", "metadata", "lifecycle", "spec"]))
    if part == "spec" and data.draw(st.booleans()):
        field = data.draw(st.sampled_from(BY_NAME[kind].spec.parts))
        document["spec"][field.name] = value
    else:
        document[part] = value
    check(yaml.safe_dump(document, allow_unicode=True).encode("utf-8", "replace"))


@pytest.mark.parametrize("text", ["", "---\n", "# x\n"])
def test_an_empty_file_is_no_problem_beside_others(text: str) -> None:
    assert load_texts([("a.yaml", text), *TEXTS]).problems == ()

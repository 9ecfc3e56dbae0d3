"""Places are read apart from values, and only where something asks: they are those of the same values."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from pdsync.manifest import events, load_texts, places
from pdsync.manifest.places import Below, Positions
from pdsync.manifest.yaml_text import Document, read_yaml
from pdsync.model import Source
from pdsync.model.scope import Path
from tests.manifest.text import load, manifest

TRAPS = """\
- &a {x: 1, &k y: 2, <<: *a, x: {deep: 3}, ? [p, *a] : 4, "<<": 5, !!str <<: 6}
- *a
- *k
- *none
- &b [&b {z: *b}, *b]
- *b
- &k [*k]
- {? &a plain : *a, q: *a}
---
---
# nothing
--- *gone
--- &root {a: *root}
"""


@pytest.fixture(params=["libyaml", "python"])
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both parsers, as for values."""
    if request.param == "python":
        monkeypatch.setattr(events, "FAST_PARSER", None)
    return str(request.param)


def outline(value: Any) -> Any:
    """What a value is made of, without its scalars."""
    if isinstance(value, dict):
        return {name: outline(inner) for name, inner in value.items()}
    return [outline(inner) for inner in value] if isinstance(value, list) else None


def outline_of_places(below: Below | None) -> Any:
    if isinstance(below, dict):
        return {name: outline_of_places(inner) for name, (_, _, inner) in below.items()}
    return [outline_of_places(inner) for _, inner in below] if isinstance(below, list) else None


def below(document: Document) -> Below | None:
    return document.places._text.below(document.places._index)


def check(text: str) -> None:
    """Every value has a place, and every place a value."""
    for document in read_yaml(text, "a.yaml").documents:
        assert outline_of_places(below(document)) == outline(document.value)


@settings(max_examples=400, deadline=None)
@given(st.text(alphabet=" \n\n  --:?[]{},#&*!|>'\"ab1<=~", max_size=80))
def test_places_are_those_of_the_values_of_any_text(text: str) -> None:
    check(text)


@settings(max_examples=400, deadline=None)
@given(
    st.lists(
        st.sampled_from([
            "- ", "  ", "\n", "\n- ", "\n---\n", "a: ", "b: ", "? ", ": ", "&a ", "&b ", "*a", "*b", "<<: ", "[", "]", "{", "}",
            ", ", "x", "!!str ", "'q'",
        ]),
        max_size=25,
    ).map("".join)
)  # fmt: skip
def test_places_are_those_of_the_values_where_anchors_and_keys_repeat(text: str) -> None:
    check(text)


@pytest.mark.usefixtures("parser")
def test_places_are_those_of_the_values_beside_every_trap() -> None:
    assert len(read_yaml(TRAPS, "a.yaml").documents) == 3
    check(TRAPS)


VALUES: st.SearchStrategy[Any] = st.recursive(
    st.integers() | st.text("abß: \n", max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abcß", min_size=1), inner, max_size=4),
    max_leaves=20,
)


def scalars(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    if isinstance(value, dict | list):
        for step, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from scalars(inner, (*path, step))
    else:
        yield path, value


@settings(max_examples=100, deadline=None)
@given(st.lists(VALUES, min_size=1, max_size=4), st.sampled_from([True, False, None]))
def test_what_is_at_a_place_is_the_value(values: list[Any], flow: bool | None) -> None:
    text = yaml.safe_dump_all(values, default_flow_style=flow, allow_unicode=True, width=20)
    lines = text.split("\n")
    documents = read_yaml(text, "a.yaml").documents
    assert [document.value for document in documents] == values
    for document in documents:
        for path, value in scalars(document.value):
            for on_key in [False, True] if path and isinstance(path[-1], str) else [False]:
                line, column = document.places.locate(path, on_key=on_key)
                rest = lines[line - 1][column - 1 :]
                wanted = path[-1] if on_key else value
                assert rest[0] in "'\"?|>!" or rest.startswith(str(wanted).split("\n")[0].split(" ")[0])


def services(count: int) -> list[tuple[str, str]]:
    spec = "escalation_policy: {name: P}\nintegrations:\n  - {name: Datadog, vendor: Datadog}"
    texts = [manifest("Service", f"service-{n}", spec) for n in range(count)]
    return [(f"{at}.yaml", "---\n".join(texts[at : at + 10])) for at in range(0, count, 10)]


def test_no_place_is_read_where_nothing_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[object] = []
    whole = places.open_events
    monkeypatch.setattr(places, "open_events", lambda text: read.append(text) or whole(text))
    result = load_texts(services(30))
    assert not result.problems
    assert {resource.source.line for resource in result.resources} > {1}
    assert read == []
    one = next(resource for resource in result.resources if resource.key == "service-11")
    assert one.positions["integrations"] == Source("10.yaml", 16, 3)
    assert one.positions["escalation_policy"] == Source("10.yaml", 15, 3)
    assert len(read) == 1


def test_a_file_is_read_once_more_however_many_problems_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[object] = []
    whole = places.open_events
    monkeypatch.setattr(places, "open_events", lambda text: read.append(text) or whole(text))
    broken = [(name, text.replace("vendor", "wendor")) for name, text in services(30)]
    assert len(load_texts(broken).problems) >= 30
    assert len(read) == 3


def objects_for(count: int) -> int:
    """How many objects that the garbage collector knows a load leaves behind."""
    texts = services(count)
    gc.collect()
    before = len(gc.get_objects())
    result = load_texts(texts)
    gc.collect()
    held = len(gc.get_objects()) - before
    assert len(result.resources) == count
    return held


def test_what_is_held_grows_with_the_documents_and_is_little_for_each() -> None:
    load_texts(services(10))  # what is made once
    few, many = objects_for(200), objects_for(2_000)
    assert many < 12 * few
    assert many / 2_000 < 25


def test_positions_are_a_mapping_like_any_other() -> None:
    turns = "rotation_turn_length_seconds: 1d, rotation_virtual_start: 2026-01-05T09:00"
    layer = f"{{name: Nights, start: 2026-01-05T09:00, {turns}, users: [{{email: a@example.com}}]}}"
    text = manifest("Schedule", "s", f"time_zone: Etc/UTC\nschedule_layers:\n  - {layer}")
    result = load(text)
    assert result.problems == ()
    positions = result.resources[0].positions
    assert isinstance(positions, Positions)
    assert positions.get("other") is None
    assert positions["time_zone"] == Source("a.yaml", 6, 3)
    assert list(positions) == [
        "time_zone", "schedule_layers", "schedule_layers[0].name", "schedule_layers[0].start",
        "schedule_layers[0].rotation_turn_length_seconds", "schedule_layers[0].rotation_virtual_start", "schedule_layers[0].users",
    ]  # fmt: skip
    assert len(positions) == 7
    assert repr(positions) == repr(dict(positions))

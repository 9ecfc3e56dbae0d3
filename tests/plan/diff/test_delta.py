"""Where two canonical values differ."""

from __future__ import annotations

import logging
import subprocess
import sys
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdsync.client import RestApiV2Client
from pdsync.model import Canonical, Ref
from pdsync.plan import Delta
from pdsync.plan.diff.delta import Difference, compute_deltas, find_differences, items_by_key
from tests.support.world import converge, layer, plan_for, schedule, user

HOSTILE = ["", "__hidden", "a.b", "root['x']", "x]['y", "0", "\x00", "\ud800", "$ref", "[0]", '"', "' or \"", "x" * 300]
NAMES = st.sampled_from(["name", "users", *HOSTILE]) | st.text(max_size=5)
REFS = st.builds(Ref, st.just("user"), st.sampled_from(["key", "id"]), st.sampled_from(["a", "b"]))
SCALARS = st.booleans() | st.integers(-2, 2) | st.sampled_from(["", "a", "b"]) | REFS
LEAVES = SCALARS | st.lists(SCALARS, min_size=1, max_size=3)
NESTED = st.recursive(
    st.dictionaries(NAMES, LEAVES, max_size=3),
    lambda inner: st.dictionaries(NAMES, LEAVES | inner | st.lists(inner, max_size=3), max_size=3),
    max_leaves=6,
)


def applied(before: Canonical, found: list[Difference]) -> Canonical:
    """`before` with every difference made."""
    result: Any = copied(before)
    for it in sorted(
        found, key=lambda it: it.steps, reverse=True
    ):  # of a list that becomes shorter the last item goes first
        inner = result
        for step in it.steps[:-1]:
            inner = inner[step]
        last = it.steps[-1]
        if it.after is None:
            del inner[last]
        elif isinstance(inner, list) and last == len(inner):
            inner.append(it.after)
        else:
            inner[last] = it.after
    return result


def copied(value: Canonical) -> Canonical:
    if isinstance(value, dict):
        return {name: copied(inner) for name, inner in value.items()}
    return [copied(inner) for inner in value] if isinstance(value, list) else value


@given(NESTED, NESTED)
def test_the_differences_applied_to_what_was_give_what_is(before: Canonical, after: Canonical) -> None:
    found = find_differences(before, after)
    gained = [it for it in found if it.before is None and isinstance(it.steps[-1], int)]
    result = applied(before, [it for it in found if it not in gained])
    for it in gained:
        result = applied(result, [it])
    assert result == after
    assert bool(found) == (before != after)
    assert all(it.before != it.after for it in found)


@given(st.lists(NESTED, max_size=4), st.lists(NESTED, max_size=4))
def test_items_are_matched_by_their_key_and_the_order_is_told(old: list[Any], new: list[Any]) -> None:
    before, after = items_by_key(old, "name"), items_by_key(new, "name")
    result = applied(before, [it for it in find_differences(before, after) if not isinstance(it.steps[-1], int)])
    assert result.keys() == after.keys()
    deltas = compute_deltas("layers", old, new, "name")
    assert bool(deltas) == (old != new)
    stay_before, stay_after = [key for key in before if key in after], [key for key in after if key in before]
    moved = [delta for delta in deltas if delta.path == "layers (order)"]
    assert moved == ([Delta("layers (order)", stay_before, stay_after)] if stay_before != stay_after else [])


DAY = {"name": "Day", "users": [Ref("user", "key", "ana")], "restrictions": []}
NIGHT = {"name": "Night", "users": [Ref("user", "key", "bo")], "restrictions": [{"from": 0}]}


@pytest.mark.parametrize(
    ("before", "after", "paths"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": {"b": 1}, "z": 1}, {"a": {"b": 2}, "y": 2}, ["f.a.b", "f.y", "f.z"]),
        ([{"t": 1}, {"t": 2}], [{"t": 1}, {"t": 3}, {"t": 4}], ["f[1].t", "f[2]"]),
        ([{"t": 1}, {"t": 2}], [{"t": 1}], ["f[1]"]),
        ([], [{"t": 1}], ["f[0]"]),
        (({"t": 1},), [{"t": 2}], ["f[0].t"]),
        ([1, 2], [2, 1], ["f"]),
        (None, {"a": 1}, ["f"]),
        ({"a": None}, {}, []),
        ({"users": [Ref("user", "key", "a")]}, {"users": [Ref("user", "key", "b")]}, ["f.users"]),
        ({"a": 1, "b": 1, "c": 1, "d": 1}, {"a": 2, "x": 1, "y": 1, "z": 1}, ["f.a", "f.b", "f.c", "f.d", "f.x", "f.y", "f.z"]),
        ({"__name": "a"}, {"__name": "b"}, ["f.__name"]),
    ],
)  # fmt: skip
def test_a_difference_is_as_deep_as_a_reviewer_wants_it(before: Any, after: Any, paths: list[str]) -> None:
    assert [delta.path for delta in compute_deltas("f", before, after)] == paths


def test_a_layer_that_changes_moves_or_goes_is_named() -> None:
    eve = {**DAY, "name": "Eve"}
    found = compute_deltas("layers", [DAY, NIGHT, eve], [{**NIGHT, "restrictions": [{"from": 9}]}, DAY], "name")
    assert found == (
        Delta("layers[Night].restrictions[0].from", 0, 9),
        Delta("layers[Eve]", eve, None),
        Delta("layers (order)", ["Day", "Night"], ["Night", "Day"]),
    )


def test_two_items_of_one_key_are_both_compared() -> None:
    found = compute_deltas("layers", [DAY, DAY], [DAY, {**DAY, "users": []}], "name")
    assert found == (Delta("layers[Day #2].users", DAY["users"], []),)


def test_deepdiff_is_imported_only_for_what_differs_inside_a_nested_value() -> None:
    script = (
        "import sys\n"
        "from pdsync.plan.diff.delta import compute_deltas\n"
        "compute_deltas('f', [{'a': 1}], [{'a': 1}]); compute_deltas('f', 1, 2); compute_deltas('f', [1], [2])\n"
        "print('deepdiff' in sys.modules)\n"
        "compute_deltas('f', [{'a': 1}], [{'a': 2}])\n"
        "print('deepdiff' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert done.stdout.split() == ["False", "True"]


def test_the_plan_of_an_unchanged_account_needs_no_deepdiff_and_that_of_a_changed_layer_does(
    client: RestApiV2Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [user("ana"), user("bo")]
    converge(client, [*people, schedule("s", layer("Day", "ana"))])
    monkeypatch.setitem(sys.modules, "deepdiff", None)  # importing it is an error now
    assert plan_for(client, [*people, schedule("s", layer("Day", "ana"))]).changes == ()
    with pytest.raises(ImportError):
        plan_for(client, [*people, schedule("s", layer("Day", "ana", "bo"))])


def test_nothing_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        compute_deltas("f", [{"a": n} for n in range(50)], [{"a": n + 1} for n in range(60)])
    assert caplog.records == []


def test_the_time_grows_with_the_list_and_not_with_its_square() -> None:
    def seconds(count: int) -> float:
        before = [{"name": str(n), "rules": [{"delay": n}]} for n in range(count)]
        after = [{"name": str(n), "rules": [{"delay": n + 1}]} for n in reversed(range(count))]
        begin = time.process_time()
        assert len(compute_deltas("layers", before, after, "name")) == count + 1
        return time.process_time() - begin

    seconds(10)  # the import
    assert seconds(1600) < 16 * max(seconds(200), 0.01)


LISTS: dict[str, Any] = {
    "start": [{"label": "a", "suppress": True}, {"label": "b"}, {"label": "c"}],
    "night": [{"label": "x", "severity": "info"}],
    "catch_all": {"severity": "info"},
}


@pytest.mark.parametrize(
    ("change", "deltas"),
    [
        ({}, []),
        ({"start": [{"label": "a"}, {"label": "b"}, {"label": "c"}]}, [Delta("d[a].suppress", True, None)]),
        (
            {"start": [{"label": "c"}, {"label": "a", "suppress": True}, {"label": "b"}]},
            [Delta("d (order)", ["a", "b", "c"], ["c", "a", "b"])],
        ),
        ({"night": []}, [Delta("d.night[x]", {"label": "x", "severity": "info"}, None)]),
        (
            {"night": None, "quiet": [{"label": "x", "severity": "error"}]},
            [Delta("d (renamed)", "night", "quiet"), Delta("d.quiet[x].severity", "info", "error")],
        ),
        ({"catch_all": {"severity": "error"}}, [Delta("d.catch_all.severity", "info", "error")]),
        ({"catch_all": {}}, [Delta("d.catch_all.severity", "info", None)]),
        ({"more": [{"label": "n"}]}, [Delta("d.more[n]", None, {"label": "n"})]),
        ({"more": []}, [Delta("d.more", None, [])]),
        (
            {
                "start": [
                    {"label": "a", "suppress": True},
                    {"label": "n"},
                    {"label": "b"},
                    {"label": "c"},
                    {"label": "m"},
                ]
            },
            [
                Delta("d[n]", None, {"label": "n"}),
                Delta("d[m]", None, {"label": "m"}),
                Delta("d (order)", ["a", "b", "c"], ["a", "n", "b", "c"]),
            ],
        ),
        (
            {"start": [{"label": "a", "suppress": True}, {"label": "c"}], "night": [{"label": "b"}, *LISTS["night"]]},
            [Delta("d.night[b] (moved)", "start", "night"), Delta("d.night (order)", ["x"], ["b", "x"])],
        ),
    ],
)
def test_items_of_lists_in_a_mapping_are_told_apart_by_their_key(change: dict[str, Any], deltas: list[Delta]) -> None:
    after = {name: held for name, held in {**LISTS, **change}.items() if held is not None}
    assert list(compute_deltas("d", LISTS, after, "label", "start")) == deltas


def test_an_item_under_another_key_is_the_same_one_in_lists_of_a_mapping() -> None:
    before = {"start": [{"label": "old", "if": "x"}, {"label": "kept", "if": "y"}]}
    after = {"start": [{"label": "new", "if": "x"}, {"label": "kept", "if": "y"}]}
    (delta,) = compute_deltas("router", before, after, "label", "start")
    assert (delta.path, delta.before, delta.after) == ("router[new].label", "old", "new")
    other = {"start": [{"label": "new", "if": "z"}, {"label": "kept", "if": "y"}]}
    found = compute_deltas("router", before, other, "label", "start")
    assert [delta.path for delta in found] == ["router[new]", "router[old]", "router (order)"], "it says something else"

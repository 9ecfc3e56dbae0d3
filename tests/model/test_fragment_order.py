"""The order of fragments follows from what manifests say and from their keys, and from nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pdsync.model import Ref
from pdsync.model.fragment import Fragment
from pdsync.model.fragment_order import Composition, Surroundings, compose

_TARGET = Ref("hub", "key", "main")


def _own(first: Sequence[str] = (), last: Sequence[str] = (), *, is_whole: bool = True) -> Surroundings:
    def items(keys: Sequence[str]) -> list[Mapping[str, Any]]:
        return [{"label": key} for key in keys]

    return Surroundings(items(first), items(last), noun="rule", is_whole=is_whole)


def _fragment(owner: str, key: str, before: str = "", after: str = "", priority: int = 0, at: int = 0) -> Fragment:
    ref = Ref("spoke", "key", owner)
    return Fragment(_TARGET, ref, key, {"label": key, "to": ref}, before, after, priority, at)


def _labels(made: Composition) -> list[str]:
    assert not made.flaws
    return [str(item["label"]) for item in made.items]


@pytest.mark.parametrize("fragments", [[_fragment("t", "m")], [_fragment("t", ""), _fragment("u", "m", after="a")]])
def test_what_has_no_key_that_can_be_read_is_left_out(fragments: list[Fragment]) -> None:
    """Its manifest has a problem, and an empty `before` names nothing."""
    first = [{"label": ""}, {"label": "a"}, {"label": ""}]
    made = compose(Surroundings(first, [{"label": ""}], noun="rule"), fragments)
    assert _labels(made) == ["a", "m"]


@pytest.mark.parametrize(
    ("first", "last", "fragments", "expected"),
    [
        pytest.param("ab", "yz", [], "abyz", id="none"),
        pytest.param("ab", "yz", [_fragment("t", "m")], "abmyz", id="between the two parts"),
        pytest.param("aba", "", [_fragment("t", "m")], "abm", id="a key twice in the first part"),
        pytest.param("ab", "azz", [_fragment("t", "m", after="a")], "ambz", id="a key in both parts"),
        pytest.param("ab", "", [_fragment("t", "m")], "abm", id="after its own items"),
        pytest.param("", "", [_fragment("t", "m"), _fragment("s", "n")], "nm", id="by owner"),
        pytest.param("a", "", [_fragment("t", "n"), _fragment("t", "m")], "amn", id="by label within an owner"),
        pytest.param("a", "", [_fragment("s", "n", priority=1), _fragment("t", "m")], "amn", id="by priority first"),
        pytest.param("a", "", [_fragment("s", "n"), _fragment("t", "m", priority=-1)], "amn", id="negative priority"),
        pytest.param("abc", "", [_fragment("t", "m", before="b")], "ambc", id="directly before"),
        pytest.param("abc", "", [_fragment("t", "m", after="a")], "ambc", id="directly after"),
        pytest.param("ab", "z", [_fragment("t", "m", after="z")], "abzm", id="after the last part"),
        pytest.param("ab", "z", [_fragment("t", "m", before="z"), _fragment("u", "n")], "abnmz", id="before the last"),
        pytest.param("abc", "", [_fragment("t", "m", after="a", before="c")], "ambc", id="between two"),
        pytest.param(
            "a", "", [_fragment("s", "n"), _fragment("t", "m", before="n"), _fragment("r", "o")], "aomn", id="chain"
        ),
        pytest.param(
            "", "", [_fragment("s", "n", before="m"), _fragment("t", "m", after="n")], "nm", id="each names the other"
        ),
        pytest.param(
            "ab",
            "",
            [_fragment("s", "n", after="a"), _fragment("t", "m", before="n")],
            "amnb",
            id="before one that follows",
        ),
        pytest.param(
            "ab",
            "",
            [_fragment("s", "k"), _fragment("s", "n", after="a"), _fragment("t", "m", before="n", after="k")],
            "abkmn",
            id="one that follows waits for a free one",
        ),
        pytest.param(
            "",
            "z",
            [
                _fragment("t", "t", before="s"),
                _fragment("s", "s", after="t"),
                _fragment("q", "q", after="z", before="s"),
            ],
            "tzqs",
            id="only one of those that name each other waits for the last part",
        ),
    ],
)
def test_order(first: str, last: str, fragments: list[Fragment], expected: str) -> None:
    assert "".join(_labels(compose(_own(first, last), fragments))) == expected


def test_items_are_those_of_manifests() -> None:
    fragment = _fragment("t", "m")
    made = compose(_own("a"), [fragment])
    assert made.items == ({"label": "a"}, fragment.item)


@pytest.mark.parametrize(
    ("fragments", "flaws"),
    [
        pytest.param(
            [_fragment("s", "m"), _fragment("t", "m")],
            [("t", "label", "spoke/s has a rule with the label 'm' too")],
            id="one label in two manifests",
        ),
        pytest.param(
            [_fragment("s", "m", at=0), _fragment("s", "m", at=1)],
            [("s", "label", "spoke/s has a rule with the label 'm' too")],
            id="one label twice in a manifest",
        ),
        pytest.param(
            [_fragment("s", "m"), _fragment("t", "M")],
            [("t", "label", "spoke/s has a rule with the label 'm' too")],
            id="one label but for its case",
        ),
        pytest.param(
            [_fragment("s", "a")], [("s", "label", "hub/main has a rule of its own with the label 'a'")], id="own label"
        ),
        pytest.param(
            [_fragment("s", "z")],
            [("s", "label", "hub/main has a rule of its own with the label 'z'")],
            id="last label",
        ),
        pytest.param(
            [_fragment("s", "m", before="x")],
            [("s", "before", "hub/main has no rule with the label 'x' in any manifest")],
            id="before an unknown one",
        ),
        pytest.param(
            [_fragment("s", "m", after="x")],
            [("s", "after", "hub/main has no rule with the label 'x' in any manifest")],
            id="after an unknown one",
        ),
        pytest.param([_fragment("s", "m", after="m")], [("s", "after", "'m' is this same rule")], id="itself"),
        pytest.param(
            [_fragment("s", "m", before="n"), _fragment("t", "n", before="m")],
            [("s", "before", "the order goes round in a circle: m -> n -> m")],
            id="a circle of two",
        ),
        pytest.param(
            [_fragment("s", "m", after="b", before="a")],
            [("s", "before", "the order goes round in a circle: m -> a -> b -> m")],
            id="against the order of its own items",
        ),
        pytest.param(
            [_fragment("r", "k"), _fragment("s", "m", after="k", before="a")],
            [("s", "before", "the order goes round in a circle: m -> a -> b -> k -> m")],
            id="it would take another one along",
        ),
    ],
)
def test_flaws(fragments: list[Fragment], flaws: list[tuple[str, str, str]]) -> None:
    made = compose(_own("ab", "z"), fragments)
    assert not made.items
    assert [(it.fragment.owner.value, it.member, it.message) for it in made.flaws] == flaws
    assert all(it.hint for it in made.flaws)


def test_a_near_miss_is_named() -> None:
    (flaw,) = compose(_own(["databases"]), [_fragment("s", "m", before="database")]).flaws
    assert flaw.hint == "Did you mean 'databases'?"


def test_what_may_be_in_a_manifest_that_was_not_read_is_no_flaw() -> None:
    assert _labels(compose(_own("ab", is_whole=False), [_fragment("s", "m", before="x")])) == ["a", "b", "m"]


@st.composite
def _worlds(draw: st.DrawFn) -> tuple[Surroundings, list[Fragment]]:
    first = draw(st.lists(st.sampled_from("abcd"), unique=True))
    last = draw(st.lists(st.sampled_from("wxyz"), unique=True))
    keys = draw(st.lists(st.sampled_from("klmnopq"), unique=True))
    names = st.sampled_from([*first, *last, *keys, ""])
    fragments = [
        _fragment(
            draw(st.sampled_from("stu")),
            key,
            draw(st.just("") | names.filter(lambda it, key=key: it != key)),
            draw(st.just("") | names.filter(lambda it, key=key: it != key)),
            draw(st.integers(-1, 1)),
        )
        for key in keys
    ]
    return _own(first, last), fragments


@settings(max_examples=200)
@given(_worlds(), st.randoms())
def test_it_never_depends_on_the_order_of_files_and_keeps_what_manifests_say(
    world: tuple[Surroundings, list[Fragment]], random: Any
) -> None:
    own, fragments = world
    made = compose(own, fragments)
    shuffled = list(fragments)
    random.shuffle(shuffled)
    assert compose(own, shuffled) == made
    if made.flaws:
        return
    labels = _labels(made)
    firsts, lasts = [it["label"] for it in own.first], [it["label"] for it in own.last]
    assert sorted(labels) == sorted([*firsts, *lasts, *(it.key for it in fragments)])
    assert [it for it in labels if it in firsts] == firsts
    assert [it for it in labels if it in lasts] == lasts
    place = {label: at for at, label in enumerate(labels)}
    for it in fragments:
        assert not it.before or place[it.key] < place[it.before]
        assert not it.after or place[it.after] < place[it.key]
        if not it.before and not it.after:
            assert all(place[label] < place[it.key] for label in firsts)
            assert all(place[it.key] < place[label] for label in lasts)
    free = sorted((it for it in fragments if not it.before and not it.after), key=lambda it: it.order)
    if not {it.key for it in free} & {name for it in fragments for name in (it.before, it.after)}:
        assert [it for it in labels if it in {each.key for each in free}] == [it.key for it in free]

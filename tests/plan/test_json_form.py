"""Forms: to JSON and back."""

from __future__ import annotations

import json
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdsync.model import Canonical, Ref
from pdsync.plan.change import Change, ChildChange, ChildOperation, Delta, Operation
from pdsync.plan.diff.last_applied import Origin
from pdsync.plan.json_form import Form, from_json, says
from pdsync.plan.reassignment import Moved, Reassignment

REFS = st.builds(Ref, st.sampled_from(["user", "schedule"]), st.sampled_from(["key", "id"]), st.text(min_size=1))
# A mapping with the member "$ref" is how a reference is written, and no field has that name.
NAMES = st.text().filter(lambda name: name != "$ref")
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | REFS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)
MAPS = st.dictionaries(NAMES, VALUES, max_size=3)
IDS = st.none() | st.text(min_size=1)
DELTAS = st.builds(Delta, st.text(), VALUES, VALUES, st.none() | st.sampled_from(Origin))
CHILDREN = st.builds(
    ChildChange,
    st.text(),
    st.sampled_from(ChildOperation),
    st.text(),
    st.text(),
    MAPS,
    IDS,
    st.lists(DELTAS, max_size=2).map(tuple),
)
CHANGES = st.builds(
    Change,
    address=st.text(),
    kind=st.just("user"),
    operation=st.sampled_from(Operation),
    name=st.text(),
    id=IDS,
    deltas=st.lists(DELTAS, max_size=2).map(tuple),
    children=st.lists(CHILDREN, max_size=2).map(tuple),
    values=MAPS,
    before=MAPS,
    implied=st.lists(REFS, max_size=2).map(tuple),
    reassign=st.none() | st.just(Reassignment(Ref("user", "id", "P1"), "Ana", (Moved("I1", 7, "Fire", None, "S1"),))),
    notes=st.lists(st.text(), max_size=2).map(tuple),
)


@given(CHANGES)
def test_a_change_survives_the_way_to_json_and_back(change: Change) -> None:
    text = json.dumps(change.to_json(), ensure_ascii=False)
    assert from_json(json.loads(text), Change) == change


def test_half_of_a_surrogate_pair_survives() -> None:
    delta = Delta("name", "\ud800", {"\udfff": "x"})
    assert from_json(json.loads(json.dumps(delta.to_json(), ensure_ascii=False)), Delta) == delta


class _Form(Form, frozen=True, rename={"kind": "type"}):
    kind: str
    origin: Annotated[Origin, says("Whose.")] = Origin.OURS
    url: str | None = None
    value: Canonical = None


def test_members_have_their_published_names_and_plain_values() -> None:
    body = _Form("a", value=(Ref("user", "id", "P1"), None)).to_json()
    assert body == {"type": "a", "origin": "ours", "url": None, "value": [{"$ref": "user", "id": "P1"}, None]}
    assert type(body["origin"]) is str
    assert list(body) == ["type", "origin", "url", "value"]


def test_an_empty_text_is_null_only_where_null_is_the_default() -> None:
    assert _Form("", url="", value="").to_json() == {"type": "", "origin": "ours", "url": None, "value": None}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"type": 1},
        {"type": "a", "origin": "no one"},
        {"type": "a", "url": ["x"]},
        {"type": {"$ref": "user", "id": "P1"}},
    ],
)
def test_another_form_is_refused(body: dict[str, Canonical]) -> None:
    with pytest.raises(ValueError, match=r"\$|required"):
        from_json(body, _Form)


def test_members_that_are_not_known_are_left_out() -> None:
    assert from_json({"type": "a", "more": 1}, _Form) == _Form("a")


def test_incidents_go_to_people_and_policies_only() -> None:
    body = {"to": {"$ref": "team", "id": "P1"}, "name": "T", "incidents": []}
    with pytest.raises(ValueError, match="only to these kinds: user, escalation_policy"):
        from_json(body, Reassignment)

"""What an account's index finds."""

from __future__ import annotations

from typing import Any
from unicodedata import normalize

from pdsync.model import LiveObject, Marker, Ref
from pdsync.model.account import AccountIndex, identity_of

NAME, EMAIL = ("name",), ("email",)


def thing(kind: str, identity: str, marker: Marker | None = None, **fields: Any) -> LiveObject:
    return LiveObject(kind, identity, fields, {}, {}, marker)


def index_of(*things: LiveObject) -> AccountIndex:
    return AccountIndex({kind: [one for one in things if one.kind == kind] for kind in {one.kind for one in things}})


def test_by_kind_and_id() -> None:
    one, other = thing("gadget", "P1"), thing("widget", "P1")
    index = index_of(one, other)
    assert index.find("gadget", "P1") is one
    assert index.find("widget", "P1") is other
    assert index.find("gadget", "P2") is None


def test_by_name_in_any_case_and_encoding() -> None:
    cafe, tea = thing("gadget", "P1", name="Café"), thing("gadget", "P2", name="Tea")
    index = index_of(cafe, tea, thing("widget", "P3", name="Tea"))
    assert index.named("gadget", normalize("NFD", "CAFÉ")) == [cafe]
    assert index.named("gadget", "tea") == [tea]
    assert not index.named("gadget", "")


def test_by_identity() -> None:
    hook = Ref("service", "id", "P9")
    one, other = thing("gadget", "P1", name="A", service=hook), thing("gadget", "P2", name="A", service=None)
    index = index_of(one, other)
    assert index.alike("gadget", NAME, {"name": "a"}) == [one, other]
    assert index.alike("gadget", ("name", "service"), {"name": "a", "service": hook}) == [one]
    assert not index.alike("gadget", ("name", "service"), {"name": "a", "service": None})


def test_what_lacks_a_part_of_its_identity_is_like_nothing() -> None:
    assert identity_of(EMAIL, {"name": "Ana"}) is None
    assert identity_of(EMAIL, {"email": ""}) is None
    assert not index_of(thing("user", "P1")).alike("user", EMAIL, {})


def test_by_marker_of_one_workspace() -> None:
    ours, copy = Marker("main", "gadget", "a"), Marker("main", "widget", "a")
    theirs = Marker("other", "gadget", "a")
    one, two = thing("gadget", "P2", ours), thing("gadget", "P1", ours)
    index = index_of(one, two, thing("gadget", "P3", theirs), thing("gadget", "P4", copy), thing("gadget", "P5"))
    assert index.marked("gadget", "a", "main") == [one, two]
    assert not index.marked("widget", "a", "main")  # a line that was copied from another kind
    assert list(index.marked_by("main")) == [two, one]

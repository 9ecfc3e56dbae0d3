"""What holds for every field of every kind: a kind that is added later is checked by being in `KINDS`."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from pdsync.kinds import KINDS
from pdsync.model import ChildList, Field, Kind, Ref, Scope, encode
from pdsync.model.codec.open import agree
from pdsync.model.validator import read_value
from tests.support.samples import samples

FIELDS = [pytest.param(kind, field, id=f"{kind.name}.{field.name}") for kind in KINDS for field in kind.fields]
CHILDREN = [pytest.param(kind, child, id=f"{kind.name}.{child.name}") for kind in KINDS for child in kind.children]


def answered(ref: Ref) -> dict[str, Any]:
    return {"id": ref.value, "type": f"{ref.kind}_reference"}


def by_id(ref: Ref) -> Ref:
    return ref if ref.kind == "contact_method" else Ref(ref.kind, "id", ref.value)


@pytest.mark.parametrize(("kind", "field"), FIELDS)
def test_a_field_says_where_its_rules_come_from(kind: Kind, field: Field) -> None:
    assert field.description.strip().endswith((".", ")"))
    assert field.source.strip()


@pytest.mark.parametrize(("kind", "field"), FIELDS)
def test_what_is_sent_reads_back_as_the_same_canonical_value(kind: Kind, field: Field) -> None:
    """Were it not so, the plan after an apply would never be empty."""
    for value in samples(field.codec):
        scope = Scope(zone="Europe/Berlin")
        wanted = field.codec.map_refs(field.codec.desired(value, scope, (field.name,)), by_id)
        assert not scope.problems, (value, scope.problems)
        sent = json.loads(json.dumps(field.codec.to_api(wanted, answered)))
        assert agree(field.codec, wanted, field.codec.live(sent, scope))
        json.dumps(encode(wanted))


@pytest.mark.parametrize(("kind", "field"), FIELDS)
def test_a_null_answer_is_read_without_complaint(kind: Kind, field: Field) -> None:
    field.codec.live(None, Scope())


@pytest.mark.parametrize(("kind", "field"), FIELDS)
@pytest.mark.parametrize("junk", [[], {}, [[]], {"x": 1}, 3.5, "\x1b[2J", -1, True, None, [None], {"type": []}])
def test_junk_in_a_manifest_is_a_problem_and_never_an_exception(kind: Kind, field: Field, junk: Any) -> None:
    scope = Scope()
    read_value(field.codec, junk, scope, (field.name,))
    for problem in scope.problems:
        assert problem.path[0] == field.name
        assert problem.message


@pytest.mark.parametrize(("kind", "child"), CHILDREN)
def test_a_child_list_has_a_natural_key_of_its_own_members(kind: Kind, child: ChildList) -> None:
    names = {part.name for part in child.item.parts}
    assert set(child.key) <= names
    assert child.source.strip()
    scope = Scope()
    for value in samples(child.item):
        item = child.item.desired(value, scope, ())
        assert child.key_of(item) == child.key_of(dict(reversed(item.items())))
        assert child.label_of(item)
    assert not scope.problems


def test_a_body_holds_the_type_and_only_what_was_asked() -> None:
    for kind in KINDS:
        name = kind.field("name")
        if name is None:
            continue
        body = kind.to_body({"name": "x"}, answered, None, datetime(2026, 1, 1, tzinfo=UTC))
        assert body.pop("type", kind.slug) == kind.slug
        assert body["name"] == "x"
        assert name.carry, "PagerDuty wants the name in every PUT"


@pytest.mark.parametrize(
    "kind", [kind for kind in KINDS if kind.facts.replaced is not None], ids=lambda kind: kind.slug
)
def test_what_is_replaced_says_what_it_replaces(kind: Kind) -> None:
    assert kind.marker_line is not None, "the line of the new object records which one it replaces"
    assert any(field.fixed for field in kind.fields)
    assert not kind.source.empty, "an object that is never deleted cannot be replaced"

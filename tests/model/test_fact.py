"""Facts name what their kind has, so that a check never looks for a field that is not there."""

from __future__ import annotations

import pytest

from pdsync.kinds import BY_SLUG, KINDS
from pdsync.model import Facts, Kind, Scope
from pdsync.model.fact import OnCallFact, PersonFact
from tests.support.samples import samples


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_facts_lead_to_fields_and_kinds_that_are_there(kind: Kind) -> None:
    facts = kind.facts
    on_call = facts.on_call or OnCallFact("", lambda number, item: "")
    person = facts.person or PersonFact("", "", "", frozenset())
    for name in (on_call.field, person.role_field, facts.responders, facts.teams, facts.teams_through, facts.tree):
        assert not name or kind.field(name) is not None, name
    assert not facts.membership or kind.child(facts.membership) is not None
    for ability in facts.abilities:
        assert not ability.part or kind.field(ability.part) or kind.child(ability.part), ability.part
    incidents = facts.incidents
    for slug in (*incidents.moves_to, incidents.through) if incidents is not None else ():
        assert not slug or slug in BY_SLUG
        assert slug not in (incidents.moves_to if incidents is not None else ()) or BY_SLUG[slug].facts.incidents


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_child_lists_rest_on_lists_of_the_same_object(kind: Kind) -> None:
    for child in kind.children:
        if child.rests_on is not None:
            assert kind.child(child.rests_on.list_name) is not None
            assert child.item.codec_of(child.rests_on.member).refers()
        if child.coverage is not None:
            said = samples(child.item)
            covered = {
                value for item in said for value in child.coverage.values_of(child.item.desired(item, Scope(), ()))
            }
            assert covered == child.coverage.says.keys()


def test_incidents_are_on_objects_of_one_kind_that_lists_them() -> None:
    facts = [kind.facts.incidents for kind in KINDS]
    (origin,) = [fact for fact in facts if fact is not None and fact.is_origin]
    assert origin.query


def test_a_kind_has_no_facts_by_default() -> None:
    assert not any(getattr(Facts(), name) for name in Facts.__slots__)

"""What a kind says of its objects, from what it declares."""

from __future__ import annotations

from typing import Any

import pytest

from pdsync.model import Field, Kind, Ref
from pdsync.model.codec.plain import Boolean, Nullable
from pdsync.model.codec.reference import Reference
from pdsync.model.codec.structure import SetOf
from pdsync.model.fact import Facts
from pdsync.model.listing import Document, Listing
from pdsync.model.ownership import ByParent

RED, BLUE = Ref("team", "id", "PT1"), Ref("team", "id", "PT2")


def kind_of(codec: Any) -> Kind:
    fields = (Field("owners", codec, "Who owns it.", "here"),)
    return Kind("Gadget", "gadget", Listing("gadgets"), "A thing.", fields, facts=Facts(teams="owners"))


@pytest.mark.parametrize(
    ("codec", "value", "teams"),
    [
        (SetOf(Reference("team"), noun="team"), [RED, BLUE], [RED, BLUE]),
        (SetOf(Reference("team"), noun="team"), [], []),
        (Nullable(Reference("team")), RED, [RED]),
        (Nullable(Reference("team")), None, []),
    ],
)
def test_the_teams_of_an_object_are_in_a_list_or_in_one_reference(codec: Any, value: Any, teams: list[Ref]) -> None:
    assert kind_of(codec).teams_of({"owners": value}) == teams
    assert kind_of(codec).teams_of({}) == []


def test_a_document_is_at_the_path_of_its_parent_and_knows_whose_it_is() -> None:
    fields = (
        Field("gadget", Reference("gadget"), "The parent.", "here"),
        Field("enabled", Boolean(), "Whether it counts.", "here"),
    )
    document = Document("gadget", "gadgets/{parent}/policy", {"enabled": False})
    kind = Kind("Policy", "policy", document, "A document.", fields, ownership=ByParent(), label="")
    assert kind.parent_kind == "gadget"
    assert kind.path_of("PG1") == "gadgets/PG1/policy"
    live = kind.read_live(kind.complete_answer({"enabled": True}, "PG1"))
    assert (live.id, live.fields["gadget"]) == ("PG1", Ref("gadget", "id", "PG1"))
    assert not kind.is_reset(live)
    assert kind.is_reset(kind.read_live(kind.complete_answer({"enabled": False}, "PG1")))
    assert kind.together({"enabled"}) == {"gadget", "enabled"}, "a document is written as a whole"

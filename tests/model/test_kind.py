"""What a kind says of its objects, from what it declares."""

from __future__ import annotations

from typing import Any

import pytest

from pdsync.model import Field, Kind, Ref
from pdsync.model.codec.plain import Nullable
from pdsync.model.codec.reference import Reference
from pdsync.model.codec.structure import SetOf
from pdsync.model.fact import Facts
from pdsync.model.listing import Listing

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

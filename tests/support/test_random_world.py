"""Random worlds have objects of every kind, except for those that they say they leave out."""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, given, settings

from pdsync.kinds import KINDS
from pdsync.model import Resource
from tests.support.random_world import LEFT_OUT, worlds


def test_every_kind_is_drawn() -> None:
    """A kind of which no world can have an object would be tested nowhere, and nothing would say so."""
    drawn = set[str]()

    @settings(
        max_examples=60,
        deadline=None,
        derandomize=True,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(state=worlds())
    def draw(state: list[Resource]) -> None:
        drawn.update(made.kind for made in state)

    draw()
    assert drawn == {kind.slug for kind in KINDS if not kind.source.single} - LEFT_OUT

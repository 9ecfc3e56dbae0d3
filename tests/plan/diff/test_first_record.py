"""The record of an object that is made is the same by the short way and by the long one."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pdsync.kinds import KINDS
from pdsync.model import Account, Marker, Resource
from pdsync.plan import PlanOptions
from pdsync.plan.diff.child_change import draft_new_items
from pdsync.plan.diff.first_record import render_first_record
from pdsync.plan.diff.last_applied import Record
from pdsync.plan.pairing.match import match
from pdsync.plan.pairing.paired_account import build_paired_account
from tests.support.random_world import worlds

EMPTY = Account({kind.slug: () for kind in KINDS}, frozenset(kind.slug for kind in KINDS), "2026-06-01T12:00:00Z")
MODES = st.sampled_from(["additive", "exclusive"])


@given(worlds(), st.data())
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_short_way_gives_the_same_word(world: list[Resource], data: st.DataObject) -> None:
    resources = []
    for resource in world:
        modes = {name: data.draw(MODES) for name in resource.modes}
        cycle = replace(
            resource.lifecycle,
            protect=data.draw(st.booleans()),
            ignore=tuple(data.draw(st.sets(st.sampled_from(sorted(resource.fields)), max_size=2))),
        )
        resources.append(replace(resource, modes=modes, lifecycle=cycle))
    options = PlanOptions("test")
    paired, _ = build_paired_account(resources, EMPTY, match(resources, EMPTY, "test"), options)
    for pair in paired.pairs.values():
        marker = Marker("test", pair.kind.slug, pair.resource.key, pair.resource.lifecycle.protect)
        children = draft_new_items(pair)
        record = Record(pair, frozenset()).build((), children)
        for room in (1000, data.draw(st.integers(0, 300))):
            assert render_first_record(pair, marker, children, room) == record.render(marker, room)

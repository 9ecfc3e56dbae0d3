"""Changes are read in the order of what matters, whatever order they are applied in."""

from __future__ import annotations

import random

from pdsync.model import Ref
from pdsync.plan import Change, ChildChange, ChildOperation, Delta, Operation, Plan, Risk
from pdsync.report.impact.impact_risk import PlacedRisk
from pdsync.report.plan.plan_order import Band, arrange_changes

KEY_ENDS = ChildChange("integrations", ChildOperation.REMOVE, "x", "x", {}, "P1")
MOVED = (Delta("schedule_layers[Week].users", [], [Ref("user", "key", "bo")]),)
EXPECTED = {
    Band.REVIEW: [
        Change("team/blocked", "team", Operation.CREATE, "Blocked", blockers=("no",)),
        Change("service/keyless", "service", Operation.UPDATE, "Keyless", children=(KEY_ENDS,)),
        Change("service/risky", "service", Operation.DELETE, "Risky"),
        Change("service/silent", "service", Operation.UPDATE, "Silent", source="m/s.yaml:20"),
    ],
    Band.DELETE: [
        Change("user/bo", "user", Operation.DELETE, "Bo"),
        Change("team/zz", "team", Operation.DELETE, "a team"),
        Change("team/aa", "team", Operation.DELETE, "B team"),
    ],
    Band.ON_CALL: [
        Change("schedule/days", "schedule", Operation.UPDATE, "Days", deltas=MOVED),
        Change("schedule/found", "schedule", Operation.ADOPT, "Found", deltas=MOVED),
        Change("maintenance_window/patch", "maintenance_window", Operation.CREATE, "Patch"),
    ],
    Band.ADOPT: [Change("team/mine", "team", Operation.ADOPT, "Mine")],
    Band.UPDATE: [
        Change("service/x#interim", "service", Operation.INTERIM, "Old"),
        Change("service/x", "service", Operation.UPDATE, "New", source="m/s.yaml:40"),
        Change("service/y", "service", Operation.UPDATE, "Other", source="m/s.yaml:1"),
    ],
    Band.RELEASE: [Change("team/free", "team", Operation.RELEASE, "Free")],
    Band.CREATE: [
        Change("user/ana", "user", Operation.CREATE, "Ana"),
        Change("service/new", "service", Operation.CREATE, "new"),
    ],
}  # fmt: skip
RISKS = (Risk("service_deleted", "service/risky", "it goes"),)
PLACED = (PlacedRisk(Risk("coverage_gap", "escalation_policy/first", "a gap"), "m/s.yaml:31"),)


def test_the_worst_comes_first_and_then_the_kind_and_the_name() -> None:
    changes = [change for band in EXPECTED.values() for change in band]
    for seed in range(5):
        random.Random(seed).shuffle(changes)
        sections = arrange_changes(Plan("acme", "acme", "d", tuple(changes), risks=RISKS), PLACED)
        found = {section.band: list(section.changes) for section in sections}
        assert list(found) == list(Band) == list(EXPECTED)
        assert found == EXPECTED


def test_a_band_without_changes_is_left_out() -> None:
    (section,) = arrange_changes(Plan("acme", "acme", "d", tuple(EXPECTED[Band.CREATE])))
    assert (section.band, section.title) == (Band.CREATE, "Creates (2)")

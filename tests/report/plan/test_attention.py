"""What a reviewer is shown first."""

from __future__ import annotations

import pytest

from pdsync.plan import Change, ChildChange, ChildOperation, Delta, Operation
from pdsync.report.plan.attention import REASONS, find_reasons


def change(kind: str, *paths: str, operation: Operation = Operation.UPDATE, **more: object) -> Change:
    deltas = tuple(Delta(path, 1, 2) for path in paths)
    return Change(f"{kind}/x", kind, operation, "X", deltas=deltas, **more)  # type: ignore[arg-type]


def child(list_name: str, operation: ChildOperation, *paths: str) -> ChildChange:
    return ChildChange(list_name, operation, "x", "k", {}, "P1", tuple(Delta(path, 1, 2) for path in paths))


@pytest.mark.parametrize(
    ("made", "risks"),
    [
        (change("service", "name", "auto_resolve_timeout"), ()),
        (change("service", "escalation_policy"), ("on call",)),
        (change("service", "incident_urgency_rule.during_support_hours.urgency"), ("on call",)),
        (change("service", "event_orchestration.start[noise].suppress"), ("on call",)),
        (change("service", "auto_pause_notifications_parameters.enabled"), ("on call",)),
        (change("event_orchestration", "global.start[load tests].drop_event"), ("on call",)),
        (change("event_orchestration", "router.start[db].route_to"), ("on call",)),
        (change("event_orchestration", "team"), ()),
        (change("schedule", "schedule_layers[Nights].users"), ("on call",)),
        (change("schedule", "schedule_layers (order)"), ("on call",)),
        (change("escalation_policy", "escalation_rules[0].targets"), ("on call",)),
        (change("escalation_policy", "description"), ()),
        (change("user", "job_title"), ()),
        (change("user", "role"), ("on call",)),
        (change("schedule", "schedule_layers", operation=Operation.CREATE), ()),
        (change("schedule_override", operation=Operation.CREATE), ("on call",)),
        (change("maintenance_window", operation=Operation.CREATE), ("on call",)),
        (change("maintenance_window", "services"), ("on call",)),
        (change("maintenance_window", "description"), ()),
        (change("team", operation=Operation.DELETE), ("deletes",)),
        (change("team", operation=Operation.ADOPT), ("takes over",)),
        (change("team", "name", blockers=("no",), notes=("so",)), ("blocked", "note")),
        (change("user", children=(child("contact_methods", ChildOperation.ADD),)), ()),
        (change("user", children=(child("contact_methods", ChildOperation.UPDATE, "label"),)), ()),
        (change("user", children=(child("contact_methods", ChildOperation.REMOVE),)), ("on call",)),
        (change("user", children=(child("notification_rules", ChildOperation.REMOVE),)), ("on call",)),
        (change("service", children=(child("integrations", ChildOperation.ADD),)), ()),
        (change("service", children=(child("integrations", ChildOperation.REMOVE),)), ("routing key",)),
        (change("service", children=(child("integrations", ChildOperation.UPDATE, "vendor"),)), ("routing key",)),
        (change("service", children=(child("integrations", ChildOperation.UPDATE, "name"),)), ()),
    ],
)
def test_risks_are_named(made: Change, risks: tuple[str, ...]) -> None:
    assert find_reasons(made) == risks
    assert set(risks) <= REASONS.keys()

"""RoutingTest: an event, and what must happen to it according to the manifests. Not a PagerDuty object."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pdsync.model.codec.json_text import JsonFile, Scalar
from pdsync.model.codec.plain import Boolean, Choice, Integer, Nullable, Text
from pdsync.model.codec.reference import Reference
from pdsync.model.codec.structure import ListOf, MapOf, Object, SetOf, optional, required
from pdsync.model.codec.time import Duration, Instant
from pdsync.model.scope import Path, Scope
from pdsync.model.test_kind import TestKind

_ENDS = ("service", "unrouted", "dropped")
"""The possible results for an event. An event has only one result."""
_AT_A_SERVICE = ("suppressed", "suspended", "priority", "escalation_policy")
"""Expectations that make sense only for an event that reaches a service."""

_EXPECT = Object.of(
    service=optional(Reference("service"), "The service that must get the alert."),
    unrouted=optional(Boolean(), "Whether the event must reach no service."),
    dropped=optional(Boolean(), "Whether a rule must drop the event."),
    suppressed=optional(Boolean(), "Whether the alert must open no incident."),
    suspended=optional(Duration(minimum=0), "How long the alert must wait: seconds, or 5m. 0: not at all."),
    severity=optional(Choice(("critical", "error", "warning", "info")), "The severity of the alert."),
    priority=optional(
        Nullable(Text(max_length=255, min_length=1)), "The name of the priority of the incident; null for none."
    ),
    escalation_policy=optional(Reference("escalation_policy"), "The policy that the incident must use."),
    paged=optional(
        SetOf(Reference("user", ways=("email", "name", "id")), noun="person"),
        "The people who are paged first, all of them; [] for no one. Needs 'at'.",
    ),
    matched=optional(
        ListOf(Text(min_length=1), min_items=1), "Labels of rules that must match, in this order. Others may match too."
    ),
)


def _check(spec: Mapping[str, Any], scope: Scope, path: Path) -> None:
    if "orchestration" in spec and "routing_key_of" in spec:
        hint = "Remove one of them."
        scope.problem((*path, "routing_key_of"), "does not go together with 'orchestration'", hint, on_key=True)
    expect, place = spec.get("expect"), (*path, "expect")
    if not isinstance(expect, Mapping):
        return
    if not expect:
        scope.problem(
            place, "the test expects nothing, so it cannot fail", "Write what must come out, such as service: KEY."
        )
    ends = [name for name in _ENDS if expect.get(name)]
    if len(ends) > 1:
        hint = "An event has only one result: remove one of them."
        scope.problem((*place, ends[1]), f"{ends[0]!r} and {ends[1]!r} exclude each other", hint, on_key=True)
    elsewhere = next((name for name in ends if name != "service"), None)
    lacking = (*_AT_A_SERVICE, *(("severity",) if elsewhere == "dropped" else ()))
    for name in lacking if elsewhere is not None else ():
        if name in expect:
            hint = f"Remove it, or {elsewhere}."
            scope.problem((*place, name), f"an event that is {elsewhere} has no {name!r}", hint, on_key=True)
    if expect.get("paged") and "at" not in spec:
        hint = "Add a time, such as at: 2026-01-05T09:00+01:00."
        scope.problem((*place, "paged"), "the people who are paged depend on the time", hint, on_key=True)


ROUTING_TEST = TestKind(
    name="RoutingTest",
    slug="routing_test",
    description="An event and its expected result. lint and every plan run the test; a failing test stops an apply.",
    spec=Object.of(
        event=required(JsonFile(), "The event as a tool sends it to the Events API v2, or {file: event.json}."),
        orchestration=optional(
            Reference("event_orchestration"), "The orchestration that gets the event. Not needed if there is only one."
        ),
        routing_key_of=optional(
            Text(min_length=1), "The integration whose routing key it is sent with: LABEL, or KEY/LABEL of its parent."
        ),
        at=optional(
            Instant(),
            "When the event arrives, with the offset from UTC. Needed if a rule or the people paged depend on it.",
        ),
        trigger_count=optional(
            Integer(minimum=1, maximum=1_000_000),
            "How many events each rule with a trigger_count has seen, including this one.",
        ),
        cache_variables=optional(MapOf(Scalar()), "The values of cache variables, by name."),
        expect=required(_EXPECT, "The expected result. Anything that is left out is not checked."),
    ),
    check=_check,
)

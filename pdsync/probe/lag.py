"""Lag: how long after a write the lists of an account do not show it, and whether single reads miss it too."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pdsync.probe.answer import NO_ANSWER
from pdsync.probe.material import (
    layer_body,
    person,
    policy,
    policy_body,
    reference,
    schedule_body,
    service_body,
    user_body,
)
from pdsync.probe.workbench import Object, Workbench

_WAITS_S = (0.0, 0.25, 0.5, 1.0, 2.0, 4.0)
"""Before each look. What is not seen after the last one is left out: it may be never."""
_NOT_FOUND = 404
_BODIES: Mapping[str, Callable[[Workbench], Object]] = {
    "tags": lambda bench: {"type": "tag"},
    "teams": lambda bench: {"type": "team"},
    "business_services": lambda bench: {},
    "incident_workflows": lambda bench: {"is_enabled": False},
    "templates": lambda bench: {"template_type": "status_update"},
    "users": lambda bench: user_body(bench, "late"),
    "schedules": lambda bench: schedule_body(layer_body(person(bench))),
    "escalation_policies": lambda bench: policy_body(reference(person(bench), "user")),
    "services": lambda bench: service_body(policy(bench)),
}


@dataclass(frozen=True, slots=True)
class Lag:
    """Of one resource. A write was not seen for this time."""

    seconds: float
    everywhere: bool
    """Whether a read of the single object missed it too."""

    def document(self) -> dict[str, Any]:
        """As an account profile has it."""
        return {"seconds": self.seconds, "seen_by": "all" if self.everywhere else "lists"}


def measure_lags(bench: Workbench) -> dict[str, Lag]:
    """By resource; one that shows a write at once, or cannot be asked, is not in it. Raises Stopped and the client's errors."""
    found: dict[str, Lag] = {}
    for path, body in _BODIES.items():
        try:
            lag = _measure(bench, path, body(bench))
        except NO_ANSWER:
            continue
        if lag is not None:
            found[path] = lag
    return found


def _measure(bench: Workbench, path: str, body: Object) -> Lag | None:
    made = bench.make(path, **body)
    begun_s = bench.manner.clock()
    everywhere = bench.send("GET", f"{path}/{made['id']}").status == _NOT_FOUND
    for number, wait_s in enumerate(_WAITS_S):
        bench.manner.sleep(wait_s)
        # When the look begins, rounded down: a sandbox with this lag shows the write at the same look.
        passed_s = math.floor((bench.manner.clock() - begun_s) * 10) / 10
        if any(item["id"] == made["id"] for item in bench.read(path, limit=100)):
            return Lag(passed_s, everywhere) if number else None
    return None

"""Adoption: an object that pdsync did not make is taken over only where a person says so. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from pdsync.plan.change import Operation
from pdsync.plan.checks.check import Blocker, Check, Finding, PlanContext


class Adoption(Check):
    """Blocks an adoption that neither the manifest nor the command allows."""

    def find(self, context: PlanContext) -> Iterator[Finding]:
        for pair, change in context.drafted:
            allowed = context.options.adopt or pair.resource.lifecycle.adopt
            allowed = allowed or change.address in context.pairing.inherited
            if change.operation is Operation.ADOPT and not allowed:
                message = "it exists and pdsync did not create it; to adopt it write 'lifecycle: {adopt: true}' or run with --adopt"
                yield Blocker(change.address, message)

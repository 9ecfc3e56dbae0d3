"""Kinds without an ownership line: an existing object is changed only where the workspace says that it manages the kind. Pure.

Nothing in PagerDuty says who keeps such an object, so a manifest alone is not the order to change what a person made. To create one is: the
manifest asks for it, and nothing is there yet that could be lost.
"""

from __future__ import annotations

from collections.abc import Iterator

from pdsync.model.ownership import ByNaming
from pdsync.plan.change import Operation
from pdsync.plan.checks.check import Blocker, Check, Finding, PlanContext, kind_of


class ManagedKinds(Check):
    """Blocks a change or a delete of an existing object where pdsync.yaml does not say that the workspace manages the kind."""

    def find(self, context: PlanContext) -> Iterator[Finding]:
        for change in context.changes.values():
            kind = kind_of(change)
            if not isinstance(kind.ownership, ByNaming) or change.operation is Operation.CREATE:
                continue
            setting = kind.ownership.setting
            if setting and change.kind not in context.options.managed_kinds:
                line = f"write '{setting}: managed' in pdsync.yaml"
                message = f"it exists, and {kind.ownership.why} that says whose it is; to manage existing ones {line}"
                yield Blocker(change.address, message)

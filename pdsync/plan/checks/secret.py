"""Secrets: values that name a variable of the environment, which takes part in no plan. Who applies the plan must have it."""

from __future__ import annotations

from collections.abc import Iterator

from pdsync.plan.checks.check import ChangeNote, Check, Finding, PlanContext, kind_of


class Secrets(Check):
    """Says which variables an apply needs and this environment lacks. A plan is often made where secrets are out of reach."""

    def find(self, context: PlanContext) -> Iterator[Finding]:
        for change in context.changes.values():
            values = {**change.values, **change.followup}
            written = {delta.field for delta in change.deltas}
            for name, codec in kind_of(change).open_fields.items():
                if name in written and name in values and (missing := codec.lacks(values[name])):
                    text = f"{name}: apply needs {' and '.join(missing)} in its environment; it is not here"
                    yield ChangeNote(change.address, text)

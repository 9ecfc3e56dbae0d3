"""Secrets: values that name an environment variable. No plan contains them, so the environment of the apply must have them."""

from __future__ import annotations

from collections.abc import Iterator

from pdsync.model.codec.secret_header import is_missing
from pdsync.plan.checks.check import ChangeNote, Check, Finding, PlanContext, kind_of


class Secrets(Check):
    """Says which variables an apply needs and this environment lacks. A plan is often made where secrets are out of reach."""

    def find(self, context: PlanContext) -> Iterator[Finding]:
        for change in context.changes.values():
            values = {**change.values, **change.followup}
            written = {delta.field for delta in change.deltas}
            for name, codec in kind_of(change).open_fields.items():
                named = codec.variables(values[name]) if name in written and name in values else ()
                missing = [variable for variable in named if is_missing(variable)]
                if missing:
                    text = (
                        f"{name}: apply needs {' and '.join(missing)} in its environment, and this run does not have it"
                    )
                    yield ChangeNote(change.address, text)

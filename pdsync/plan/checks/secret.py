"""Secrets: values that a manifest names by a variable or a file. No plan contains them, so the environment of the apply must have them."""

from __future__ import annotations

from collections.abc import Iterator

from pdsync.model.codec.secret_text import missing_in, render_references
from pdsync.plan.checks.check import ChangeNote, Check, Finding, PlanContext, kind_of


class Secrets(Check):
    """Says which secrets an apply needs and this environment lacks. A plan is often made where secrets are out of reach."""

    def find(self, context: PlanContext) -> Iterator[Finding]:
        for change in context.changes.values():
            values = {**change.values, **change.followup}
            written = {delta.field for delta in change.deltas}
            for name, codec in kind_of(change).open_fields.items():
                named = codec.references(values[name]) if name in written and name in values else ()
                missing = [reference for it in named for reference, _ in missing_in(str(it))]
                if missing:
                    text = f"{name}: apply needs {render_references(missing)} in its environment, and this run does not have it"
                    yield ChangeNote(change.address, text)

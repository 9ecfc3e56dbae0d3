"""Hidden secrets: secrets that a change would have to send back, and that PagerDuty does not show. Pure.

A request that holds a whole field holds its secrets too. What PagerDuty shows in the place of one would be stored as its value, and a
request without it may remove it. So a manifest must say it.
"""

from __future__ import annotations

from collections.abc import Iterator

from pdsync.model.codec.open import Open
from pdsync.plan.change import Change
from pdsync.plan.checks.check import Blocker, Check, Finding, PlanContext, kind_of


class HiddenSecrets(Check):
    """Blocks such a change."""

    def find(self, context: PlanContext) -> Iterator[Finding]:
        for change in context.changes.values():
            for name, codec in kind_of(change).open_fields.items():
                hidden = _hidden_in(change, name, codec)
                if hidden:
                    yield Blocker(
                        change.address,
                        f"{name}: PagerDuty does not show {' and '.join(hidden)}, and a change of this {kind_of(change).noun} would lose it. "
                        f"Write {name} with ${{env:NAME}} or ${{file:PATH}} for each secret",
                    )


def _hidden_in(change: Change, name: str, codec: Open) -> list[str]:
    """The secrets in a field that the change sends, as a reader is shown them."""
    if change.id is None or not codec.SEALED or change.values.get(name) is None:
        return []
    parts = codec.parts(change.values[name])
    return [f"{name}{codec.shown_path(path)}" for path, part in parts.items() if not codec.is_shown(part)]

"""Startable actions: automation actions that rules run, and that no rule can start. Pure.

PagerDuty stores such a rule without a word, and nothing happens when it matches.
"""

from __future__ import annotations

from collections.abc import Iterator

from pdsync.kinds import BY_SLUG
from pdsync.model import Fields
from pdsync.plan.checks.check import ChangeNote, Check, Finding, PlanContext

KIND = "automation_action"
_SWITCH = "allow_invocation_from_event_orchestration"


class StartableActions(Check):
    """Says which rules of changed objects run an action in vain, and which rules a changed action has been started by."""

    def find(self, context: PlanContext) -> Iterator[Finding]:
        reasons = {ref: why for ref, fields in context.after.items() if ref.kind == KIND and (why := _why_not(fields))}
        for user, fields in context.after.items() if reasons else ():
            documents = BY_SLUG[user.kind].documents
            for name, ref in BY_SLUG[user.kind].refs_of(fields):
                if name not in documents or ref not in reasons:
                    continue
                for address in {user.address, ref.address} & context.changes.keys():
                    message = (
                        f"{name} of {context.name_of(user)} runs {context.name_of(ref)} in vain: it {reasons[ref]}"
                    )
                    yield ChangeNote(str(address), message)


def _why_not(fields: Fields) -> str:
    if fields.get(_SWITCH) is False:
        return f"does not let rules start it ({_SWITCH}: false)"
    return "has no runner" if fields.get("runner") is None else ""

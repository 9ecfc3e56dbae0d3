"""Placeholders: names in double braces that PagerDuty does not list, and so would leave empty. Pure.

Nothing is refused: no source says what else PagerDuty understands between the braces, so only plain names are
looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from pdsync.model import Account
from pdsync.model.suggestion import did_you_mean
from pdsync.plan.change import WRITES, Change
from pdsync.plan.checks.check import ChangeNote, Check, Finding, PlanContext, Prerequisite, kind_of

_NAME = re.compile(r"\{\{\s*([A-Za-z_]\w*(?:\.\w+)*)\s*\}\}")


class Placeholders(Check):
    """Names the placeholders in changed texts that PagerDuty does not know, with the line of the text."""

    def find(self, context: PlanContext) -> Iterator[Finding]:
        for pair, change in context.drafted:
            known = (context.account.placeholders or {}).get(change.kind)
            if known is None:
                continue
            for field, name in _find_names(change):
                if name not in known:
                    place = pair.resource.positions.get(field, pair.resource.source)
                    near = did_you_mean(name, known)
                    message = f"{field} ({place}): PagerDuty has no field {{{{{name}}}}}, and would leave it empty"
                    yield ChangeNote(change.address, f"{message}. {near}".removesuffix(". "))

    def prerequisites(self, changes: Iterable[Change], account: Account) -> Iterator[Prerequisite]:
        if account.placeholders is None and any(True for change in changes for _ in _find_names(change)):
            yield "placeholders"


def _find_names(change: Change) -> Iterator[tuple[str, str]]:
    """The fields that change, each with the names in it that a list could hold."""
    fact = kind_of(change).facts.placeholders
    if fact is None or change.operation not in WRITES:
        return
    for delta in change.deltas:
        if delta.field in fact.fields and isinstance(delta.after, str):
            for name in dict.fromkeys(_NAME.findall(delta.after)):
                if not name.startswith(fact.others):
                    yield delta.field, name

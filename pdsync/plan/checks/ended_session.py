"""Ended sessions: settings whose change signs people out at once. Pure.

PagerDuty ends all sessions of a type as soon as its configuration is written, even if the new times are longer. Someone who is about
to acknowledge an incident must sign in first.
"""

from __future__ import annotations

from collections.abc import Iterator

from pdsync.kinds import KINDS
from pdsync.model import Canonical
from pdsync.plan.change import Change, Operation
from pdsync.plan.checks.check import Check, Finding, PlanContext, kind_of
from pdsync.plan.risk import SESSIONS_ENDED, Risk


class EndedSessions(Check):
    """Names the sessions that a plan ends."""

    def find(self, context: PlanContext) -> Iterator[Finding]:
        for change in context.changes.values():
            name = kind_of(change).facts.ends_sessions
            if name:
                yield from _judge(change, name, _count_people(context))


def _judge(change: Change, name: str, people: str) -> Iterator[Risk]:
    before = change.before.get(name) or {}
    after = (
        kind_of(change).source.empty[name] if change.operation is Operation.DELETE else change.values.get(name) or {}
    )
    for part in sorted(after):
        if before.get(part) != after[part] and (name in change.documents):
            yield Risk(SESSIONS_ENDED, change.address, _says(part, after[part], people))


def _says(part: str, after: Canonical, people: str) -> str:
    """That a DELETE ends sessions, no source says."""
    does = "ends" if after is not None else "may end"
    return (
        f"this {does} every {part} session of the account at once: {people} must sign in again, also during an incident"
    )


def _count_people(context: PlanContext) -> str:
    slugs = [kind.slug for kind in KINDS if kind.facts.person is not None]
    count = sum(len(context.account.objects.get(slug, ())) for slug in slugs)
    return "all users" if not count else "1 user" if count == 1 else f"{count:,} users"

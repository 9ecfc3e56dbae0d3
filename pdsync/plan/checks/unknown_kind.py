"""Kinds that the account's subscription lacks or the token may not read: an error only where a manifest needs them. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from pdsync.kinds import BY_SLUG
from pdsync.plan.checks.check import Check, Finding, PlanContext
from pdsync.plan.pairing.match import PlanProblem


class UnknownKinds(Check):
    """A problem for each manifest of a kind that could not be read."""

    def find(self, context: PlanContext) -> Iterator[Finding]:
        for address, pair in context.paired.pairs.items():
            why = context.account.unknown.get(pair.resource.kind)
            if why is not None:
                nouns = BY_SLUG[pair.resource.kind].nouns
                hint = "Use an account and a token that have them, or remove the manifest."
                yield PlanProblem(address, str(pair.resource.source), f"{nouns} cannot be read: {why}", hint)

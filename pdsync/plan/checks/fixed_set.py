"""Fixed sets: fields that hold something for each of a set that PagerDuty has, such as the standards of an account. Pure.

What is not in the set cannot be made. A part that an answer does not show cannot be compared.
"""

from __future__ import annotations

from collections.abc import Iterator

from pdsync.kinds import BY_SLUG
from pdsync.model.suggestion import did_you_mean
from pdsync.plan.checks.check import Check, Finding, Note, PlanContext
from pdsync.plan.pairing.match import PlanProblem
from pdsync.plan.pairing.pair import Pair


class FixedSets(Check):
    """Reports what a manifest names and PagerDuty does not have, and says what is not compared."""

    def find(self, context: PlanContext) -> Iterator[Finding]:
        for pair in context.paired.pairs.values():
            name = pair.kind.facts.fixed_set
            if name and name in pair.fields and pair.live is not None and name in pair.live.fields:
                yield from _judge(pair, name)


def _judge(pair: Pair, name: str) -> Iterator[Finding]:
    assert pair.live is not None
    held, wanted, resource = pair.live.fields[name], pair.fields[name], pair.resource
    for key in wanted.keys() - held.keys():
        hint = did_you_mean(key, held) or f"The account has: {', '.join(sorted(held)) or 'none'}."
        place = str(resource.positions.get(name, resource.source))
        yield PlanProblem(resource.address, place, f"{name}: the account has no {key!r}, and it cannot be made", hint)
    codec = BY_SLUG[pair.live.kind].open_fields[name]
    for path in sorted(codec.parts(wanted).keys() - codec.parts(held).keys()):
        if path.partition(".")[0] in held:
            yield Note(
                f"{resource.address}: PagerDuty does not show {name}.{path}, so a change of it alone is not noticed; it is sent with every other "
                f"change of {name}"
            )

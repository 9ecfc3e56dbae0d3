"""Transition: objects while a plan is applied, when they are neither as before nor as they will be. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from pdsync.kinds import BY_SLUG
from pdsync.model import Fields, Ref
from pdsync.plan.pairing.paired_account import PairedAccount


def lingering(paired: PairedAccount, gone: frozenset[Ref], now: str) -> Iterator[tuple[Ref, Fields]]:
    """Every object after the plan, with what is taken out of it and lasts some time longer."""
    for ref, fields in paired.after(gone):
        kind = BY_SLUG[ref.kind]
        if kind.linger is not None:
            live = paired.pairs[ref.address].live if ref.address else paired.others[ref][0]
            if live is not None:
                fields = kind.linger(fields, kind.map_fields(live.fields, paired.resolver.live), now)
        yield ref, fields


def during(paired: PairedAccount) -> Iterator[tuple[Ref, Fields]]:
    """Every object with all that it may hold at some moment of the apply, as far as memberships come from it."""
    for pair in paired.pairs.values():
        facts = pair.kind.facts
        names = [facts.teams, facts.on_call.field] if facts.teams and facts.on_call else []
        yield pair.ref, {name: [*(pair.before.get(name) or ()), *(pair.after.get(name) or ())] for name in names}
    for ref, (_, fields) in paired.others.items():
        yield ref, fields

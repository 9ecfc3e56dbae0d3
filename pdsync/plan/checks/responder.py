"""What is allowed and may still be a mistake: services that nobody would be notified of any more. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pdsync.model import Fields, Ref
from pdsync.model.address import render_unmanaged
from pdsync.plan.pairing.paired_account import PairedAccount

NO_RESPONDERS = "no_responders"


@dataclass(frozen=True, slots=True)
class Risk:
    """A named risk of a plan."""

    code: str
    """What kind of risk it is, for machines: ``no_responders``."""
    address: str
    """The object that it is about."""
    message: str
    """What would be, in a sentence."""

    def to_json(self) -> dict[str, str]:
        """Plain JSON."""
        return {"code": self.code, "address": self.address, "message": self.message}


def compute_risks(paired: PairedAccount, gone: frozenset[Ref]) -> tuple[Risk, ...]:
    """The risks, in a stable order. What is as bad before the plan as after it is none of the plan's."""
    return tuple(sorted(_without_responders(paired, gone), key=lambda risk: (risk.code, risk.address)))


def _without_responders(paired: PairedAccount, gone: frozenset[Ref]) -> Iterator[Risk]:
    after = dict(paired.after(gone))
    before: dict[Ref, Fields] | None = None  # of hardly any plan it is asked
    reaching: dict[Ref, bool] = {}
    for ref, fields in after.items():
        policy = fields.get("escalation_policy")
        if ref.kind != "service" or policy is None:
            continue
        if policy not in reaching:
            reaching[policy] = has_responder(policy, after)
        if reaching[policy]:
            continue
        if before is None:
            before = dict(paired.before())
        held = before.get(ref)
        if held is not None and not has_responder(held.get("escalation_policy"), before):
            continue
        name = str(fields.get("name"))
        shown = paired.resolver.shown(policy)
        message = f"service {name!r} is left without responders: {shown} reaches nobody on any level"
        yield Risk(NO_RESPONDERS, ref.address or render_unmanaged(ref.kind, ref.value), message)


def has_responder(policy: Ref | None, world: Mapping[Ref, Fields]) -> bool:
    """Whether a policy of this world reaches anybody on any level; True where it was not read."""
    fields = world.get(policy) if policy is not None else None
    if fields is None:
        return True  # not read: nothing can be said
    return any(_reaches(target, world) for target in _targets(fields))


def _targets(policy: Fields) -> Iterable[Ref]:
    return (target for rule in policy.get("escalation_rules") or () for target in rule.get("targets", ()))


def _reaches(target: Ref, world: Mapping[Ref, Fields]) -> bool:
    fields = world.get(target)
    if target.kind == "user":
        return fields is not None
    if fields is None or target.kind != "schedule":
        return True  # a shift-based schedule: its people are not known here
    return any(user is not None for layer in fields.get("schedule_layers") or () for user in layer.get("users", ()))

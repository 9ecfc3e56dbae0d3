"""Responders: services whose incidents would no longer reach anyone. Allowed, but a risk. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pdsync.kinds import BY_SLUG
from pdsync.model import Fields, Ref
from pdsync.model.address import render_unmanaged
from pdsync.plan.checks.check import Check, Finding, PlanContext
from pdsync.plan.people import is_person, named_on_call
from pdsync.plan.risk import Risk

NO_RESPONDERS = "no_responders"


class Responders(Check):
    """Finds services that are left without responders. A fault that the plan does not make worse is not reported."""

    def find(self, context: PlanContext) -> Iterator[Finding]:
        if any(BY_SLUG[slug].decides_on_call for slug in context.account.unknown if slug in BY_SLUG):
            return  # whom an incident reaches is not known
        reaching: dict[Ref, bool] = {}
        for ref, fields in context.after.items():
            kind = BY_SLUG[ref.kind]
            way = fields.get(kind.facts.responders) if kind.facts.responders else None
            if way is None:
                continue
            if way not in reaching:
                reaching[way] = has_responder(way, context.after)
            if reaching[way]:
                continue
            before = context.before.get(ref)
            if before is not None and not has_responder(before.get(kind.facts.responders), context.before):
                continue
            name, shown = str(fields.get(kind.label)), context.paired.resolver.shown(way)
            message = f"{kind.noun} {name!r} is left without responders: {shown} reaches no one on any level"
            yield Risk(NO_RESPONDERS, ref.address or render_unmanaged(ref.kind, ref.value), message)


def has_responder(way: Ref | None, objects: Mapping[Ref, Fields]) -> bool:
    """Whether incidents that go this way reach a person; True where that was not read, since nothing is known then."""
    fields = objects.get(way) if way is not None else None
    if way is None or fields is None:
        return True
    return any(_reaches(target, objects) for target in named_on_call(BY_SLUG[way.kind], fields))


def _reaches(target: Ref, objects: Mapping[Ref, Fields]) -> bool:
    fields = objects.get(target)
    if is_person(target):
        return fields is not None
    if fields is None:
        return True  # a shift-based schedule: its people are not known here
    return any(map(is_person, named_on_call(BY_SLUG[target.kind], fields)))

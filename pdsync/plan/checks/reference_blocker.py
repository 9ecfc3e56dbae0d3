"""Reference blockers: objects that stay and still refer to one that is to be deleted, so that PagerDuty refuses the delete. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

from pdsync.kinds import BY_SLUG
from pdsync.model import Fields, Ref
from pdsync.model.ref import ANY_KIND
from pdsync.plan.checks.check import Blocker, ChangeNote, Check, Finding, PlanContext

_SHOWN = 10
"""How many users of an object are named: a policy may have a thousand services."""


class ReferenceBlockers(Check):
    """Blocks the delete of an object that something else still refers to. PagerDuty does not know about ids in texts: these are a note.
    So is what belongs to the object and goes with it."""

    def find(self, context: PlanContext) -> Iterator[Finding]:
        if not context.gone:
            return
        users: dict[Ref, dict[str, bool]] = defaultdict(dict)
        texts: dict[str, list[str]] = defaultdict(list)
        parts: dict[Ref, list[str]] = defaultdict(list)
        for user, fields in context.after.items():
            for name, ref in BY_SLUG[user.kind].refs_of(fields):
                listing = BY_SLUG[user.kind].source.parent
                is_part = listing is not None and name == listing.parent_field
                if is_part and ref in context.gone and user in context.paired.others:
                    parts[ref].append(user.kind)
                elif ref in context.gone and not _lets_go(user, name, context):
                    shown = context.name_of(user) + _alone(user, name, ref, fields) + _unmanaged(user, name, context)
                    users[ref][shown] = user in context.paired.others
                elif ref.kind == ANY_KIND:
                    texts[ref.value].append(f"{name} of {context.name_of(user)}")
        for ref, shown in _find_through_teams(context):
            users[ref][shown] = True
        for ref, address in _find_listed(context):
            users[ref][address] = False
        for each in context.pending:
            if users[each.ref]:
                yield Blocker(each.address, _text(users[each.ref]))
            for slug, number in sorted(Counter(parts[each.ref]).items()):
                what = BY_SLUG[slug].noun if number == 1 else BY_SLUG[slug].nouns
                yield ChangeNote(each.address, f"{number} {what} of it {'goes' if number == 1 else 'go'} with it")
            for text in sorted(set(texts.get(each.live.id, ())))[:_SHOWN]:
                yield ChangeNote(each.address, f"its id stays in {text}, where it will not resolve to anything")


def _lets_go(user: Ref, name: str, context: PlanContext) -> bool:
    """Whether PagerDuty takes the deleted object out of the field. Where a manifest still asks for it, it counts as a use."""
    return name == BY_SLUG[user.kind].facts.lets_go and user in context.paired.others


def _text(users: Mapping[str, bool]) -> str:
    """`users` maps each user of an object, as it is shown, to whether it has no manifest here."""
    shown = sorted(users)
    more = f" and {len(shown) - _SHOWN} more" if len(shown) > _SHOWN else ""
    advice = "; remove it there first, or manage here what uses it" if any(users.values()) else ""
    return f"it is still used by {', '.join(shown[:_SHOWN])}{more}{advice}"


def _alone(user: Ref, name: str, ref: Ref, fields: Fields) -> str:
    """Where the object is all that is left: to take it out is not enough then, since no level and no layer may be empty."""
    kind = BY_SLUG[user.kind]
    on_call = kind.facts.on_call
    if on_call is None or name != on_call.field:
        return ""
    places = [
        on_call.alone(number, item)
        for number, item in enumerate(fields.get(name) or (), start=1)
        if {named for _, named in kind.refs_of({name: [item]})} == {ref}
    ]
    return f", as {' and '.join(places)}" if places else ""


def _unmanaged(user: Ref, name: str, context: PlanContext) -> str:
    """What to do where our own manifest leaves the field to the account."""
    pair = context.paired.pairs.get(user.address or "")
    if pair is None or name in pair.fields:
        return ""
    return f" (its manifest does not name {name!r}, which therefore stays: write {name} there)"


def _find_listed(context: PlanContext) -> Iterator[tuple[Ref, str]]:
    """What items of child lists name that manifests ask for: PagerDuty would take them out with the object."""
    for address, pair in context.paired.pairs.items():
        for name, items in pair.children.items():
            declared = pair.kind.child(name)
            if declared is not None and declared.refers:
                for item in items:
                    yield from ((ref, address) for ref in declared.item.refs_in(item) if ref in context.gone)


def _find_through_teams(context: PlanContext) -> Iterator[tuple[Ref, str]]:
    """A service is in the team of its policy (PagerDuty API description), and uses the team as the policy does."""
    for user, fields in context.after.items():
        through = BY_SLUG[user.kind].facts.teams_through
        owner = fields.get(through) if through else None
        if isinstance(owner, Ref) and owner in context.after:
            for team in BY_SLUG[owner.kind].teams_of(context.after[owner]):
                if team in context.gone:
                    yield team, f"{context.name_of(user)} through its {BY_SLUG[owner.kind].noun}"

"""Holders: objects that stay and still refer to one that is to be deleted, so that PagerDuty would refuse the delete. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from pdsync.kinds import BY_SLUG
from pdsync.model import Fields, LiveObject, Ref
from pdsync.plan.diff.deletion import Doomed
from pdsync.plan.pairing.paired_account import PairedAccount

_SHOWN = 10
"""How many holders are named: a policy may have a thousand services."""


def name_of(ref: Ref, paired: PairedAccount) -> str:
    """An object as a reviewer knows it: its address, or its name, id and link where no manifest speaks of it."""
    if ref in paired.others:
        return _name_of_other(paired.others[ref][0])
    return str(ref)


def _name_of_other(live: LiveObject) -> str:
    link = f": {live.url}" if live.url else ""
    mark = live.marker
    whose = f"no manifest here, marked {mark.workspace}/{mark.kind}/{mark.key}" if mark else "not managed here"
    return f"{live.kind} {live.name!r} ({live.id}, {whose}{link})"


def reference_blockers(paired: PairedAccount, doomed: Sequence[Doomed], gone: frozenset[Ref]) -> dict[str, list[str]]:
    """Deletes that PagerDuty would refuse, because something that stays still refers to the object. By address."""
    if not gone:
        return {}
    after = dict(paired.after(gone))
    holders: dict[Ref, dict[str, bool]] = defaultdict(dict)
    for holder, fields in after.items():
        for name, ref in BY_SLUG[holder.kind].refs_of(fields):
            if ref in gone:
                shown = name_of(holder, paired) + _alone(holder, name, ref, fields) + _unmanaged(holder, name, paired)
                holders[ref][shown] = holder in paired.others
    for ref, shown in _services_of_teams(after, gone, paired):
        holders[ref][shown] = True
    blockers: dict[str, list[str]] = {}
    for each in doomed:
        held = holders[each.ref]
        if held:
            blockers[each.address] = [_text(held)]
    return blockers


def _text(held: Mapping[str, bool]) -> str:
    """`held` says of each holder, as it is shown, whether nobody manages it here."""
    shown = sorted(held)
    more = f" and {len(shown) - _SHOWN} more" if len(shown) > _SHOWN else ""
    advice = "; take it out of there first, or manage what uses it here too" if any(held.values()) else ""
    return f"it is still used by {', '.join(shown[:_SHOWN])}{more}{advice}"


def _alone(holder: Ref, name: str, ref: Ref, fields: Fields) -> str:
    """Where the object is all that is left: taking it out is not enough then, since no level and no layer may be empty."""
    places = []
    for number, rule in enumerate(fields.get("escalation_rules") or (), start=1):
        if name == "escalation_rules" and set(rule.get("targets", ())) == {ref}:
            places.append(f"the only target of level {number}")
    for layer in fields.get("schedule_layers") or ():
        if name == "schedule_layers" and set(layer.get("users", ())) == {ref}:
            places.append(f"the only person of layer {layer.get('name')!r}")
    return f", as {' and '.join(places)}" if places else ""


def _unmanaged(holder: Ref, name: str, paired: PairedAccount) -> str:
    """What to do where our own manifest leaves the field to the account."""
    pair = paired.pairs.get(holder.address or "")
    if pair is None or name in pair.fields:
        return ""
    return f" (its manifest does not name {name!r}, which therefore stays: write {name} there)"


def _services_of_teams(
    after: Mapping[Ref, Fields], gone: frozenset[Ref], paired: PairedAccount
) -> Iterator[tuple[Ref, str]]:
    """A service is in the team of its policy (PagerDuty API description), and holds the team like the policy does."""
    teams: dict[Ref, Iterable[Ref]] = {
        ref: [team for team in fields.get("teams") or () if team in gone]
        for ref, fields in after.items()
        if ref.kind == "escalation_policy"
    }
    for ref, fields in after.items():
        if ref.kind == "service" and (policy := fields.get("escalation_policy")) is not None:
            for team in teams.get(policy, ()):
                yield team, f"{name_of(ref, paired)} through its policy"

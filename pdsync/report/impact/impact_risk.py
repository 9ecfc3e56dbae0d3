"""The worst of an impact as named risks: who is on call changes at once, no one is paged any more, someone is out of reach."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import tzinfo

from pdsync.model import Ref
from pdsync.model.address import render_unmanaged
from pdsync.oncall.difference import Gap, Turn
from pdsync.oncall.impact import Impact
from pdsync.oncall.person import Lack
from pdsync.plan import NO_RESPONDERS, Risk
from pdsync.plan.risk import DOCUMENT_WARNED, ITEM_HIDDEN, ROUTING_KEY_ENDED, SERVICE_DELETED, VALUES_LOST
from pdsync.report.impact.impact_clock import ImpactClock, hours_text

CURRENT_ON_CALL, COVERAGE_GAP, UNREACHABLE = "current_on_call", "coverage_gap", "unreachable"
SERVICE_DISABLED = "service_disabled"
LACKS: dict[Lack, str] = {
    "contact_methods": "no contact method",
    "high": "no notification rule for high urgency",
    "low": "no notification rule for low urgency",
}

HAND_OFF_HINT = "To wait for the next hand-off, add 'lifecycle: {rotation: hand-off aware}'"

_WORDS = {
    NO_RESPONDERS: "leaves services without responders",
    COVERAGE_GAP: "leaves hours at which no one is paged",
    SERVICE_DISABLED: "leaves services that create no incidents",
    CURRENT_ON_CALL: "changes who is on call now",
    UNREACHABLE: "leaves a person on call who cannot be reached",
    SERVICE_DELETED: "deletes services",
    ROUTING_KEY_ENDED: "ends routing keys",
    ITEM_HIDDEN: "leaves rules that no event reaches, because of rules written by hand",
    DOCUMENT_WARNED: "leaves rules that PagerDuty stores but ignores",
    VALUES_LOST: "loses values of custom fields",
}


@dataclass(frozen=True, slots=True)
class PlacedRisk:
    """A risk and the file:line that makes it so; empty where no manifest does."""

    risk: Risk
    place: str


def find_impact_risks(impact: Impact | None, reader: tzinfo | None = None) -> tuple[PlacedRisk, ...]:
    """The risks, worst kind first. A policy that is new or that goes is none: no one was on call for the one, no one asks for
    the other."""
    if impact is None:
        return ()
    clock = ImpactClock(impact, reader)
    return (*_gaps(impact, clock), *_disabled(impact), *_current(impact), *_unreachable(impact))


def render_risk_words(risks: Iterable[Risk]) -> str:
    """What risks there are, in a few words that follow "This"; empty without any."""
    codes = {risk.code for risk in risks}
    words = [says for code, says in _WORDS.items() if code in codes]
    return " and ".join(([", ".join(words[:-1])] if words[1:] else []) + words[-1:])


def _risk(impact: Impact, code: str, subject: Ref, message: str, place: str) -> PlacedRisk:
    address = impact.addresses.get(subject) or render_unmanaged(subject.kind, subject.value)
    return PlacedRisk(Risk(code, address, message), place)


def _gaps(impact: Impact, clock: ImpactClock) -> Iterator[PlacedRisk]:
    found: dict[tuple[Ref, tuple[Ref, ...]], list[Gap]] = defaultdict(list)
    for gap in impact.gaps:
        if gap.appears and gap.subject.kind == "escalation_policy" and (gap.services or gap.subject in impact.kept):
            found[gap.subject, gap.services].append(gap)
    for (policy, services), gaps in found.items():
        first = gaps[0]
        rest = sum(gap.end - gap.start for gap in gaps[1:])
        when = clock.span(policy, first.start, first.end) + (f", and {hours_text(rest)} more" if rest else "")
        of = f", for {_listed(impact, services)}" if services else ""
        message = f"no one at all would be paged by {impact.names[policy]!r}{of}: {when}"
        yield _risk(impact, COVERAGE_GAP, policy, message, first.place)


def _disabled(impact: Impact) -> Iterator[PlacedRisk]:
    for one in impact.alarms:
        if one.after == "none" and one.start == impact.moment:
            message = (
                f"no one would be paged for {impact.names[one.service]!r}: it is disabled and creates no incidents"
            )
            yield _risk(impact, SERVICE_DISABLED, one.service, message, one.place)


def _current(impact: Impact) -> Iterator[PlacedRisk]:
    found: dict[Ref, list[tuple[str, Turn]]] = defaultdict(list)
    for verb, turns in (("leaves", impact.leaves), ("joins", impact.joins)):
        for turn in turns:
            if turn.policy in impact.kept:
                found[turn.policy].append((verb, turn))
    for policy in sorted(found, key=lambda ref: (impact.names[ref].casefold(), ref)):
        held = found[policy]
        said = [f"{impact.names[turn.user]!r} {verb} level {turn.level}" for verb, turn in held]
        more = f" and {len(said) - 4} more" if len(said) > 4 else ""
        message = f"who is on call now changes for {impact.names[policy]!r}: {', '.join(said[:4])}{more}"
        if waits := sorted({impact.addresses[it.schedule] for _, it in held if it.schedule in impact.could_wait}):
            message += f". {HAND_OFF_HINT} to {' and '.join(waits)}"
        yield _risk(impact, CURRENT_ON_CALL, policy, message, held[0][1].place)


def _unreachable(impact: Impact) -> Iterator[PlacedRisk]:
    for one in impact.unreachable:
        name, through = impact.names[one.user], impact.names[one.through]
        message = f"{name!r} is on call through {through!r} and cannot be reached: {LACKS[one.lack]}"
        yield _risk(impact, UNREACHABLE, one.user, message, one.place)


def _listed(impact: Impact, refs: tuple[Ref, ...]) -> str:
    names = [repr(impact.names[ref]) for ref in refs]
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")

"""What becomes of one event, rule by rule, and who is paged for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from pdsync.model import Ref
from pdsync.model.instant import render_duration
from pdsync.oncall.roster import Roster
from pdsync.report.oncall.explanation import course_lines
from pdsync.report.routing.no_page_text import no_page_text
from pdsync.report.text.clock import Screen
from pdsync.report.text.safe_text import safe_text
from pdsync.report.text.wrapped import wrapped
from pdsync.routing.documents import Documents
from pdsync.routing.event import Event
from pdsync.routing.outcome import Outcome
from pdsync.routing.paging import Paging
from pdsync.routing.trace import RuleTrace, SetTrace, State

_TITLES = {
    "global": "Global rules of {}",
    "router": "Router of {}",
    "unrouted": "Rules for unrouted events of {}",
    "service": "Rules of {}",
}
_STATES: Mapping[State, str] = {
    "matched": "matches",
    "not_matched": "does not match",
    "undecided": "UNDECIDED, and taken as no match",
    "disabled": "disabled",
    "not_reached": "not reached",
}
_STYLES: Mapping[State, str] = {"matched": "good", "undecided": "warning"}


@dataclass(frozen=True, slots=True)
class RouteReport:
    """The report about one event."""

    documents: Documents
    sent: Event
    """The event as it arrived."""
    at: int
    outcome: Outcome
    paging: Paging
    alternatives: Sequence[tuple[Outcome, Paging]] = ()

    @property
    def roster(self) -> Roster:
        """What the names come from."""
        return self.documents.roster


def render_route_text(report: RouteReport, screen: Screen) -> str:
    """Every set that the event goes through, what comes out, and who is paged. Ends in a line break."""
    return "\n".join(chain.from_iterable(_sections(report, screen))) + "\n"


def _sections(report: RouteReport, screen: Screen) -> Iterator[Iterator[str] | Sequence[str]]:
    outcome, width = report.outcome, screen.width
    summary = safe_text(report.sent.summary) or "without a summary"
    head = f"{summary}: arrives at {safe_text(report.documents.name)} on {screen.clock.at(report.at, with_zone=True)}"
    yield [screen.palette.paint("strong", line) for line in wrapped(head, width)]
    yield _trace(report, screen)
    yield _titled("Result", _result(report), screen)
    yield _titled("Who is paged", _paged(report, outcome, report.paging, screen), screen)
    for other, paging in report.alternatives:
        title = f"If {_assumed(other)}"
        yield _titled(title, _difference(report, other, paging, screen), screen)
    if outcome.cut_short:
        yield ["", *wrapped("There are more cases than are shown; --trigger-count and --cache-var decide them.", width)]
    if outcome.notes:
        yield _titled("Not known", [f"  {safe_text(note)}" for note in outcome.notes], screen)


def _titled(title: str, lines: Iterator[str] | Sequence[str], screen: Screen) -> Iterator[str]:
    yield ""
    yield from (screen.palette.paint("strong", line) for line in wrapped(title, screen.width))
    for line in lines:
        indent = " " * (len(line) - len(line.lstrip()))
        yield from wrapped(line.lstrip(), screen.width, indent=indent, hanging=f"{indent}  ")


def _trace(report: RouteReport, screen: Screen) -> Iterator[str]:
    title = ""
    for each in report.outcome.trace:
        owner = report.outcome.service if each.area == "service" else report.documents.orchestration
        name = report.roster.name_of(owner) if owner is not None else report.documents.name
        if (head := _TITLES[each.area].format(safe_text(name))) != title:
            title = head
            yield from ("", *(screen.palette.paint("strong", line) for line in wrapped(head, screen.width)))
        yield from _set(report, each, screen)


def _set(report: RouteReport, trace: SetTrace, screen: Screen) -> Iterator[str]:
    if trace.area != "router":
        yield f"  {safe_text(trace.set_id)}"
    for rule in trace.rules:
        yield from _rule(rule, screen)
    said = ", ".join(_actions(report.roster, trace.actions)) or "nothing is changed"
    lead = "    no rule matches; catch-all: " if trace.is_catch_all and trace.rules else "    catch-all: "
    text = f"{lead if trace.is_catch_all else '    so: '}{said}"
    yield from wrapped(text.strip(), screen.width, indent="    ", hanging=" " * 6)
    for note in trace.notes:
        yield from wrapped(safe_text(note), screen.width, indent=" " * 6, hanging=" " * 8)


def _rule(rule: RuleTrace, screen: Screen) -> Iterator[str]:
    reasons = f" ({safe_text('; '.join(rule.reasons))})" if rule.reasons else ""
    text = f"{safe_text(rule.label)}: {_STATES[rule.state]}{reasons}"
    lines = wrapped(text, screen.width, indent="    ", hanging=" " * 6)
    style = _STYLES.get(rule.state, "muted" if rule.state == "not_reached" else "")
    yield from (screen.palette.paint(style, line) if style else line for line in lines)


def _actions(roster: Roster, actions: Mapping[str, Any]) -> Iterator[str]:
    """What is applied, in words; the values that it gives are in the result."""
    for name, value in actions.items():
        if name == "route_to":
            yield f"goes to {safe_text(_target(roster, value))}"
        elif name == "variables":
            yield "sets " + ", ".join("variables." + safe_text(str(each.get("name"))) for each in value)
        elif name == "extractions":
            yield f"sets {', '.join(safe_text(str(each.get('target'))) for each in value)}"
        elif name == "suspend":
            yield f"suspend {render_duration(int(value))}"
        elif value is True:
            yield name
        elif isinstance(value, Ref):
            yield f"{name} {safe_text(roster.name_of(value))}"
        elif isinstance(value, str):
            yield f"{name} {safe_text(value)}"
        else:
            yield name


def _target(roster: Roster, value: Any) -> str:
    if isinstance(value, Ref):
        return roster.name_of(value)
    return "the unrouted events" if value == "unrouted" else f"the set {value}"


def _result(report: RouteReport) -> Iterator[str]:
    outcome = report.outcome
    yield f"  {_end(report.roster, outcome)}"
    for name, value in facts_of_outcome(report.roster, outcome).items():
        yield f"  {name}: {value}"
    for name, value in outcome.variables.items():
        yield f"  variables.{safe_text(name)}: {safe_text(value)}"
    for name, value in changed_fields(report.sent, outcome.event).items():
        yield f"  event.{safe_text(name)}: {safe_text(value)}"


def _end(roster: Roster, outcome: Outcome) -> str:
    if outcome.end == "service" and outcome.service is not None:
        return f"service: {safe_text(roster.name_of(outcome.service))}"
    if outcome.end == "unrouted":
        return "service: none, the event is unrouted"
    return "dropped: there is no alert" if outcome.end == "dropped" else "service: not known"


def facts_of_outcome(roster: Roster, outcome: Outcome) -> dict[str, str]:
    """What the alert and its incident have besides the service, in safe text; only what counts."""
    if outcome.dropped:
        return {}
    effects = outcome.effects
    found = {
        "severity": outcome.severity,
        "event action": outcome.event_action if outcome.event_action != "trigger" else None,
        "suppressed": "yes, the alert opens no incident" if effects.suppressed else None,
        "suspended": f"for {render_duration(effects.suspended_s)}" if effects.suspended_s else None,
        "priority": roster.name_of(effects.priority) if effects.priority else None,
        "escalation policy": roster.name_of(effects.escalation_policy) if effects.escalation_policy else None,
        "note": effects.note,
        "incident fields": ", ".join(
            f"{roster.name_of(ref)} = {value}" for ref, value in effects.incident_fields.items()
        )
        or None,
        "webhooks": ", ".join(effects.webhooks) or None,
        "automation actions": ", ".join(map(roster.name_of, effects.automation_actions)) or None,
    }
    return {name: safe_text(value) for name, value in found.items() if value is not None}


def changed_fields(sent: Event, left: Event) -> dict[str, str]:
    """The fields of an event that rules set, with their values; nested ones by their path. Severity and action are reported elsewhere."""
    return {
        name: value
        for name, value in _flat(left.fields)
        if name not in ("severity", "event_action") and dict(_flat(sent.fields)).get(name) != value
    }


def _flat(fields: Mapping[str, Any], lead: str = "") -> Iterator[tuple[str, str]]:
    for name, value in fields.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{lead}{name}.")
        else:
            yield f"{lead}{name}", str(value)


def _paged(report: RouteReport, outcome: Outcome, paging: Paging, screen: Screen) -> Iterator[str]:
    if paging.no_page is not None:
        yield f"  {no_page_text(paging, outcome)}"
        return
    assert paging.course is not None
    assert paging.policy is not None
    policy = safe_text(report.roster.name_of(paging.policy))
    when = f", from {screen.clock.at(paging.begins_at)} on" if outcome.effects.suspended_s else ""
    yield f"  {policy}, with {paging.urgency} urgency{when}:"
    yield from (f"  {line}" for line in course_lines(report.roster, paging.course, paging.urgency))


def _assumed(outcome: Outcome) -> str:
    names = [f"{safe_text(rule.label)} matches ({safe_text(rule.reason)})" for rule in outcome.assumed]
    return " and ".join(names)


def _difference(report: RouteReport, other: Outcome, paging: Paging, screen: Screen) -> Iterator[str]:
    """What is otherwise where an undecided rule matches."""
    if other.result == report.outcome.result:
        yield "  the result is the same"
        return
    yield f"  {_end(report.roster, other)}"
    before, after = (facts_of_outcome(report.roster, each) for each in (report.outcome, other))
    for name in dict.fromkeys((*after, *before)):
        if before.get(name) != after.get(name):
            yield f"  {name}: {after.get(name, 'none')}"
    yield from _paged(report, other, paging, screen)

"""What becomes of one event, for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pdsync.model import Ref
from pdsync.oncall.escalation import ReachedLevel
from pdsync.oncall.roster import Roster
from pdsync.report.routing.no_page_text import no_page_text
from pdsync.report.routing.route_text import RouteReport
from pdsync.report.text.clock import utc
from pdsync.routing.outcome import Outcome
from pdsync.routing.paging import Paging
from pdsync.routing.trace import RuleTrace, SetTrace, Undecided


def render_route_json(report: RouteReport) -> str:
    """The same as the text has. Ends in a line break."""
    roster, outcome = report.roster, report.outcome
    body = {
        "at": utc(report.at),
        "orchestration": _object(roster, report.documents.orchestration),
        "result": _result(roster, outcome, report.paging),
        "trace": [_set(roster, each) for each in outcome.trace],
        "undecided": [_undecided(each) for each in outcome.undecided],
        "alternatives": [
            {"if": [_undecided(each) for each in other.assumed], "result": _result(roster, other, paging)}
            for other, paging in report.alternatives
        ],
        "has_more_alternatives": outcome.cut_short,
        "not_known": list(outcome.notes),
    }
    return json.dumps(body, indent=2, ensure_ascii=False) + "\n"


def _object(roster: Roster, ref: Ref | None) -> dict[str, str] | None:
    """What is known about an object: the way it is referred to, and its name."""
    return {ref.by: ref.value, "name": roster.name_of(ref)} if ref is not None else None


def _result(roster: Roster, outcome: Outcome, paging: Paging) -> dict[str, Any]:
    effects = outcome.effects
    return {
        "ends": outcome.end,
        "service": _object(roster, outcome.service),
        "severity": outcome.severity,
        "event_action": outcome.event_action,
        "suppressed": effects.suppressed,
        "suspended_seconds": effects.suspended_s,
        "priority": _object(roster, effects.priority),
        "escalation_policy": _object(roster, effects.escalation_policy),
        "note": effects.note,
        "incident_fields": {roster.name_of(ref): value for ref, value in effects.incident_fields.items()},
        "webhooks": list(effects.webhooks),
        "automation_actions": [roster.name_of(ref) for ref in effects.automation_actions],
        "variables": dict(outcome.variables),
        "event": dict(outcome.event.fields),
        "paged": _paging(roster, outcome, paging),
    }


def _paging(roster: Roster, outcome: Outcome, paging: Paging) -> dict[str, Any]:
    if paging.no_page is not None:
        return {"pages": False, "reason": paging.no_page, "text": no_page_text(paging, outcome)}
    levels = paging.course.levels if paging.course is not None else ()
    return {
        "pages": True,
        "urgency": paging.urgency,
        "incident_opens_at": utc(paging.begins_at),
        "escalation_policy": _object(roster, paging.policy),
        "levels": [_level(roster, level) for level in levels],
    }


def _level(roster: Roster, level: ReachedLevel) -> dict[str, Any]:
    return {
        "level": level.level,
        "after_minutes": level.after_min,
        "one_in_turn": level.round_robin,
        "people": [_object(roster, each.user) for each in level.responders if each.user is not None],
        "not_known_of": [_object(roster, each.schedule) for each in level.responders if each.user is None],
    }


def _set(roster: Roster, trace: SetTrace) -> dict[str, Any]:
    return {
        "document": trace.area,
        "set": trace.set_id,
        "rules": [_rule(rule) for rule in trace.rules],
        "catch_all": trace.is_catch_all,
        "actions": _plain(roster, trace.actions),
        "could_not": list(trace.notes),
    }


def _rule(rule: RuleTrace) -> dict[str, Any]:
    return {"label": rule.label, "state": rule.state, "assumed": rule.assumed, "reasons": list(rule.reasons)}


def _undecided(rule: Undecided) -> dict[str, Any]:
    return {"document": rule.area, "set": rule.set_id, "label": rule.label, "reason": rule.reason}


def _plain(roster: Roster, value: Any) -> Any:
    if isinstance(value, Ref):
        return _object(roster, value)
    if isinstance(value, Mapping):
        return {name: _plain(roster, inner) for name, inner in value.items()}
    return [_plain(roster, inner) for inner in value] if isinstance(value, list | tuple) else value

"""The impact of a plan as plain JSON: beside the plan, and no part of its digest, since it is of a moment."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pdsync.model import Ref
from pdsync.oncall.difference import Load, Turn
from pdsync.oncall.impact import Impact
from pdsync.report.impact.impact_risk import find_impact_risks
from pdsync.report.oncall.finding_text import findings_to_json
from pdsync.report.text.clock import utc


def render_impact_json(impact: Impact) -> dict[str, Any]:
    """Everything that is different, times in UTC."""

    def of(ref: Ref | None) -> dict[str, Any] | None:
        if ref is None:
            return None
        address = impact.addresses.get(ref)
        made = ref.value == address  # a created object has no id yet
        return {
            "kind": ref.kind,
            "id": None if made else ref.value,
            "name": impact.names[ref],
            "address": address,
        }

    def turns(found: Iterable[Turn]) -> list[dict[str, Any]]:
        return [
            {
                "user": of(turn.user),
                "policy": of(turn.policy),
                "level": turn.level,
                "schedule": of(turn.schedule),
                "source": turn.place or None,
            }
            for turn in found
        ]

    return {
        "from": utc(impact.moment),
        "until": utc(impact.until),
        "overrides": False,
        "risks": [{**placed.risk.to_json(), "source": placed.place or None} for placed in find_impact_risks(impact)],
        "breaches": findings_to_json(impact.breaches),
        "leaves": turns(impact.leaves),
        "joins": turns(impact.joins),
        "moves": [
            {
                "schedule": of(move.schedule),
                "start": utc(move.start),
                "end": utc(move.end),
                "before": of(move.before),
                "after": of(move.after),
                "source": move.place or None,
            }
            for move in impact.moves
        ],
        "gaps": [
            {
                "subject": of(gap.subject),
                "services": [of(service) for service in gap.services],
                "start": utc(gap.start),
                "end": utc(gap.end),
                "appears": gap.appears,
                "source": gap.place or None,
            }
            for gap in impact.gaps
        ],
        "services": [
            {
                "service": of(one.service),
                "before": [of(user) for user in one.before],
                "after": [of(user) for user in one.after],
                "policy_before": of(one.policy_before),
                "policy": of(one.policy),
                "source": one.place or None,
            }
            for one in impact.services
        ],
        "alarms": [
            {
                "service": of(one.service),
                "before": one.before,
                "after": one.after,
                "start": utc(one.start),
                "end": utc(one.end),
                "seconds": one.seconds,
                "source": one.place or None,
            }
            for one in impact.alarms
        ],
        "unreachable": [
            {"user": of(one.user), "lack": one.lack, "through": of(one.through), "source": one.place or None}
            for one in impact.unreachable
        ],
        "loads": [
            {"user": of(one.user), "before": _load(one.before), "after": _load(one.after), "zone": one.zone}
            for one in impact.loads
        ],
        "unknown": [{"subject": of(one.subject), "why": of(one.why)} for one in impact.unknown],
    }


def _load(load: Load) -> dict[str, int]:
    return {"seconds": load.seconds, "nights": load.nights, "weekends": load.weekends}

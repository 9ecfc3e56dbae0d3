"""Similar incident: past incidents of the same kind on the same service, and how often they occurred.

PagerDuty does this by machine learning. The sandbox compares titles (:mod:`pdsync.sandbox.api.title_template`).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from pdsync.sandbox.api.collection import Route
from pdsync.sandbox.api.private import visible
from pdsync.sandbox.api.title_template import similarity, stable_id, template
from pdsync.sandbox.http.call import Answer, Call
from pdsync.sandbox.http.period import SIX_MONTHS, in_period, moment
from pdsync.sandbox.http.problem import invalid
from pdsync.sandbox.store.instant import loaded, stored
from pdsync.sandbox.store.record import Body, Record

_DEFAULT_LIMIT, _MAX_LIMIT = 5, 999  # PagerDuty API description, past incidents
_LOOK_BACK = timedelta(days=30)
_FREQUENT, _RARE = 0.2, 0.05  # parts of all incidents (support page Outlier Incident)


def similar_incident_routes() -> list[Route]:
    return [
        Route("GET", "/incidents/<id>/past_incidents", _list_past),
        Route("GET", "/incidents/<id>/outlier_incident", _get_outlier),
    ]


def brief(call: Call, incident: Record) -> Body:
    """What other incidents are shown by (examples of PagerDuty's API description)."""
    head = call.links.head(incident)
    return {
        "id": incident.id,
        "created_at": incident.body["created_at"],
        "self": head["self"],
        "title": incident.body["title"],
    }


def detailed(call: Call, incident: Record) -> Body:
    """The whole incident where ``additional_details[]=incident`` asks for it."""
    return call.show(incident) if "incident" in call.many("additional_details") else brief(call, incident)


def _list_past(call: Call, id: str) -> Answer:
    """Those of the last six months that began before this one, the most similar first, then the newest. An incident without any
    likeness has a score of 0, as in the example of PagerDuty's API description."""
    incident, limit = call.record("incident", id), _limit(call)
    rows = _before(call, incident, call.now - SIX_MONTHS)
    scored = [(similarity(incident, it), it) for it in rows]
    scored.sort(key=lambda it: (it[0], it[1].body["created_at"], it[1].number), reverse=True)
    past = [{"incident": brief(call, it), "score": score} for score, it in scored[:limit]]
    total = len(scored) if call.arg("total") == "true" else None
    return Answer(200, {"past_incidents": past, "total": total, "limit": limit})


def _get_outlier(call: Call, id: str) -> Answer:
    incident = call.record("incident", id)
    text, service = template(incident), incident.body["service"]["id"]
    return Answer(
        200,
        {
            "outlier_incident": {
                "incident": {**detailed(call, incident), "occurrence": _occurrence(call, incident, text)},
                "incident_template": {
                    "id": stable_id(service, text),
                    "cluster_id": stable_id(service),
                    "mined_text": text,
                },
            }
        },
    )


def _occurrence(call: Call, incident: Record, text: str) -> Body:
    """How often there was such an incident in the 30 days before this one, or since the moment that is asked for. What is
    neither frequent nor rare has no category (a guess: the support page has no name for it)."""
    began = loaded(incident.body["created_at"])
    since = moment(call, "since") or began - _LOOK_BACK
    rows = _before(call, incident, since)
    count = sum(template(it) == text for it in rows)
    frequency = count / len(rows) if rows else 0.0
    category = "frequent" if frequency >= _FREQUENT else "rare" if frequency <= _RARE else None
    return {
        "count": count,
        "frequency": round(frequency, 4),
        "category": category if count else "anomaly",
        "since": stored(since),
        "until": stored(began),
    }


def _before(call: Call, incident: Record, since: datetime) -> list[Record]:
    """Incidents of the same service since a moment that were there before this one."""
    rows = visible(call, call.store.referrers("incident", incident.body["service"]["id"]))
    return [it for it in rows if it.number < incident.number and in_period(it, since, None)]


def _limit(call: Call) -> int:
    text = call.arg("limit")
    if text is None:
        return _DEFAULT_LIMIT
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and 1 <= int(text) <= _MAX_LIMIT):
        raise invalid(f"Limit must be a number from 1 to {_MAX_LIMIT}")
    return int(text)

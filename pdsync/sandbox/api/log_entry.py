"""Log entry: what happened to an incident, and who did it."""

from __future__ import annotations

from typing import Any

from pdsync.sandbox.api.collection import Route
from pdsync.sandbox.api.team import TEAMS
from pdsync.sandbox.http.call import Answer, Call, pointer
from pdsync.sandbox.http.pagination import paginate_served
from pdsync.sandbox.http.period import asked_zone, moment
from pdsync.sandbox.store.instant import shown, stored
from pdsync.sandbox.store.journal import Wanted
from pdsync.sandbox.store.record import Body, Record

# "Only the most important changes" (PagerDuty API description, is_overview); which they are is a guess.
_OVERVIEW = frozenset(
    f"{kind}_log_entry" for kind in ("trigger", "acknowledge", "unacknowledge", "resolve", "escalate", "assign")
)
WEBSITE: Body = {"type": "website"}
API: Body = {"type": "api"}


def log_entry_routes() -> list[Route]:
    return [
        Route("GET", "/log_entries", _list),
        Route("GET", "/log_entries/<id>", _get),
        Route("GET", "/incidents/<id>/log_entries", _list_of_incident),
    ]


def add_log_entry(
    call: Call, incident: Record, kind: str, summary: str, agent: dict[str, Any], channel: Body, **more: Any
) -> Record:
    """``kind`` is trigger, acknowledge, resolve, annotate and so on; ``agent`` a stored reference to who did it."""
    body: Body = {
        "type": f"{kind}_log_entry",
        "summary": summary,
        "created_at": stored(call.now),
        "agent": agent,
        "channel": channel,
        "incident": pointer(incident),
        "service": incident.body["service"],
        "teams": incident.body["teams"],
        "contexts": [],
        "event_details": {"description": incident.body["title"]},
        **more,
    }
    return call.store.put("log_entry", call.store.new_id(), body, incident.id)


def show_log_entry(call: Call, record: Record, includes: frozenset[str], zone: str) -> Body:
    from pdsync.sandbox.api.incident import show_incident  # incidents show their first entry and entries their incident
    from pdsync.sandbox.api.service import SERVICES

    links, body = call.links, record.body
    incident = call.record("incident", record.parent or "")
    service = call.store.get("service", body["service"]["id"])
    teams = [(it, call.store.get("team", it["id"])) for it in body["teams"]]
    return {
        **links.head(record),
        **body,
        "created_at": shown(body["created_at"], zone),
        "agent": links.resolve(body["agent"]),
        "incident": show_incident(call, incident, frozenset(), zone)
        if "incidents" in includes
        else links.reference(incident),
        "service": SERVICES.show(call, service, frozenset())
        if service is not None and "services" in includes
        else links.resolve(body["service"]),
        "teams": [
            TEAMS.show(call, team, frozenset()) if team is not None and "teams" in includes else links.resolve(it)
            for it, team in teams
        ],
        **({"assignees": [links.resolve(it) for it in body["assignees"]]} if "assignees" in body else {}),
    }


def _list(call: Call) -> Answer:
    return _page(call, None)


def _list_of_incident(call: Call, id: str) -> Answer:
    return _page(call, call.record("incident", id).id)


def _page(call: Call, incident_id: str | None) -> Answer:
    """Newest first."""
    zone, includes = asked_zone(call), call.includes()
    wanted = Wanted(
        "log_entry",
        owner=incident_id,
        since=moment(call, "since"),
        until=moment(call, "until"),
        mentioning=sorted(set(call.many("team_ids"))),
        labels=sorted(_OVERVIEW) if call.arg("is_overview") == "true" else (),
    )
    journal = call.store.journal
    body = paginate_served(
        call,
        "log_entries",
        lambda limit, offset: journal.page(wanted, limit, offset),
        lambda: journal.count(wanted),
        lambda it: show_log_entry(call, it, includes, zone),
    )
    return Answer(200, body)


def _get(call: Call, id: str) -> Answer:
    record = call.record("log_entry", id)
    return Answer(200, {"log_entry": show_log_entry(call, record, call.includes(), asked_zone(call))})

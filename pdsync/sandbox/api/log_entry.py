"""Log entry: what happened to an incident, and who did it."""

from __future__ import annotations

from collections.abc import Iterable

from pdsync.sandbox.api.collection import Route
from pdsync.sandbox.http.call import Answer, Call
from pdsync.sandbox.http.pagination import paginate_served
from pdsync.sandbox.http.period import asked_zone, moment
from pdsync.sandbox.store.instant import shown
from pdsync.sandbox.store.journal import Wanted
from pdsync.sandbox.store.record import Body, Record

# "Only the most important changes" (PagerDuty API description, is_overview); which they are is a guess.
_OVERVIEW = frozenset(
    f"{kind}_log_entry" for kind in ("trigger", "acknowledge", "unacknowledge", "resolve", "escalate", "assign")
)


def log_entry_routes() -> list[Route]:
    return [
        Route("GET", "/log_entries", _list),
        Route("GET", "/log_entries/<id>", _get),
        Route("GET", "/incidents/<id>/log_entries", _list_of_incident),
        Route("GET", "/users/<id>/log_entries", _list_of_user),
    ]


def show_log_entry(call: Call, record: Record, includes: frozenset[str]) -> Body:
    links, body = call.links, record.body
    return {
        **links.head(record),
        **body,
        "created_at": shown(body["created_at"], asked_zone(call)),
        "agent": links.resolve(body["agent"]),
        "incident": call.embed(call.record("incident", record.parent or ""), whole="incidents" in includes),
        "service": call.embed(body["service"], whole="services" in includes),
        "teams": [call.embed(it, whole="teams" in includes) for it in body["teams"]],
        **({"assignees": [links.resolve(it) for it in body["assignees"]]} if "assignees" in body else {}),
    }


def _list(call: Call) -> Answer:
    return _page(call, None, call.many("team_ids"))


def _list_of_incident(call: Call, id: str) -> Answer:
    return _page(call, call.record("incident", id).id, call.many("team_ids"))


def _list_of_user(call: Call, id: str) -> Answer:
    """What the user did, and what names them. PagerDuty's API description lacks it; pagerduty-cli asks for it."""
    return _page(call, None, [call.record("user", id).id])


def _page(call: Call, incident_id: str | None, mentioning: Iterable[str]) -> Answer:
    """Newest first."""
    asked_zone(call)  # one that does not exist is refused, whether or not there are rows
    includes = call.includes()
    wanted = Wanted(
        "log_entry",
        owner=incident_id,
        since=moment(call, "since"),
        until=moment(call, "until"),
        mentioning=sorted(set(mentioning)),
        labels=sorted(_OVERVIEW) if call.arg("is_overview") == "true" else (),
    )
    journal = call.store.journal
    body = paginate_served(
        call,
        "log_entries",
        lambda limit, offset: journal.page(wanted, limit, offset),
        lambda: journal.count(wanted),
        lambda it: show_log_entry(call, it, includes),
    )
    return Answer(200, body)


def _get(call: Call, id: str) -> Answer:
    record = call.record("log_entry", id)
    return Answer(200, {"log_entry": show_log_entry(call, record, call.includes())})

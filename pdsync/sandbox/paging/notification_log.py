"""Notification log: whom an incident would have notified, when and how.

Nothing is sent. What would have been is read from the log of each incident: who was assigned, from when on, and what ended
it. The rules and contact methods are those of today.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from pdsync.sandbox.http.call import Call
from pdsync.sandbox.store.instant import loaded
from pdsync.sandbox.store.journal import Wanted, moment_of
from pdsync.sandbox.store.record import Record

_OTHER = {"high": "low", "low": "high"}
# By type of log entry, what the incident is after it.
_STATUSES = {
    "trigger": "triggered",
    "unacknowledge": "triggered",
    "acknowledge": "acknowledged",
    "snooze": "acknowledged",
    "resolve": "resolved",
}


@dataclass(frozen=True, slots=True)
class Notification:
    """``at`` is when it would have been sent."""

    id: str
    at: datetime
    user: Record
    contact_method: Record


@dataclass(frozen=True, slots=True)
class _Wait:
    """From ``start`` up to and without ``end`` a user is notified as their rules for the urgency say. ``cause`` is the id of what
    began it."""

    cause: str
    user: str
    urgency: str
    start: datetime
    end: datetime


def notifications(call: Call, incidents: Iterable[Record], since: datetime, until: datetime) -> list[Notification]:
    """The notifications of the period, the newest first. Its end does not belong to it."""
    found: list[Notification] = []
    for incident in incidents:
        began, ended = incident.body["created_at"], incident.body["resolved_at"]
        if loaded(began) < until and (ended is None or loaded(ended) >= since):
            waits = [*_assigned(call, incident), *_requested(call, incident)]
            found += [it for wait in waits for it in _sent(call, wait) if since <= it.at < until]
    return sorted(found, key=lambda it: (it.at, it.id), reverse=True)


def _sent(call: Call, wait: _Wait) -> Iterator[Notification]:
    """A rule without delay is at once, whatever happens in the same second."""
    user = call.store.get("user", wait.user)
    for rule in call.store.children("notification_rule", wait.user) if user is not None else ():
        delay_min = rule.body["start_delay_in_minutes"]
        # Compared as a number first: a moment has an end in the year 9999, a delay has none.
        if rule.body["urgency"] != wait.urgency or delay_min * 60 > (call.now - wait.start).total_seconds():
            continue
        at = wait.start + timedelta(minutes=delay_min)
        method = call.store.get("contact_method", rule.body["contact_method"]["id"])
        if user is not None and method is not None and (at < wait.end or (not delay_min and at == wait.end)):
            digest = hashlib.sha256(f"{wait.cause} {wait.user} {rule.id}".encode()).hexdigest()
            yield Notification("P" + digest[:13].upper(), at, user, method)


def _assigned(call: Call, incident: Record) -> list[_Wait]:
    """From the log of the incident. What changes nothing, such as a note, lets users wait on."""
    waits: list[_Wait] = []
    log = _log(call, incident)
    life, cause, since = _Life(_first_urgency(incident, log)), "", call.now
    for entry in log:
        before, life = life, life.after(entry)
        if life is not before:
            at = datetime.fromtimestamp(moment_of(entry), UTC)
            waits += [_Wait(cause, user, before.urgency, since, at) for user in before.waiting()]
            cause, since = entry.id, at
    return waits + [_Wait(cause, user, life.urgency, since, _later(call)) for user in life.waiting()]


def _requested(call: Call, incident: Record) -> Iterator[_Wait]:
    """Responders are notified as for a high urgency until they have answered (PagerDuty API description, responder
    requests), or the incident is resolved."""
    ended = incident.body["resolved_at"]
    for request in call.store.children("responder_request", incident.id):
        responders = {it["user"]["id"]: it for target in request.body["targets"] for it in target["responders"]}
        for user, it in responders.items():
            end = ended if it["state"] == "pending" else it["updated_at"]
            start = loaded(request.body["requested_at"])
            yield _Wait(request.id, user, "high", start, loaded(end) if end is not None else _later(call))


@dataclass(frozen=True, slots=True)
class _Life:
    """An incident at a moment, as far as it decides who is notified."""

    urgency: str
    status: str = "resolved"
    users: tuple[str, ...] = ()

    def waiting(self) -> tuple[str, ...]:
        """While it is acknowledged no user is notified (support page Incidents)."""
        return self.users if self.status == "triggered" else ()

    def after(self, entry: Record) -> _Life:
        """The same object where the entry changes nothing."""
        kind = str(entry.body["type"]).removesuffix("_log_entry")
        if kind == "trigger" and self.status != "resolved":
            return self  # one more event of the same problem
        life = replace(self, status=_STATUSES[kind]) if kind in _STATUSES else self
        if kind == "urgency_change":
            life = replace(life, urgency=_OTHER.get(self.urgency, self.urgency))
        if "assignees" in entry.body:
            life = replace(life, users=tuple(it["id"] for it in entry.body["assignees"]))
        return life


def _first_urgency(incident: Record, log: list[Record]) -> str:
    """There are two, so that an odd number of changes began with the other one."""
    changes = sum(it.body["type"] == "urgency_change_log_entry" for it in log)
    urgency = str(incident.body.get("urgency"))
    return _OTHER.get(urgency, urgency) if changes % 2 else urgency


def _log(call: Call, incident: Record) -> list[Record]:
    """The oldest entry first."""
    wanted, journal = Wanted("log_entry", owner=incident.id), call.store.journal
    return journal.page(wanted, journal.count(wanted))[::-1]


def _later(call: Call) -> datetime:
    return call.now + timedelta(seconds=1)

"""Incident history: what the log of an incident says about the people who had it: who was assigned, who engaged, how long it took.

The words are those of PagerDuty's API description of analytics. A user engages by acknowledging, or by accepting a responder
request.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property

from pdsync.sandbox.http.call import Call
from pdsync.sandbox.paging.notification_log import Notification, notifications
from pdsync.sandbox.store.instant import loaded
from pdsync.sandbox.store.journal import Wanted
from pdsync.sandbox.store.record import Body, Record

ASSIGNED, REASSIGNED, ESCALATED, TIMED_OUT = "assigned", "reassigned", "escalated", "timed out"
_NO_LIMIT = -1  # of SQLite
_MAX_SNOOZE_S = 604_800  # PagerDuty API description
_ENDS_SNOOZE = frozenset({"unacknowledge_log_entry", "resolve_log_entry", "snooze_log_entry", "trigger_log_entry"})


@dataclass(frozen=True, slots=True)
class Assignment:
    """That an incident was given to users at a moment; ``way`` is how, ``before`` is who had it until then."""

    at: datetime
    users: frozenset[str]
    way: str
    before: frozenset[str]


@dataclass(frozen=True, slots=True)
class Asked:
    """That a user was asked to respond, in addition to those who are assigned; ``state`` is what happened to it at ``answered_at``."""

    at: datetime
    user: str
    state: str
    answered_at: datetime


class IncidentHistory:
    """``entries`` are the log of the incident, oldest first; ``now`` is when the question is asked; ``requests`` are its
    responder requests, and ``notify`` tells what users were notified of it."""

    def __init__(
        self,
        incident: Record,
        entries: Iterable[Record],
        now: datetime,
        requests: Iterable[Record] = (),
        notify: Callable[[], Sequence[Notification]] = tuple,
    ) -> None:
        self.incident, self.now = incident, now
        self._requests, self._notify = list(requests), notify
        self._entries = [(_moment(it.body["created_at"]), it.body) for it in entries]

    @property
    def created_at(self) -> datetime:
        return _moment(self.incident.body["created_at"])

    @property
    def resolved_at(self) -> datetime | None:
        text = self.incident.body["resolved_at"]
        return _moment(text) if text is not None else None

    @property
    def resolved_by(self) -> str | None:
        """The user who did it; None too where it was not a user."""
        agent = self.incident.body["last_status_change_by"]
        return agent["id"] if self.resolved_at is not None and _is_user(agent) else None

    @property
    def is_auto_resolved(self) -> bool:
        return self.resolved_at is not None and self.resolved_by is None

    @cached_property
    def acknowledgements(self) -> list[tuple[datetime, str]]:
        """When, and the user. Only what a user did counts."""
        return [
            (at, entry["agent"]["id"])
            for at, entry in self._entries
            if entry["type"] == "acknowledge_log_entry" and _is_user(entry["agent"])
        ]

    @cached_property
    def engaged(self) -> dict[str, datetime]:
        """By user, when they first engaged, in that order."""
        joined = [(it.answered_at, it.user) for it in self.asked if it.state == "joined"]
        found: dict[str, datetime] = {}
        for at, user in sorted([*self.acknowledgements, *joined]):
            found.setdefault(user, at)
        return found

    @cached_property
    def asked(self) -> list[Asked]:
        return [
            Asked(_moment(it.body["requested_at"]), one["user"]["id"], one["state"], _moment(one["updated_at"]))
            for it in self._requests
            for target in it.body["targets"]
            for one in target["responders"]
        ]

    @cached_property
    def notifications(self) -> Sequence[Notification]:
        return self._notify()

    def notified(self, user: str | None = None) -> list[Notification]:
        """Of one user, or of all."""
        return [it for it in self.notifications if user in (None, it.user.id)]

    @cached_property
    def assignments(self) -> list[Assignment]:
        found: list[Assignment] = []
        holders = frozenset[str]()
        for at, entry in self._entries:
            if entry["type"] not in ("assign_log_entry", "escalate_log_entry"):
                continue
            users = frozenset(it["id"] for it in entry.get("assignees", []))
            if entry["type"] == "assign_log_entry":
                way = REASSIGNED if found else ASSIGNED
            else:
                way = ESCALATED if _is_user(entry["agent"]) else TIMED_OUT
            found.append(Assignment(at, users, way, holders))
            holders = users
        return found

    def assigned(self) -> list[str]:
        """The users, in the order in which they came to it."""
        return list(dict.fromkeys(user for it in self.assignments for user in sorted(it.users)))

    @property
    def assignment_count(self) -> int:
        """How often a user was assigned, or accepted a responder request."""
        return sum(len(it.users) for it in self.assignments) + sum(it.state == "joined" for it in self.asked)

    def count(self, *ways: str) -> int:
        return sum(it.way in ways for it in self.assignments)

    @property
    def is_major(self) -> bool:
        """As far as more than one user makes it so; priorities do, too."""
        return len(self.engaged) > 1

    @property
    def seconds_to_resolve(self) -> int | None:
        return _seconds(self.created_at, self.resolved_at)

    @property
    def seconds_to_first_ack(self) -> int | None:
        return _seconds(self.created_at, min((at for at, _ in self.acknowledgements), default=None))

    @property
    def seconds_to_engage(self) -> int | None:
        """From the first user to the last; None for fewer than two."""
        moments = self.engaged.values()
        return _seconds(min(moments), max(moments)) if len(moments) > 1 else None

    @property
    def seconds_to_mobilize(self) -> int | None:
        """From the start to the last user; None for fewer than two."""
        moments = self.engaged.values()
        return _seconds(self.created_at, max(moments)) if len(moments) > 1 else None

    def engaged_seconds(self, user: str | None = None) -> int:
        """Until the incident was resolved, of one user or of all; nothing of an incident that is open."""
        end = self.resolved_at
        if end is None:
            return 0
        moments = self.engaged.values() if user is None else [self.engaged[user]] if user in self.engaged else []
        return sum(max(0, int((end - at).total_seconds())) for at in moments)

    @property
    def snoozed_seconds(self) -> int:
        """A snooze ends when its time is over, or with whatever ends it before."""
        total = 0
        for index, (at, entry) in enumerate(self._entries):
            if entry["type"] != "snooze_log_entry":
                continue
            planned = at + timedelta(seconds=_duration(entry))
            ends = (later for later, it in self._entries[index + 1 :] if it["type"] in _ENDS_SNOOZE)
            total += int((min(planned, next(ends, planned), self.now) - at).total_seconds())
        return total


def history_of(call: Call, incident: Record) -> IncidentHistory:
    store, now = call.store, call.now
    entries = store.journal.page(Wanted("log_entry", owner=incident.id), _NO_LIMIT)
    begin, end = _moment(incident.body["created_at"]), now + timedelta(seconds=1)
    requests = store.children("responder_request", incident.id)
    return IncidentHistory(
        incident, reversed(entries), now, requests, lambda: notifications(call, [incident], begin, end)
    )


def _moment(text: str) -> datetime:
    """A state may leave the offset out, which is UTC then, as in the journal."""
    moment = loaded(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _is_user(agent: Body) -> bool:
    return agent.get("type") == "user_reference"


def _duration(entry: Body) -> int:
    """In seconds; 0 where a state has none."""
    channel = entry.get("channel")
    duration = channel.get("duration") if isinstance(channel, dict) else None
    return duration if isinstance(duration, int) and 0 <= duration <= _MAX_SNOOZE_S else 0


def _seconds(start: datetime, end: datetime | None) -> int | None:
    return int((end - start).total_seconds()) if end is not None else None

"""Deadline: pending actions of incidents, and suspended alerts, whose moment has come.

There are no timers. Before each read or write, the actions that have come due since are carried out, in the order of time
and each as of its own moment. So a client cannot tell when they were really done, and a clock that is moved by a day
makes a whole day happen.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import replace

from pdsync.sandbox.http.call import Call
from pdsync.sandbox.paging.escalation import EscalationPath, Pointer, escalate_to, escalation_of, first_level
from pdsync.sandbox.paging.incident_log import TIMEOUT, Cause, add_log_entry
from pdsync.sandbox.paging.incident_status import resolve, trigger
from pdsync.sandbox.paging.pending_action import ORDER, drop_action, plan_ahead
from pdsync.sandbox.paging.suspension import KIND as SUSPENDED
from pdsync.sandbox.paging.suspension import wake
from pdsync.sandbox.store.instant import loaded, stored
from pdsync.sandbox.store.record import Record
from pdsync.sandbox.store.store import Change, Store

_KINDS = ("incident", SUSPENDED)


class Deadlines:
    """Knows what is next. Used only under the store's lock."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._next: list[tuple[str, int, str]] | None = None

    def forget(self) -> None:
        """After everything was replaced."""
        self._next = None

    def note(self, changes: Iterable[Change]) -> None:
        """What a transaction that has ended did."""
        for change in changes:
            if change.new is not None and change.new.kind in _KINDS:
                self._add(change.new)
        count = self._store.count("escalation") + self._store.count(SUSPENDED)
        if self._next is not None and len(self._next) > 1000 + 4 * count:
            self.forget()  # mostly moments that were put off

    def meet(self, call: Call) -> None:
        """Does whatever is due at the moment of the call."""
        if self._next is None:
            self._next = []
            for kind in _KINDS:
                for record in self._store.all(kind):
                    self._add(record)
        now, heap = stored(call.now), self._next
        if not heap or heap[0][0] > now:
            return
        try:
            with self._store.transaction():
                while heap and heap[0][0] <= now:
                    at, _, id = heapq.heappop(heap)
                    found = self._store.find(id)
                    if found is not None and _earliest(found) == at:
                        self._add(self._carry_out(replace(call, now=loaded(at)), found))
        except BaseException:
            self.forget()
            raise

    def _carry_out(self, call: Call, record: Record) -> Record | None:
        """Gives the incident of which more may be due."""
        if record.kind == SUSPENDED:
            return wake(call, record)
        _act(call, record)
        return call.record("incident", record.id)

    def _add(self, record: Record | None) -> None:
        at = _earliest(record) if record is not None else None
        if record is not None and at is not None and self._next is not None:
            heapq.heappush(self._next, (at, record.number, record.id))


def _earliest(record: Record) -> str | None:
    """The earliest moment of a suspended alert, or of an open incident with anything to come."""
    if record.kind == SUSPENDED:
        return str(record.body["at"])
    if record.body["status"] == "resolved":
        return None
    return min((it["at"] for it in record.body["pending_actions"]), default=None)


def _act(call: Call, incident: Record) -> None:
    """Does what is due at exactly this moment, or the most weighty part of it."""
    kinds = {it["type"] for it in incident.body["pending_actions"] if it["at"] == stored(call.now)}
    kind = next(it for it in ORDER if it in kinds)
    cause = Cause(incident.body["service"], TIMEOUT)
    if kind == "resolve":
        resolve(call, incident, cause)
    elif kind == "unacknowledge":
        incident = trigger(call, drop_action(call, incident, kind), cause)
        if call.profile.reads("ended_acknowledgement", "first_level"):
            _begin_again(call, incident)
    else:
        _escalate(call, drop_action(call, incident, kind))


def _begin_again(call: Call, incident: Record) -> None:
    """To the first level with a user on call; an incident that was assigned to chosen people stays with them."""
    escalation = escalation_of(call.store, incident)
    if escalation is None or incident.body["assigned_via"] == "direct_assignment":
        return
    path = EscalationPath.of_escalation(escalation)
    level, users = first_level(call, path.rules)
    if users:
        _hand_over(call, incident, path, level, users)


def _escalate(call: Call, incident: Record) -> None:
    """To the next level with a user on call; after the last one from the beginning, as often as the policy says (support
    page Escalation Policy Basics). After that it stays with those who have it."""
    escalation, cause = escalation_of(call.store, incident), Cause(incident.body["service"], TIMEOUT)
    if escalation is None:
        return
    path = EscalationPath.of_escalation(escalation)
    level, users = first_level(call, path.rules, escalation.body["level"] + 1)
    if not users and path.loops_left:
        path = replace(path, loops_left=path.loops_left - 1)
        add_log_entry(call, incident, "repeat_escalation_path", "Escalation policy begins again", cause)
        level, users = first_level(call, path.rules)
    if not users:
        add_log_entry(call, incident, "exhaust_escalation_path", "Escalation policy is exhausted", cause)
        return
    _hand_over(call, incident, path, level, users)


def _hand_over(call: Call, incident: Record, path: EscalationPath, level: int, users: Sequence[Pointer]) -> None:
    escalate_to(call, incident, path, level, users)
    incident = plan_ahead(call, incident)
    cause = Cause(incident.body["service"], TIMEOUT)
    add_log_entry(call, incident, "escalate", f"Escalated to level {level}", cause, assignees=users)

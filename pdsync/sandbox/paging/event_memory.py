"""Event memory: what an orchestration remembers of the events before: values of cache variables, and counts.

It is one record for each orchestration or service. Moments of events are kept as long as the longest count may last.

Support page Event Orchestration Cache Variables: a recent value lasts for 24 hours or until the next one and has at most 1024
characters, a count has at most 1000. PCL Overview: ``trigger_count`` counts the trigger events of a rule, this one with them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from pdsync.sandbox.http.call import Call
from pdsync.sandbox.routing.condition import Threshold
from pdsync.sandbox.store.instant import checked, loaded, stored
from pdsync.sandbox.store.record import Record

KIND = "event_memory"
_RECENT_S = 24 * 3600
_MOST, _LONGEST = 1000, 1024


class EventMemory:
    """Of one owner, while one event is evaluated; ``counts`` is False for an event that is not a trigger. Nothing is stored before
    :meth:`keep`."""

    def __init__(self, call: Call, owner: Record, *, counts: bool) -> None:
        self._call, self._owner, self._counts = call, owner, counts
        record = call.store.get(KIND, f"{owner.id}:events")
        self._values, self._moments = parts_of(record) if record is not None else ({}, {})
        self._before = (dict(self._values), dict(self._moments))
        self._counted: set[str] = set()

    def recent(self, variable_id: str) -> str | None:
        value, at = self._values.get(variable_id, (None, None))
        return value if at is not None and loaded(at) + timedelta(seconds=_RECENT_S) > self._call.now else None

    def remember(self, variable_id: str, value: str) -> None:
        self._values[variable_id] = (value[:_LONGEST], stored(self._call.now))

    def number(self, name: str, over_s: int) -> int:
        return len(_within(self._moments.get(name, ()), self._call.now, over_s))

    def count_one(self, name: str) -> None:
        if self._counts:
            self._moments[name] = [*self._moments.get(name, ()), stored(self._call.now)][-_MOST:]

    def count(self, rule: str, threshold: Threshold) -> int:
        """How many trigger events the threshold of a rule has seen. However often an event is asked about, it counts once."""
        name = _name(rule, threshold)
        if name not in self._counted:
            self._counted.add(name)
            self.count_one(name)
        return self.number(name, threshold.over_s)

    def reset(self, rule: str, threshold: Threshold) -> None:
        self._moments.pop(_name(rule, threshold), None)

    def keep(self) -> None:
        if (self._values, self._moments) != self._before:
            body = {"values": {name: list(it) for name, it in self._values.items()}, "moments": self._moments}
            self._call.store.put(KIND, f"{self._owner.id}:events", body, self._owner.id)


def parts_of(record: Record) -> tuple[dict[str, tuple[str, str]], dict[str, list[str]]]:
    """Values with their moment by variable, and moments by what counts them. Raises ValueError and the like for others."""
    values = {name: (_text(value), stored(checked(at))) for name, (value, at) in record.body["values"].items()}
    moments = {name: [stored(checked(at)) for at in ats] for name, ats in record.body["moments"].items()}
    return values, moments


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("a recent value is a text")
    return value


def _within(moments: Iterable[str], now: datetime, over_s: int) -> list[str]:
    """Moments compare as texts."""
    try:
        since = stored(now - timedelta(seconds=over_s))
    except OverflowError:
        return list(moments)
    return [it for it in moments if it > since]


def _name(rule: str, threshold: Threshold) -> str:
    return f"{rule}:{threshold.over_s}:{'resetting' if threshold.resets else 'lasting'}"

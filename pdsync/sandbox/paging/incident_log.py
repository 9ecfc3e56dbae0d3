"""Incident log: what happened to an incident, who did it, and through what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pdsync.sandbox.http.call import Call, pointer
from pdsync.sandbox.store.instant import stored
from pdsync.sandbox.store.record import Body, Record

WEBSITE: Body = {"type": "website"}
TIMEOUT: Body = {"type": "timeout"}  # PagerDuty API description, Channel


@dataclass(frozen=True, slots=True)
class Cause:
    """``agent`` is a stored reference to who did it, ``channel`` is how it came in."""

    agent: dict[str, Any]
    channel: Body


def add_log_entry(call: Call, incident: Record, kind: str, summary: str, cause: Cause, **more: Any) -> Record:
    """``kind`` is trigger, acknowledge, resolve, annotate and so on; ``more`` are further fields of the entry."""
    body: Body = {
        "type": f"{kind}_log_entry",
        "summary": summary,
        "created_at": stored(call.now),
        "agent": cause.agent,
        "channel": cause.channel,
        "incident": pointer(incident),
        "service": incident.body["service"],
        "teams": incident.body["teams"],
        "contexts": [],
        "event_details": {"description": incident.body["title"]},
        **more,
    }
    return call.store.put("log_entry", call.store.new_id(), body, incident.id)

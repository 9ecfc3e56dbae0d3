"""What a journal says of a run: how each change and each write of it ended, as far as anyone can tell. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

_NOT_FOUND = 404


class WriteState(StrEnum):
    """How a request that could change something ended."""

    DONE = "done"
    REFUSED = "refused"
    """PagerDuty answered that it was not carried out."""
    GONE = "gone"
    """A delete of what was not there any more: an attempt before it, or someone else, had done it."""
    UNKNOWN = "unknown"
    """It may have been carried out: no answer, an error of the server, or the run ended there."""


@dataclass
class Write:
    """One request, with all its attempts."""

    number: int
    address: str
    method: str
    path: str
    state: WriteState = WriteState.UNKNOWN
    id: str = ""
    message: str = ""
    statuses: list[int] = field(default_factory=list)
    request_ids: list[str] = field(default_factory=list)
    """For PagerDuty's support, one for each answer."""

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return {
            "number": self.number,
            "address": self.address or None,
            "method": self.method,
            "path": self.path,
            "state": self.state.value,
            "id": self.id or None,
            "message": self.message or None,
            "statuses": self.statuses,
            "request_ids": self.request_ids,
        }


@dataclass
class Journal:
    """One run."""

    started_at: str = ""
    workspace: str = ""
    digest: str = ""
    changes: int = 0
    ended: bool = False
    """False when the run was killed."""
    exit_code: int | None = None
    writes: dict[int, Write] = field(default_factory=dict)
    outcomes: dict[str, str] = field(default_factory=dict)
    """Status by address, of changes that ended."""
    messages: dict[str, str] = field(default_factory=dict)
    begun: dict[str, str] = field(default_factory=dict)
    """Operation by address, of changes that began."""

    def status_of(self, address: str) -> str:
        """How the change ended; a change that began and did not end is unknown when something of it was sent."""
        if address in self.outcomes:
            return self.outcomes[address]
        sent = any(write.address == address for write in self.writes.values())
        return "unknown" if sent else "not done"

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        addresses = [*self.begun, *(address for address in self.outcomes if address not in self.begun)]
        return {
            "started_at": self.started_at,
            "workspace": self.workspace,
            "digest": self.digest,
            "planned_changes": self.changes,
            "ended": self.ended,
            "exit_code": self.exit_code,
            "changes": [
                {"address": it, "status": self.status_of(it), "message": self.messages.get(it)} for it in addresses
            ],
            "writes": [write.to_json() for write in self.writes.values()],
        }


def build_journal(events: Iterable[Mapping[str, Any]]) -> Journal:
    """A run from its events; what is not understood is left out."""
    journal = Journal()
    for event in events:
        _take(journal, event)
    return journal


def _take(journal: Journal, event: Mapping[str, Any]) -> None:
    match event.get("event"):
        case "run":
            journal.started_at = _text(event, "time")
        case "start":
            journal.workspace, journal.digest = _text(event, "workspace"), _text(event, "digest")
            journal.changes = _number(event, "changes") or 0
        case "change":
            journal.begun[_text(event, "address")] = _text(event, "operation")
        case "outcome":
            address = _text(event, "address")
            journal.outcomes[address] = _text(event, "status")
            if message := _text(event, "message") or _text(event, "warning"):
                journal.messages[address] = message
        case "end":
            journal.ended, journal.exit_code = True, _number(event, "exit_code")
        case "request":
            number = _number(event, "number") or 0
            journal.writes[number] = Write(
                number, _text(event, "address"), _text(event, "method"), _text(event, "path")
            )
        case "answer" | "done" | "failed":
            write = journal.writes.get(_number(event, "number") or 0)
            if write is not None:
                _end(write, event)


def _end(write: Write, event: Mapping[str, Any]) -> None:
    status = _number(event, "status")
    if event["event"] == "answer":
        if status is not None:
            write.statuses.append(status)
        if request_id := _text(event, "request_id"):
            write.request_ids.append(request_id)
        if status is not None and 200 <= status < 300:
            write.state = WriteState.DONE
    elif event["event"] == "done":
        write.state, write.id = WriteState.DONE, _text(event, "id")
    elif write.state is not WriteState.DONE:
        write.message = _text(event, "message")
        if status == _NOT_FOUND and write.method == "DELETE":
            write.state = WriteState.GONE
        elif status is not None and 400 <= status < 500:
            write.state = WriteState.REFUSED


def _text(event: Mapping[str, Any], name: str) -> str:
    value = event.get(name)
    return value if isinstance(value, str) else ""


def _number(event: Mapping[str, Any], name: str) -> int | None:
    value = event.get(name)
    return value if type(value) is int else None

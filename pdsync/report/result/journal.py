"""What a journal says about a run: how each change and each write of it ended, as far as anyone can tell. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from pdsync.plan import Status
from pdsync.plan.before import EVENT, Before, before_schema, collect_before, read_before
from pdsync.plan.change import MAKES

_NOT_FOUND = 404


def event_schema() -> dict[str, Any]:
    """The JSON Schema of one event. Events and members that are not known are let through: a newer pdsync wrote them."""
    text, number, maybe_number = {"type": "string"}, {"type": "integer"}, {"type": ["integer", "null"]}
    maybe_text = {"type": ["string", "null"]}
    members: dict[str, dict[str, Any]] = {
        "run": {"time": text},
        "start": {"workspace": text, "digest": text, "changes": number},
        "change": {"address": text, "operation": text},
        "outcome": {"address": text, "status": text, "message": maybe_text, "warning": maybe_text},
        "warned": {"address": text, "warnings": _warnings_schema()},
        "end": {"exit_code": number},
        "request": {"number": number, "address": maybe_text, "method": text, "path": text},
        "answer": {"number": number, "status": number, "request_id": maybe_text},
        "done": {"number": number, "id": maybe_text},
        "failed": {"number": number, "status": maybe_number, "message": text},
        EVENT: before_schema(),
    }
    conditions = [
        {
            "if": {"properties": {"event": {"const": name}}, "required": ["event"]},
            "then": {
                "properties": said,
                "required": [it for it in said if name in (EVENT, "warned") or said[it] in (text, number)],
            },
        }
        for name, said in members.items()
    ]
    return {"type": "object", "properties": {"event": text}, "required": ["event"], "allOf": conditions}


def _warnings_schema() -> dict[str, Any]:
    text = {"type": "string"}
    warning = {"type": "object", "properties": {"field": text, "message": text}, "required": ["field", "message"]}
    return {"type": "array", "items": warning}


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
    warnings: dict[str, list[str]] = field(default_factory=dict)
    """What PagerDuty said about documents that it stored, by address of the change."""
    begun: dict[str, str] = field(default_factory=dict)
    """Operation by address, of changes that began."""
    before: tuple[Before, ...] = ()
    """The objects that it overwrote or deleted, as they were before."""

    @property
    def created(self) -> tuple[str, ...]:
        """The addresses of what it created."""
        return tuple(
            address
            for address, operation in self.begun.items()
            if operation in MAKES and self.outcomes.get(address) == Status.APPLIED
        )

    def status_of(self, address: str) -> str:
        """How the change ended; a change that began and did not end is unknown when something of it was sent."""
        if address in self.outcomes:
            return self.outcomes[address]
        sent = any(write.address == address for write in self.writes.values())
        return "unknown" if sent else "not done"

    def to_json(self, *, before: bool = False) -> dict[str, Any]:
        """Plain JSON. `before`: with the objects as they were."""
        addresses = [*self.begun, *(address for address in self.outcomes if address not in self.begun)]
        return {
            "started_at": self.started_at,
            "workspace": self.workspace,
            "digest": self.digest,
            "planned_changes": self.changes,
            "ended": self.ended,
            "exit_code": self.exit_code,
            "changes": [
                {
                    "address": it,
                    "status": self.status_of(it),
                    "message": self.messages.get(it),
                    "warnings": self.warnings.get(it, []),
                }
                for it in addresses
            ],
            "writes": [write.to_json() for write in self.writes.values()],
            **({"before": [it.to_json() for it in self.before]} if before else {}),
        }


def build_journal(events: Iterable[Mapping[str, Any]]) -> Journal:
    """A run from its events, which fit `event_schema`; those that are not known are left out."""
    journal, before = Journal(), []
    for line, event in enumerate(events, 1):
        _take(journal, event)
        if event["event"] == EVENT:
            before.append(read_before(event, line))
    journal.before = collect_before(before)
    return journal


def _take(journal: Journal, event: Mapping[str, Any]) -> None:
    match event["event"]:
        case "run":
            journal.started_at = event["time"]
        case "start":
            journal.workspace, journal.digest, journal.changes = event["workspace"], event["digest"], event["changes"]
        case "change":
            journal.begun[event["address"]] = event["operation"]
        case "outcome":
            journal.outcomes[event["address"]] = event["status"]
            if message := event.get("message") or event.get("warning"):
                journal.messages[event["address"]] = message
        case "warned":
            said = (f"PagerDuty warns: {_place(it)}: {it['message']}" for it in event["warnings"])
            journal.warnings.setdefault(event["address"], []).extend(said)
        case "end":
            journal.ended, journal.exit_code = True, event["exit_code"]
        case "request":
            number = event["number"]
            journal.writes[number] = Write(number, event.get("address") or "", event["method"], event["path"])
        case "answer" | "done" | "failed":
            write = journal.writes.get(event["number"])
            if write is not None:
                _end(write, event)


def _place(warned: Mapping[str, Any]) -> str:
    """The document that a warning is about, and its rule where it names one."""
    return f"{warned['field']}[{warned['item']}]" if warned.get("item") else str(warned["field"])


def _end(write: Write, event: Mapping[str, Any]) -> None:
    status = event.get("status")
    if event["event"] == "answer":
        write.statuses.append(event["status"])
        if event.get("request_id"):
            write.request_ids.append(event["request_id"])
        if 200 <= event["status"] < 300:
            write.state = WriteState.DONE
    elif event["event"] == "done":
        write.state, write.id = WriteState.DONE, event.get("id") or ""
    elif write.state is not WriteState.DONE:
        write.message = event["message"]
        if status == _NOT_FOUND and write.method == "DELETE":
            write.state = WriteState.GONE
        elif status is not None and 400 <= status < 500:
            write.state = WriteState.REFUSED

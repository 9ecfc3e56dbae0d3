"""Account: the settings that an account has once, such as how long people stay signed in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pdsync.model.codec.account_setting import ABSOLUTE, IDLE, REGEX, SESSION_TYPES, SESSIONS, standards_of
from pdsync.model.codec.plain import Nullable
from pdsync.model.codec.reference import Reference
from pdsync.model.document import FieldDocument, PartRequest
from pdsync.model.fact import Facts
from pdsync.model.field import Field, SpecRule
from pdsync.model.instant import parse_duration, render_duration
from pdsync.model.kind import Kind
from pdsync.model.listing import Listing, LookUp
from pdsync.model.live import LiveObject
from pdsync.model.ownership import ByNaming
from pdsync.model.scope import Path, Scope

_SESSIONS, _THRESHOLD, _STANDARDS = "session_configuration", "priority_threshold", "standards"
_SESSION_PATH = "session_configurations"
_THRESHOLD_PATH = "business_services/priority_thresholds"
_LISTS = ("inclusions", "exclusions")
_TTL = {ABSOLUTE: "absolute_session_ttl", IDLE: "idle_session_ttl"}
_SHORT_IDLE_S = 600
_Rows = Mapping[str, Mapping[str, Any]]


def _read_sessions(rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    read = {str(row["type"]): {ours: row[theirs] for ours, theirs in _TTL.items()} for row in rows}
    return dict(sorted(read.items()))


def _write_sessions(
    value: Mapping[str, Any], answer: Sequence[Mapping[str, Any]], rows: _Rows
) -> Iterator[PartRequest]:
    """A request for each type that differs: a PUT ends the sessions of its type, also where it changes nothing."""
    held = _read_sessions(answer)
    for name, said in value.items():
        path = f"{_SESSION_PATH}?type={name}"
        if said is None and name in held:
            yield PartRequest("DELETE", path)
        elif said is not None and said != held.get(name):
            body = {theirs: said[ours] for ours, theirs in _TTL.items()}
            yield PartRequest("PUT", path, {"session_configuration": body})


def _write_threshold(value: Any, answer: Any, rows: _Rows) -> Iterator[PartRequest]:
    """The order is that of the priority itself; a person writes only its name."""
    if value is None:
        if answer is not None:
            yield PartRequest("DELETE", _THRESHOLD_PATH)
    elif answer is None or answer.get("id") != value["id"]:
        order = rows.get(value["id"], {}).get("order")
        yield PartRequest("PUT", _THRESHOLD_PATH, {"global_threshold": {"id": value["id"], "order": order}})


def _read_standards(rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    read = {str(row["type"]): {**row, REGEX: (row.get("values") or {}).get(REGEX)} for row in rows}
    return dict(sorted(read.items()))


def _write_standards(
    value: Mapping[str, Any], answer: Sequence[Mapping[str, Any]], rows: _Rows
) -> Iterator[PartRequest]:
    """A request for each standard that differs, with what differs. PagerDuty keeps the rest."""
    held = _read_standards(answer)
    for name, said in value.items():
        row = held.get(name)
        if row is None:
            continue  # there is no such standard: the plan says so
        body = {member: it for member, it in said.items() if member != REGEX and _differs(member, it, row.get(member))}
        body.update({it: [_service(ref) for ref in body[it]] for it in _LISTS if it in body})
        if said.get(REGEX) not in (None, row[REGEX]):
            body["values"] = {REGEX: said[REGEX]}
        if body:
            yield PartRequest("PUT", f"standards/{row['id']}", body)


def _differs(member: str, said: Any, held: Any) -> bool:
    if member in _LISTS:
        return {ref["id"] for ref in said} != {ref["id"] for ref in held or ()}
    return bool(said != held)


def _service(ref: Mapping[str, Any]) -> dict[str, Any]:
    return {"id": ref["id"], "type": "technical_service_reference"}


def _is_as_made(live: LiveObject) -> bool:
    """No limits of sessions, no threshold, and every standard in use for all services, which is how an account begins."""
    held = live.fields
    standards = (held.get(_STANDARDS) or {}).values()
    is_used_for_all = all(it.get("active", True) and not any(it.get(name) for name in _LISTS) for it in standards)
    return is_used_for_all and held.get(_THRESHOLD) is None and not any((held.get(_SESSIONS) or {}).values())


def _check_sessions(spec: Mapping[str, Any], scope: Scope, path: Path) -> None:
    for name, times in spec[_SESSIONS].items():
        if not isinstance(times, Mapping):
            continue
        absolute, idle = (_seconds(times.get(it)) for it in (ABSOLUTE, IDLE))
        if idle is None or absolute is None:
            continue
        place = (*path, _SESSIONS, name, IDLE)
        if idle < _SHORT_IDLE_S:
            says = f"everyone who does not use PagerDuty {SESSION_TYPES.get(name, '')} for {render_duration(idle)} is signed out"
            scope.warn(place, says, "During an incident that costs time. 10m or more is common.")
        if idle > absolute:
            scope.warn(place, f"it has no effect: sessions end after {render_duration(absolute)} anyway", "")


def _seconds(said: Any) -> int | None:
    return parse_duration(said) if isinstance(said, str) else said if isinstance(said, int) else None


ACCOUNT = Kind(
    name="Account",
    slug="account",
    plural="accounts",
    file="account",
    source=Listing(
        "account",
        single="account",
        has_query=False,
        on_demand=True,
        empty={_SESSIONS: dict.fromkeys(SESSION_TYPES), _THRESHOLD: None},
    ),
    description="Settings that an account has once. What a manifest does not name stays as it is.",
    identity=(),
    label="",
    ownership=ByNaming("the settings of an account carry no ownership line"),
    lookups=(LookUp("priority", "priorities"),),
    retired={
        "aiops": "PagerDuty has no such setting of the whole account: write aiops at an EventOrchestration or a Service.",
        "enablements": "PagerDuty has none of the whole account: write aiops at an EventOrchestration or a Service.",
    },
    fields=(
        Field(
            _SESSIONS,
            SESSIONS,
            "How long people stay signed in, in a browser and in the mobile app. null: PagerDuty's own limits. A change ends all sessions of its "
            "type at once.",
            "PagerDuty API description, /session_configurations: a PUT revokes existing sessions; 404 where there is none",
            default={},
            document=FieldDocument(
                path=_SESSION_PATH,
                wrapper="session_configurations",
                from_answer=_read_sessions,
                requests=_write_sessions,
                meanings={404: []},
            ),
        ),
        Field(
            _THRESHOLD,
            Nullable(Reference("priority", plain="name", ways=("id",))),
            "The lowest priority of an incident that counts as an impact on business services, such as P2. null: any priority does.",
            "PagerDuty API description, /business_services/priority_thresholds",
            default=None,
            document=FieldDocument(
                path=_THRESHOLD_PATH,
                wrapper="global_threshold",
                requests=_write_threshold,
                needs="priorities",
            ),
        ),
        Field(
            _STANDARDS,
            standards_of("service"),
            "What services are measured by, by the type of the standard, such as has_technical_service_description. PagerDuty has a fixed set of "
            "them. A tombstone leaves them as they are.",
            "PagerDuty API description, /standards: GET of all, PUT of one without a wrapper; there is no POST and no DELETE",
            document=FieldDocument(
                path="standards",
                wrapper="standards",
                from_answer=_read_standards,
                requests=_write_standards,
            ),
        ),
    ),
    rules=(SpecRule((_SESSIONS,), _check_sessions, about=frozenset({_SESSIONS})),),
    facts=Facts(as_made=_is_as_made, ends_sessions=_SESSIONS, fixed_set=_STANDARDS),
)

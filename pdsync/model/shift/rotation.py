"""Events of rotations in canonical form, from answers and to requests.

A *rotation* is ``{"name": ..., "events": [...]}``. PagerDuty's rotations have no name: the name is that of its last event, with a number
where two rotations would have the same. An *event* has these members; those in brackets may be absent:

    name, start_time, end_time     the first shift: `pdsync.model.shift.clock`
    time_zone                      the zone of the wall clock
    recurrence                     a list of texts: `pdsync.model.shift.rule`
    [effective_since]              an instant; absent where it is past, or begins with the write
    [effective_until]              an instant; absent where the event goes on for ever
    assignment                     "rotating" or "every"
    shifts_per_member              how many shifts in a row a member has; 1 where all members share every shift
    members                        references to users, and None for a turn that is left unassigned
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias

from pdsync.model.codec.plain import MAPPING, Canonical
from pdsync.model.codec.shift_form import EVERY, ROTATING
from pdsync.model.instant import parse_instant, render_instant
from pdsync.model.name import fold_name
from pdsync.model.ref import Ref
from pdsync.model.scope import RefMap
from pdsync.model.shift.clock import read_wall, read_zoned, write_zoned
from pdsync.model.shift.rule import normal_recurrence
from pdsync.model.sort_key import sort_key

Event: TypeAlias = Mapping[str, Canonical]
Rotation: TypeAlias = Mapping[str, Canonical]
ROTATIONS: Final = "rotations"
"""The name of the field."""
_STRATEGY: Final = "_member_assignment_strategy"
_ANY_ZONE: Final = "Etc/UTC"
_USER, _EMPTY = "user_member", "empty_member"


def read_rotations(answered: Any, zone: str, person: str) -> list[Rotation]:
    """The rotations of an answer, without those that have no events, sorted by name. `zone` is that of the schedule, `person` the slug
    of the kind that members refer to."""
    found = [rotation for _, rotation in _named(answered, zone, person)]
    return sorted(found, key=rotation_order)


def rotation_names(answered: Any) -> dict[str, str]:
    """The names that `read_rotations` gives to the rotations of an answer, by their ids: what overrides refer to."""
    return {identity: str(rotation["name"]) for identity, rotation in _named(answered, _ANY_ZONE, "")}


def _named(answered: Any, zone: str, person: str) -> Iterator[tuple[str, Rotation]]:
    """The rotations of an answer that have events, in its order, each with its id."""
    taken: set[str] = set()
    for rotation in answered if isinstance(answered, list) else ():
        events = sorted((read_event(it, zone, person) for it in rotation.get("events") or ()), key=_order)
        if events:
            yield str(rotation.get("id") or ""), {"name": free_name(str(events[-1]["name"]), taken), "events": events}


def free_name(name: str, taken: set[str]) -> str:
    """The name, with a number where it is taken already; it is taken from then on."""
    free, number = name, 1
    while fold_name(free) in taken:
        number += 1
        free = f"{name} {number}"
    taken.add(fold_name(free))
    return free


def rotation_order(rotation: Rotation) -> tuple[str, str]:
    """Rotations are all on call at the same time, so their order means nothing."""
    return fold_name(str(rotation["name"])), str(rotation["name"])


def _order(event: Event) -> str:
    return str(event.get("effective_since") or "")


def read_event(answer: Mapping[str, Any], zone: str, person: str) -> Event:
    """An event of an answer."""
    start, named = read_zoned(answer["start_time"], zone)
    end, _ = read_zoned({**_as_mapping(answer["end_time"]), "time_zone": named}, named)
    strategy = answer["assignment_strategy"]
    assignment = EVERY if str(strategy["type"]).startswith(EVERY) else ROTATING
    event: dict[str, Canonical] = {
        "name": str(answer.get("name") or "").strip(),
        "start_time": start,
        "end_time": end,
        "time_zone": named,
        "recurrence": normal_recurrence(map(str, answer.get("recurrence") or ()), read_wall(start), named),
    }
    for name in ("effective_since", "effective_until"):
        moment = parse_instant(str(answer.get(name) or ""))
        if moment is not None:
            event[name] = render_instant(moment)
    members = [_read_member(it, person) for it in strategy.get("members") or ()]
    shifts = int(strategy.get("shifts_per_member") or 1) if assignment == ROTATING else 1
    return {**event, **assigned(assignment, shifts, members)}


def assigned(assignment: str, shifts: int, members: Sequence[Ref | None]) -> dict[str, Canonical]:
    """The members of an event that say who has its shifts. Where all share every shift their order means nothing."""
    ordered = sorted(members, key=sort_key) if assignment == EVERY else list(members)
    return {"assignment": assignment, "shifts_per_member": shifts, "members": ordered}


def event_body(event: Event, refs: RefMap) -> dict[str, Any]:
    """The request body of an event whose first shift has a date. `refs` turns each reference into its request form."""
    zone = str.__str__(event["time_zone"])
    strategy: dict[str, Any] = {"type": f"{event['assignment']}{_STRATEGY}"}
    if event["assignment"] == ROTATING:
        strategy["shifts_per_member"] = event["shifts_per_member"]
    strategy["members"] = [_member_body(it, refs) for it in event["members"]]
    body = {
        "name": event["name"],
        "start_time": write_zoned(event["start_time"], zone),
        "end_time": write_zoned(event["end_time"], zone),
        "effective_since": event.get("effective_since"),
        "effective_until": event.get("effective_until"),
        "recurrence": list(event["recurrence"]),
        "assignment_strategy": strategy,
    }
    return {name: value for name, value in body.items() if value is not None or name == "effective_until"}


def users_of(rotations: Iterable[Rotation]) -> list[Ref]:
    """Everyone who has turns, each once, in the order of their turns."""
    members = (it for rotation in rotations for event in rotation["events"] for it in event["members"])
    return list(dict.fromkeys(it for it in members if it is not None))


def _as_mapping(answer: Any) -> Mapping[str, Any]:
    return answer if isinstance(answer, MAPPING) else {"date_time": answer}


def _read_member(answer: Mapping[str, Any], person: str) -> Ref | None:
    identity = answer.get("user_id") if answer.get("type") != _EMPTY else None
    return Ref(person, "id", str(identity)) if identity else None


def _member_body(member: Ref | None, refs: RefMap) -> dict[str, Any]:
    if member is None:
        return {"type": _EMPTY}
    sent = refs(member)
    return {"type": _USER, "user_id": sent["id"] if isinstance(sent, MAPPING) else sent}

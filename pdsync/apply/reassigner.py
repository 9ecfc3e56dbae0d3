"""Reassigns open incidents before the object that they depend on is deleted. Never changes their status."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pdsync.apply.identity import Identities
from pdsync.apply.wire import Wire
from pdsync.client import Error, HttpError, HttpServerError, NetworkError
from pdsync.client.entity_client import Resource
from pdsync.kinds import BY_SLUG
from pdsync.model import OPEN_INCIDENTS, OpenIncident
from pdsync.plan import Change, Plan, Reassignment
from pdsync.plan.reassignment import find_origin, incident_fact

_ROUNDS = 3
"""How often the remaining incidents are looked up and reassigned: an incident that was resolved in the meantime fails its whole request."""
_IDS_AT_ONCE = 50
"""Objects in one query, so that its address does not get too long."""
_WAIT_S = 1.0
"""Between two rounds: a list may lag behind."""
_BAD_REQUEST = 400


class ReassignError(Exception):
    """Some incidents could not be reassigned. `moved` is how many were, counting those whose answer was lost."""

    def __init__(self, message: str, moved: int, status: int | None = None) -> None:
        super().__init__(message)
        self.moved = moved
        self.status = status


class Reassigner:
    """Shared by all workers; holds nothing that changes."""

    def __init__(self, wire: Wire, identities: Identities, plan: Plan) -> None:
        self._wire = wire
        self._identities = identities
        deletes = (change for change in plan.changes if change.ends)
        self._leaving = frozenset(change.id for change in deletes if _is_of_person(change))

    def reassign(self, change: Change, step: Reassignment) -> int:
        """Reassigns the incidents of the plan that still depend on the object; returns how many there were. Incidents that came up since were
        not reviewed, so they stay. May be repeated. Raises `ReassignError`, and `UnresolvedError` where there is no assignee.
        """
        to = self._identities.to_request(step.to)
        moved: set[str] = set()
        lost: Error | None = None
        for number in range(_ROUNDS):
            try:
                left = self._left(change, step, str(to["id"]))
                moved.difference_update(incident.id for incident in left)
                if not left:
                    return len(moved)
                if number:
                    self._wire.wait(_WAIT_S)
                lost = self._send(left, to, moved)
            except HttpError as error:
                raise ReassignError(str(error), len(moved), error.status) from error
            except Error as error:
                raise ReassignError(str(error), len(moved)) from error
        status = lost.status if isinstance(lost, HttpError) else None
        why = str(lost or f"{len(left)} of them still depend on it after being reassigned")
        raise ReassignError(why, len(moved), status) from lost

    def _send(self, left: Sequence[OpenIncident], to: Mapping[str, Any], moved: set[str]) -> Error | None:
        """Reassigns all of them, with few requests. Returns the error after which it is worth looking again: an answer was lost, or
        one of the incidents was resolved meanwhile. Raises the others."""

        def send(method: str, resource: Resource, body: Any) -> Any:
            identities = {incident["id"] for incident in body}
            try:
                answer = self._wire.send(method, resource, body)
            except (NetworkError, HttpServerError):
                moved.update(identities)  # if not, the next look finds them again
                raise
            moved.update(identities)
            return answer

        try:
            self._wire.multi_update("incidents", [self._body(incident, to) for incident in left], send)
        except (NetworkError, HttpServerError) as error:
            return error
        except HttpError as error:
            if error.status != _BAD_REQUEST:
                raise
            return error
        return None

    def _left(self, change: Change, step: Reassignment, assignee: str) -> list[OpenIncident]:
        """Incidents of the step that are open and still depend on the object."""
        planned = {incident.id for incident in step.incidents}
        found = {incident.id: incident for incident in map(OpenIncident.read, self._open(change, step))}
        return [
            found[identity]
            for identity in sorted(planned & found.keys())
            if _depends(found[identity], change, step, assignee)
        ]

    def _open(self, change: Change, step: Reassignment) -> Iterator[Mapping[str, Any]]:
        query, of = incident_fact(change.kind).query, [change.id or ""]
        if not query:
            query, of = find_origin().query, sorted({incident.service for incident in step.incidents})
        for some in _chunks(of, _IDS_AT_ONCE):
            yield from self._wire.list_all("incidents", params={**OPEN_INCIDENTS, query: list(some)})

    def _body(self, incident: OpenIncident, to: Mapping[str, Any]) -> dict[str, Any]:
        """A policy takes an incident as a whole; a person takes the place of those who leave, in addition to those who stay."""
        body: dict[str, Any] = {"id": incident.id, "type": "incident_reference"}
        slug = str(to["type"]).removesuffix("_reference")
        member = incident_fact(slug).member
        if BY_SLUG[slug].facts.person is None:
            return {**body, member: dict(to)}
        stay = [identity for identity in incident.ids(member) if identity not in self._leaving and identity != to["id"]]
        people = [*({"id": identity, "type": to["type"]} for identity in stay), dict(to)]
        return {**body, member: [{"assignee": person} for person in people]}


def _depends(incident: OpenIncident, change: Change, step: Reassignment, assignee: str) -> bool:
    """A person is among the assignees until they are taken out; an incident stops depending on anything else once it follows the assignee."""
    if _is_of_person(change):
        return change.id in incident.ids(incident_fact(change.kind).member)
    return assignee not in incident.ids(incident_fact(step.to.kind).member)


def _chunks(items: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    return (items[at : at + size] for at in range(0, len(items), size))


def _is_of_person(change: Change) -> bool:
    return BY_SLUG[change.kind].facts.person is not None

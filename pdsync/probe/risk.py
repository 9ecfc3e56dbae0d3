"""Risk: whether an account holds more than probes may risk. This is asked before the first write, and there is no way around it."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from datetime import timedelta
from itertools import islice
from typing import Any

from pdsync.client import HttpError, RestApiV2Client
from pdsync.probe.collection import BY_PATH, Collection

MOST: Mapping[str, int] = {
    "users": 10,
    "teams": 10,
    "schedules": 10,
    "v3/schedules": 10,
    "escalation_policies": 10,
    "services": 10,
    "business_services": 10,
    "event_orchestrations": 10,
}
"""How many objects an account may hold: those of a trial and a few tries. What earlier runs left behind does not count."""
QUIET_DAYS = 7
"""For so long no service may have had an incident."""
FREE_SEATS = 3
"""So many more users the licences must allow: one too many could cost money. A run never has more at a time."""
_ROLE = "limited_user"
_LISTENERS = ("webhook_subscriptions", "incident_workflows")
"""What hears about incidents wherever they are opened."""
_MANAGED = "Managed by pdsync: "
_NOT_BOUGHT, _FORBIDDEN = (402, 404), 403
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


class RiskError(Exception):
    """The account must not be used. Nothing was written. `findings` are sentences without anything of the account but counts."""

    def __init__(self, findings: list[str]) -> None:
        super().__init__("; ".join(findings))
        self.findings = findings


class ReadOnlyKeyError(Exception):
    """The key may not write. Nothing was written."""


def check_risk(client: RestApiV2Client, *, may_page: bool) -> Mapping[str, int]:
    """Gives how many more users the licences allow, by role; a role without a known limit is not in it.

    Raises RiskError for an account that holds more than probes may risk, and the client's errors.
    """
    findings: list[str] = []
    for path, most in MOST.items():
        findings += _count(client, path, most)
    findings += _recent_incidents(client)
    seats, unknown = _read_seats(client)
    findings += unknown
    if seats.get(_ROLE, FREE_SEATS) < FREE_SEATS:
        findings.append(
            f"its licences have room for fewer than {FREE_SEATS} more users, so a user made by a probe could cost money"
        )
    if may_page:
        findings += [it for path in _LISTENERS for it in _count(client, path, 0)]
    if findings:
        raise RiskError(findings)
    return seats


def check_key(client: RestApiV2Client) -> None:
    """Raises ReadOnlyKeyError for a key that may not write, found by a change of nothing to a service that does not exist."""
    nowhere = "P" + "".join(secrets.choice(_LETTERS) for _ in range(13))
    response = client.put(f"services/{nowhere}", json={"service": {"type": "service"}})
    if response.status_code == _FORBIDDEN:
        raise ReadOnlyKeyError("the key may not write")


def _count(client: RestApiV2Client, path: str, most: int) -> list[str]:
    collection = BY_PATH.get(path) or Collection(path)
    what = path.replace("_", " ").replace("v3/", "shift-based ")
    try:
        others = list(islice(_others(client, collection), most + 1))
    except HttpError as error:
        if error.status in _NOT_BOUGHT:
            return []
        if error.status == _FORBIDDEN:
            return [f"its {what} cannot be counted, as the key may not list them"]
        raise
    found = []
    if len(others) > most:
        found.append(
            f"it holds more than {most} {what}" if most else f"it has {what}, which would hear about incidents"
        )
    if any(_MANAGED in str(item.get("description") or "") for item in others):
        found.append(f"pdsync manages some of its {what}")
    return found


def _recent_incidents(client: RestApiV2Client) -> list[str]:
    found = []
    incidents = BY_PATH["incidents"]
    if next(_others(client, incidents), None) is not None:
        found.append("it has open incidents")
    now = client.server_clock.now()
    # An hour more: the list leaves out what is as young as its end.
    since, until = now - timedelta(days=QUIET_DAYS), now + timedelta(hours=1)
    past = Collection(
        "incidents", name="title", text="title", query={"since": since.isoformat(), "until": until.isoformat()}
    )
    if not found and next(_others(client, past), None) is not None:
        found.append(f"it had incidents in the last {QUIET_DAYS} days")
    return found


def _read_seats(client: RestApiV2Client) -> tuple[dict[str, int], list[str]]:
    """The free seats by role, and why they are unknown. An account that has no licences, or one without a limit, takes more users."""
    response = client.get("licenses")
    if response.status_code in _NOT_BOUGHT:
        return {}, []
    if response.status_code == _FORBIDDEN:
        return {}, ["its licences cannot be counted, as the key may not list them"]
    try:
        licences = [(it["valid_roles"], it["allocations_available"]) for it in response.json()["licenses"]]
    except (KeyError, TypeError, ValueError):
        return {}, ["its licences cannot be counted, as the list has another form than expected"]
    seats: dict[str, int] = {}
    for role in {role for roles, _ in licences for role in roles}:
        free = [count for roles, count in licences if role in roles]
        if all(isinstance(count, int) for count in free):
            seats[role] = sum(free)
    return seats, []


def _others(client: RestApiV2Client, collection: Collection) -> Iterator[dict[str, Any]]:
    """The objects of a collection that no probe made."""
    listed = client.iter_all(collection.path, params=dict(collection.query))
    return (item for item in listed if not collection.is_made(item))

"""Reads what only some plans need: abilities, licences, open incidents. This takes a few requests, and none when not needed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pdsync.account.refusal import REFUSED
from pdsync.client import HttpError, IncompleteListError, RestApiV2Client
from pdsync.model import OPEN_INCIDENTS, Account, License, OpenIncident


def fetch_details(
    client: RestApiV2Client,
    account: Account,
    *,
    abilities: bool = False,
    licenses: bool = False,
    incidents: bool = False,
) -> Account:
    """The account with the parts that are named True. What the token may not read stays unknown; other errors of the client are raised."""
    if abilities:
        names = _ask(client, "abilities")
        account = replace(account, abilities=None if names is None else frozenset(map(str, names)))
    if licenses:
        found = _ask(client, "licenses")
        account = replace(account, licenses=None if found is None else tuple(map(License.read, found)))
    if incidents:
        account = _with_incidents(client, account)
    return account


def _ask(client: RestApiV2Client, path: str) -> list[Any] | None:
    try:
        answer = client.rget(path)
    except HttpError as error:
        if error.status in REFUSED:
            return None
        raise
    return answer if isinstance(answer, list) else None


def _with_incidents(client: RestApiV2Client, account: Account) -> Account:
    try:
        found = client.list_all("incidents", params=OPEN_INCIDENTS, complete=True)
    except IncompleteListError:
        # More than the 10,000 rows that the API gives out of any listing, or they come and go too fast.
        return replace(account, incidents_unread="there are too many open incidents to read them all")
    except HttpError as error:
        if error.status not in REFUSED:
            raise
        return replace(account, incidents_unread="the token may not read incidents")
    read = sorted(map(OpenIncident.read, found), key=lambda incident: (incident.number, incident.id))
    return replace(account, incidents=tuple(read))

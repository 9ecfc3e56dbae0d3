"""The documents of rules that an event goes through, as an account has them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

from pdsync.account.document import fetch_documents
from pdsync.client import RestApiV2Client
from pdsync.model import Account, ListPlace, LiveObject
from pdsync.routing.documents import FIELDS


def fetch_rules(
    client: RestApiV2Client, account: Account, places: Collection[ListPlace], warn: Callable[[str], None]
) -> Account:
    """The account with these documents; `warn` is called with what cannot be read, or does nothing. Raises the client's errors."""
    account = fetch_documents(client, account, places)
    for place in places:
        live = account.find(place.kind, place.id)
        if live is not None and place.list_name in live.unknown:
            warn(f"{live.name}: {place.list_name} cannot be read: {live.unknown[place.list_name]}")
        elif live is not None and live.documents[place.list_name].is_on is False:
            warn(f"{live.name}: its {place.list_name} is switched off, so its rules do nothing")
    return without_idle_rules(account)


def without_idle_rules(account: Account) -> Account:
    """The account with an empty document in place of each that is switched off: PagerDuty holds it and does nothing with it."""
    objects = {slug: tuple(map(_without_idle, group)) for slug, group in account.objects.items()}
    return replace(account, objects=objects)


def _without_idle(live: LiveObject) -> LiveObject:
    idle = [name for name, held in live.documents.items() if held.is_on is False and name in FIELDS.values()]
    return replace(live, fields={**live.fields, **{name: {} for name in idle}}) if idle else live

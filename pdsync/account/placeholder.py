"""Reads the names that PagerDuty fills into texts, such as ``incident.title`` in a template: a request for each kind that has such texts."""

from __future__ import annotations

from dataclasses import replace

from pdsync.account.refusal import REFUSED
from pdsync.client import HttpError, RestApiV2Client
from pdsync.kinds import KINDS
from pdsync.model import Account
from pdsync.model.fact import PlaceholderFact


def fetch_placeholders(client: RestApiV2Client, account: Account) -> Account:
    """The account with the names. Names that the token may not read stay unknown; other errors of the client are raised."""
    facts = {kind.slug: kind.facts.placeholders for kind in KINDS}
    read = {slug: _fetch_names(client, fact) for slug, fact in facts.items() if fact is not None}
    return replace(account, placeholders={slug: names for slug, names in read.items() if names is not None})


def _fetch_names(client: RestApiV2Client, fact: PlaceholderFact) -> tuple[str, ...] | None:
    try:
        rows = client.rget(fact.path)
    except HttpError as error:
        if error.status in REFUSED:
            return None
        raise
    if not isinstance(rows, list):
        return None
    return tuple(str(row[fact.member]) for row in rows if isinstance(row, dict) and row.get(fact.member))

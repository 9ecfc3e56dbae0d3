"""Reads the account's catalogue of actions. It is asked for only where a plan writes steps."""

from __future__ import annotations

from dataclasses import replace

from pdsync.account.refusal import REFUSED, UnknownKindError
from pdsync.client import HttpError, RestApiV2Client
from pdsync.kinds import KINDS
from pdsync.model import Account
from pdsync.model.action import Action


def fetch_actions(client: RestApiV2Client, account: Account) -> Account:
    """The account with the actions that it offers. A refused catalogue stays unknown; other errors of the client are raised."""
    found: dict[str, Action] = {}
    for path in dict.fromkeys(kind.facts.actions.catalogue for kind in KINDS if kind.facts.actions is not None):
        try:
            rows = client.list_all(path, complete=True)
        except HttpError as error:
            if error.status not in REFUSED:
                raise
            return replace(account, actions_unread=str(UnknownKindError(error)))
        found.update({action.id: action for action in map(Action.read, rows)})
    return replace(account, actions=found)

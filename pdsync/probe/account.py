"""Account: what a run reads of an account in addition to its answers: the kind of key, its abilities, what its plan lacks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pdsync.client import RestApiV2Client
from pdsync.probe.plan import read_lacking
from pdsync.probe.probe import Key
from pdsync.sandbox.profile.feature import ABILITIES, NOT_BOUGHT


@dataclass(frozen=True, slots=True)
class Account:
    """Facts that name no one."""

    key: Key
    abilities: Mapping[str, bool] = field(default_factory=dict)
    """Whether the account has each ability that is publicly known; empty where it does not say."""
    lacking: Mapping[str, int] = field(default_factory=dict)
    """The features that the plan is without, and the status with which they are refused."""


def read_account(client: RestApiV2Client) -> Account:
    """Reads it. Raises the client's errors."""
    response = client.get("abilities")
    held = response.json().get("abilities") if response.ok else None
    known = sorted((*ABILITIES, *NOT_BOUGHT))
    abilities = {name: name in held for name in known} if isinstance(held, list) else {}
    return Account("account" if client.api_key_access == "account" else "user", abilities, read_lacking(client))

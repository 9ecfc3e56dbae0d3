"""Account: what a run reads of an account beside its answers: the kind of key, its abilities, what its plan lacks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pdsync.client import RestApiV2Client
from pdsync.probe.probe import Key
from pdsync.sandbox.profile.feature import ABILITIES, FEATURES, NOT_BOUGHT

_LACKING = (402, 403)


@dataclass(frozen=True, slots=True)
class Account:
    """Facts that name no one."""

    key: Key
    abilities: Mapping[str, bool] = field(default_factory=dict)
    """Of each ability that is publicly known, whether the account has it; empty where it does not say."""
    lacking: Mapping[str, int] = field(default_factory=dict)
    """The features that the plan is without, and the status with which they are refused."""


def read_account(client: RestApiV2Client) -> Account:
    """Reads it. Raises the client's errors."""
    response = client.get("abilities")
    held = response.json().get("abilities") if response.ok else None
    known = sorted((*ABILITIES, *NOT_BOUGHT))
    abilities = {name: name in held for name in known} if isinstance(held, list) else {}
    lacking: dict[str, int] = {}
    for name, feature in FEATURES.items():
        for path in feature.paths[:1]:
            status = client.get(path.strip("/"), params={"limit": 1}).status_code
            if status in _LACKING:
                lacking[name] = status
    return Account("account" if client.api_key_access == "account" else "user", abilities, lacking)

"""The profile of a running account, with more in it."""

from __future__ import annotations

from typing import Any

from tests.sandbox.account import Account


def add_to_profile(account: Account, **parts: Any) -> None:
    control = account.server.control
    control.set_account({**control.account(), **parts})

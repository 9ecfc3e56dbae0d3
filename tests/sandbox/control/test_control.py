"""What a test can do to a running sandbox."""

from __future__ import annotations

import pytest

from pdsync.sandbox.control.control import Control
from tests.sandbox.account import Account


def test_control_edits_as_someone_else(account: Account) -> None:
    control: Control = account.server.control
    made = control.edit("POST", "/teams", {"team": {"type": "team", "name": "Red"}})["team"]
    assert control.edit("DELETE", f"/teams/{made['id']}") is None
    with pytest.raises(ValueError, match="404"):
        control.edit("GET", f"/teams/{made['id']}")
    assert control.requests() == []

from __future__ import annotations

import pytest

from pdsync.sandbox import SandboxServer
from tests.sandbox.account import Account

STRICT = {"account": 1, "readings": {"rotation_virtual_start": "whole_minutes"}}


def test_the_profile_of_a_running_sandbox_is_shown_set_and_removed(account: Account) -> None:
    shown = account.get("/_sandbox/account")
    assert shown["readings"]["rotation_virtual_start"] == "any_second"
    answer = account.call("PUT", "/_sandbox/account", STRICT)
    assert answer.status_code == 200
    assert answer.json() == account.get("/_sandbox/account") == account.server.control.account()
    assert answer.json()["readings"]["rotation_virtual_start"] == "whole_minutes"
    assert account.call("PUT", "/_sandbox/account", answer.json()).json() == answer.json()
    account.delete("/_sandbox/account")
    assert account.get("/_sandbox/account") == shown


def test_a_profile_that_is_refused_changes_nothing(account: Account) -> None:
    account.server.control.set_account(STRICT)
    before = account.get("/_sandbox/account")
    error = account.refused("PUT", "/_sandbox/account", {"account": 1, "without": ["team"]})
    assert error["errors"][0].endswith("did you mean teams?")
    account.refused("PUT", "/_sandbox/account", [])
    with pytest.raises(ValueError, match="account is missing"):
        account.server.control.set_account({})
    assert account.get("/_sandbox/account") == before


def test_a_state_and_a_profile_do_not_touch_each_other(account: Account) -> None:
    state = account.server.control.state()
    account.server.control.set_account(STRICT)
    assert account.server.control.state() == state
    account.server.control.restore(state)
    assert account.get("/_sandbox/account")["readings"]["rotation_virtual_start"] == "whole_minutes"


def test_a_server_begins_with_its_profile() -> None:
    with Account(account=STRICT, seed="example") as account:
        assert account.get("/_sandbox/account")["readings"]["rotation_virtual_start"] == "whole_minutes"
    with pytest.raises(ValueError, match="lag must be an object"):
        SandboxServer(account={"account": 1, "lag": 1})

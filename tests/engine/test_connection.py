"""The client of the use cases waits, gives up, and never sends a POST twice."""

from __future__ import annotations

import pytest

from pdsync.client import AmbiguousWriteError
from pdsync.engine import connect
from pdsync.sandbox import SandboxServer
from tests.support.recorded import asked
from tests.support.world import TOKEN


def test_a_post_whose_answer_is_lost_is_not_sent_again(sandbox: SandboxServer) -> None:
    rule = {"match": {"method": "POST", "path": "/teams"}, "action": {"type": "drop", "when": "after"}}
    sandbox.control.set_faults([rule])
    with connect(TOKEN, base_url=sandbox.url) as client, pytest.raises(AmbiguousWriteError):
        client.rpost("teams", json={"type": "team", "name": "Red"})
    assert [request for request in asked(sandbox) if request == ("POST", "/teams")] == [("POST", "/teams")]


def test_an_account_level_token_acts_for_the_given_user() -> None:
    with connect("an-account-level-token", from_email="ana@example.com") as client:
        assert client.default_from == "ana@example.com"
        assert client.url == "https://api.pagerduty.com"

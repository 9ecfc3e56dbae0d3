"""Which requests the rules strike."""

from __future__ import annotations

import pytest

from pdsync.sandbox import SandboxServer
from pdsync.sandbox.fault.injector import FaultInjector, Strike
from tests.sandbox.account import TOKEN, Account
from tests.sandbox.fault.struck import create, strike


def test_the_nth_request_and_no_other(account: Account) -> None:
    strike(account, {"type": "error", "status": 500}, method="post", path="/teams", nth=[2, 3])
    assert [create(account, f"T{n}").status_code for n in range(4)] == [201, 500, 500, 201]
    account.user()  # another path
    [rule] = account.get("/_sandbox/faults")["rules"]
    assert (rule["matched"], rule["struck"]) == (4, 2)


def test_times_and_tokens(account: Account) -> None:
    strike(account, {"type": "error", "status": 500}, token=TOKEN, times=1)
    assert create(account).status_code == 201
    assert [account.call("GET", "/teams", token=TOKEN).status_code for _ in range(3)] == [500, 200, 200]


def test_a_seed_decides_who_is_struck(account: Account) -> None:
    def statuses(seed: int) -> list[int]:
        rule = {"match": {"probability": 0.5}, "action": {"type": "error", "status": 500}}
        account.server.control.set_faults({"seed": seed, "rules": [rule]})
        return [account.call("GET", "/teams").status_code for _ in range(30)]

    first = statuses(1)
    assert statuses(1) == first
    assert statuses(2) != first
    assert 3 < first.count(500) < 27


def test_faults_end(account: Account) -> None:
    strike(account, {"type": "error", "status": 500})
    assert create(account).status_code == 500
    assert account.call("DELETE", "/_sandbox/faults").status_code == 204
    assert create(account).status_code == 201
    assert account.get("/_sandbox/faults") == {"rules": []}


def test_events_and_tokens_are_struck_as_well(account: Account) -> None:
    strike(account, {"type": "error", "status": 503}, path="/v2/**")
    assert account.session.post(account.server.url + "/v2/enqueue", json={}).status_code == 503
    strike(account, {"type": "error", "status": 503}, path="/oauth/token")
    assert account.session.post(account.server.url + "/oauth/token").status_code == 503


def test_a_server_can_begin_cruel() -> None:
    rules = {"rules": [{"match": {"nth": 1}, "action": {"type": "error", "status": 500}}]}
    with Account(faults=rules, seed="example") as account:  # the seed is not struck
        assert [account.call("GET", "/users").status_code for _ in range(2)] == [500, 200]
    with pytest.raises(ValueError, match=r"rules\[0\]"):
        SandboxServer(faults=[{}])


def test_an_injector_counts_what_it_matched_and_what_it_struck() -> None:
    injector = FaultInjector(None)
    assert not injector.is_armed()
    injector.set([{"match": {"method": "POST", "nth": 2}, "action": {"type": "drop"}}])
    assert injector.is_armed()
    strikes = [injector.strike(method, "/teams", None) for method in ("POST", "GET", "POST", "POST")]
    assert [it == Strike() for it in strikes] == [True, True, False, True]
    assert [(it["matched"], it["struck"]) for it in injector.rules()] == [(3, 1)]

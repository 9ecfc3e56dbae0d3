from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from pdsync.sandbox.api.orchestration_integration import orchestration_integration_routes
from tests.sandbox.account import Account


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    with Account() as it:
        yield it


def orchestration(account: Account) -> str:
    made = account.post("/event_orchestrations", "orchestration", {"name": account.name("Events")})
    return f"/event_orchestrations/{made['id']}"


def listed(account: Account, path: str) -> Any:
    answer = account.get(f"{path}/integrations")
    assert answer["total"] == len(answer["integrations"])
    assert account.get(path)["orchestration"]["integrations"] == answer["integrations"]
    return answer["integrations"]


def test_a_new_one_has_a_key_of_its_own_and_keeps_it_when_it_is_renamed(account: Account) -> None:
    path = orchestration(account)
    [default] = listed(account, path)
    one = account.post(f"{path}/integrations", "integration", {"label": "Prometheus"})
    assert one["parameters"]["type"] == "global"
    assert one["parameters"]["routing_key"] != default["parameters"]["routing_key"]
    assert listed(account, path) == [default, one]

    renamed = account.put(f"{path}/integrations/{one['id']}", "integration", {"label": "CloudWatch"})
    assert renamed == {**one, "label": "CloudWatch"}
    assert account.get(f"{path}/integrations/{one['id']}")["integration"] == renamed
    account.delete(f"{path}/integrations/{one['id']}")
    account.refused("GET", f"{path}/integrations/{one['id']}", status=404)
    assert listed(account, path) == [default]


def test_two_may_have_one_label(account: Account) -> None:
    path = orchestration(account)
    for _ in range(2):
        account.post(f"{path}/integrations", "integration", {"label": "Same"})
    assert [it["label"] for it in listed(account, path)][1:] == ["Same", "Same"]


def test_one_that_moves_keeps_its_key(account: Account) -> None:
    source, target = orchestration(account), orchestration(account)
    [moved], [stays] = listed(account, source), listed(account, target)
    body = {"source_type": "orchestration", "source_id": source.rpartition("/")[2], "integration_id": moved["id"]}
    answer = account.call("POST", f"{target}/integrations/migration", body)
    assert answer.status_code == 200
    assert answer.json() == {"integrations": listed(account, target), "total": 2}
    assert {it["id"]: it for it in listed(account, target)} == {it["id"]: it for it in (moved, stays)}
    assert listed(account, source) == []

    for wrong in ({"source_type": "service"}, {"integration_id": "PUNKNOWN"}, {"integration_id": stays["id"]}):
        account.refused("POST", f"{target}/integrations/migration", {**body, **wrong})
    account.delete(target)
    assert not {moved["id"], stays["id"]} & set(re.findall(r"[0-9a-f-]{36}", str(account.get("/_sandbox/state"))))


@pytest.mark.parametrize("fields", [{}, {"label": ""}, {"label": None}, {"label": 7}])
def test_what_is_wrong_is_refused(account: Account, fields: dict[str, Any]) -> None:
    account.refused("POST", f"{orchestration(account)}/integrations", {"integration": fields})


def test_reads_may_see_one_late_while_its_orchestration_is_there(account: Account) -> None:
    path = orchestration(account)
    lag = {"reads": 2, "seen_by": "all"}
    account.server.control.set_account({"account": 1, "lag": {"orchestration_integrations": lag}})
    try:
        one = account.post(f"{path}/integrations", "integration", {"label": "Late"})
        account.refused("GET", f"{path}/integrations/{one['id']}", status=404)
        assert len(account.get(f"{path}/integrations")["integrations"]) == 1
        assert account.get(f"{path}/integrations/{one['id']}")["integration"] == one
    finally:
        account.server.control.set_account({"account": 1})


def test_unknown_ids_are_not_found(account: Account) -> None:
    account.check_unknown_ids(orchestration_integration_routes())

"""Random rules, written and read over HTTP: what becomes of an event that is sent is what pdsync says of the rules that it reads."""

from __future__ import annotations

import json
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from tests.sandbox.account import Account
from tests.sandbox.orchestrated import Orchestrated
from tests.support.random_condition import random_event
from tests.support.random_rules import POLICIES, SERVICES, random_documents
from tests.support.two_routings import Case, by_pdsync

TYPES = ("global", "router", "unrouted")


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    with Account() as it:
        yield it
        assert it.server.control.breaks() == []


@pytest.fixture(scope="module")
def ids(account: Account) -> dict[str, str]:
    """What the objects of random rules are called here."""
    services = {id: account.service(name=name)["id"] for id, name in SERVICES.items()}
    return {**services, **{id: account.policy()["id"] for id in POLICIES}}


def written(account: Account, path: str, document: Any) -> Any:
    """The document as it is read back."""
    answer = account.call("PUT", path, {"orchestration_path": document})
    assert answer.status_code == 200, answer.text
    return account.get(path)["orchestration_path"]


def renamed(value: Any, ids: dict[str, str], prefix: str) -> Any:
    """With ids of this account, and ids of rules that no other document had."""
    text = json.dumps(value)
    for before, after in ids.items():
        text = text.replace(f'"{before}"', f'"{after}"')
    return json.loads(text.replace('"id": "r', f'"id": "{prefix}r').replace('"label": "r', f'"label": "{prefix}r'))


@pytest.mark.parametrize("seed", range(6))
def test_what_is_sent_becomes_what_pdsync_says(account: Account, ids: dict[str, str], seed: int) -> None:
    random = Random(seed)
    documents, event = renamed(random_documents(random), ids, f"c{seed}-"), random_event(random)
    events = Orchestrated(account)
    base = "/event_orchestrations"
    read = {type: written(account, f"{base}/{events.id}/{type}", documents[type]) for type in TYPES}
    empty = {"sets": [{"id": "start", "rules": []}], "catch_all": {"actions": {}}}
    read["services"] = {
        id: written(account, f"{base}/services/{id}", document or empty)
        for id, document in documents["services"].items()
    }
    answer = account.session.post(
        account.server.url + "/v2/enqueue", json={**event, "routing_key": events.key}, timeout=30
    )
    assert answer.status_code == 202, answer.text
    found = account.server.control.events()[-1]
    names = {ids[id]: name for id, name in SERVICES.items()}
    expected = by_pdsync(Case(read, names, event, account.clock.now(), {}, 1))
    assert found["fate"] == expected["fate"]
    if expected["fate"] == "dropped":
        assert found["became"] == "dropped"
        return
    for name in ("service", "event", "priority", "escalation_policy", "note", "suspend_s"):
        assert found[name] == expected[name], name
    assert [(it["document"], it["set"], it["rule"]) for it in found["steps"]] == expected["steps"]
    if found["became"] == "incident":
        incident = account.get(f"/incidents/{found['incident']}")["incident"]
        assert incident["service"]["id"] == expected["service"]
        assert (incident["priority"] or {"id": None})["id"] == expected["priority"]

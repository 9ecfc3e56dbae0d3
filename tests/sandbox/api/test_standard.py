from __future__ import annotations

from collections.abc import Iterator

import pytest

from pdsync.sandbox.api.addon import KIND as ADDON
from tests.sandbox.account import Account, ref
from tests.sandbox.stored import store

_SCORES = "/standards/scores/technical_services"


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    with Account() as it:
        yield it


def test_standards_are_listed(account: Account) -> None:
    standards = account.get("/standards")["standards"]
    assert len({it["id"] for it in standards}) == 3
    assert account.get("/standards?active=true&resource_type=technical_service")["standards"] == standards
    assert account.get("/standards?active=false")["standards"] == []
    account.refused("GET", "/standards?active=maybe")
    account.refused("GET", "/standards?resource_type=team")


def test_a_score_says_which_standards_a_service_keeps(account: Account) -> None:
    user, other = account.user(), account.user()
    rules = [{"escalation_delay_in_minutes": 5, "targets": [ref(it)]} for it in (user, other)]
    policy = {"type": "escalation_policy", "name": "Two levels"}
    two = account.post("/escalation_policies", "escalation_policy", {**policy, "escalation_rules": rules})
    twice = {**policy, "name": "One twice", "escalation_rules": [rules[0], rules[0]]}
    good = account.service(description="What it is", escalation_policy=ref(two))
    poor = account.service(escalation_policy=ref(account.post("/escalation_policies", "escalation_policy", twice)))
    addon = {"id": "PA1", "type": "full_page_addon", "name": "Maps", "src": "https://x.example.com"}
    store(account, ADDON, {**addon, "services": [ref(good)]})

    resources = account.get(f"{_SCORES}?ids={good['id']}&ids={poor['id']}&ids=PUNKNOWN")["resources"]
    assert [(it["resource_id"], it["score"]) for it in resources] == [
        (good["id"], {"passing": 3, "total": 3}),
        (poor["id"], {"passing": 0, "total": 3}),
    ]
    assert account.get(f"{_SCORES}/{good['id']}") == resources[0]
    assert account.get(f"{_SCORES}?ids[]={poor['id']}")["resources"] == resources[1:]


def test_scores_need_ids_of_services(account: Account) -> None:
    account.refused("GET", _SCORES)
    account.refused("GET", _SCORES + "?" + "&".join(f"ids=P{number}" for number in range(101)))
    account.refused("GET", f"{_SCORES}/PUNKNOWN", status=404)
    account.refused("GET", "/standards/scores/teams?ids=P1", status=404)


def test_a_put_changes_what_it_names(account: Account) -> None:
    first, second, _ = account.get("/standards")["standards"]
    shop = account.service(description="Sells")
    path, listed = f"/standards/{first['id']}", [{"type": "technical_service_reference", "id": shop["id"]}]
    answer = account.call("PUT", path, {"active": False, "exclusions": listed, "values": {"regex": "^a"}})
    changed = {**first, "active": False, "exclusions": listed}
    assert (answer.status_code, answer.json()) == (200, changed)
    assert account.get("/standards?active=false")["standards"] == [changed]
    score = account.get(f"{_SCORES}/{shop['id']}")
    assert first["type"] not in {it["type"] for it in score["standards"]}
    account.call("PUT", f"/standards/{second['id']}", {"exclusions": listed})
    assert account.get(f"{_SCORES}/{shop['id']}")["score"]["total"] == 1
    account.delete(f"/services/{shop['id']}")
    assert account.get("/standards")["standards"][0]["exclusions"] == []
    for wrong in ({"active": "no"}, {"exclusions": [{"id": shop["id"]}]}, {"inclusions": listed}, {"values": "x"}):
        account.refused("PUT", path, wrong)
    account.refused("PUT", "/standards/PUNKNOWN", {}, status=404)
    for it in (first, second):
        account.call("PUT", f"/standards/{it['id']}", {"active": True, "exclusions": [], "inclusions": []})


def test_a_pattern_is_shown_by_reading() -> None:
    with Account() as account:
        path = f"/standards/{account.get('/standards')['standards'][0]['id']}"
        assert "values" not in account.call("PUT", path, {"values": {"regex": "^a"}}).json()
        account.call("PUT", "/_sandbox/account", {"account": 1, "readings": {"pattern_of_standard": "shown"}})
        assert account.get("/standards")["standards"][0]["values"] == {"regex": "^a"}

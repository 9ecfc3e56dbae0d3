"""What an account has without anybody making it, and what a licence allows."""

from __future__ import annotations

import pytest

from tests.sandbox.account import Account, ref


def test_extension_schemas(account: Account) -> None:
    found = account.get("/extension_schemas?limit=2&total=true")
    assert (len(found["extension_schemas"]), found["more"], found["total"]) == (2, True, 4)
    one = account.get("/extension_schemas/PJFWPEP")["extension_schema"]
    assert (one["key"], one["summary"]) == ("generic_webhook", "Generic Webhook")
    account.refused("GET", "/extension_schemas/PNOBODY", status=404)


def test_licences_follow_roles(account: Account) -> None:
    user = account.user(role="read_only_user")
    full, stakeholder = account.get("/licenses")["licenses"]
    assert (full["current_value"], stakeholder["current_value"]) == (1, 1)
    assert account.get(f"/users/{user['id']}/license")["license"] == stakeholder
    rows = account.get("/license_allocations")["license_allocations"]
    assert [(it["user"]["id"], it["license"]["id"]) for it in rows][1] == (user["id"], stakeholder["id"])
    for role, status in (("user", 400), ("read_only_limited_user", 200)):
        body = {"user": {"role": role, "license": {"id": stakeholder["id"], "type": "license_reference"}}}
        answer = account.call("PUT", f"/users/{user['id']}", body)
        assert answer.status_code == status
        assert "license" not in answer.text or answer.json()["error"]["errors"] == ["License is not available"]


@pytest.mark.parametrize("license", [None, "x", {}, {"id": 7}, {"id": "PNOBODY"}])
def test_licences_that_are_none(account: Account, license: object) -> None:
    body = {"user": {"name": "Ann", "email": "ann@example.com", "license": license}}
    assert account.refused("POST", "/users", body)["errors"] == ["License is not available"]


def test_an_integration_with_its_service_and_vendor(account: Account) -> None:
    service = account.service()
    made = account.integration(service, vendor={"id": "PZQ6AUS"})
    shown = account.get(f"/services/{service['id']}/integrations/{made['id']}?include[]=services&include[]=vendors")
    assert shown["integration"]["service"]["name"] == service["name"]
    assert shown["integration"]["vendor"]["name"] == "Amazon CloudWatch"


def test_open_incidents_of_a_deleted_team_go_to_another(account: Account) -> None:
    team, other = account.team(), account.team()
    policy = account.policy(teams=[ref(team)])
    service = account.service(escalation_policy=ref(policy))
    incident = account.post("/incidents", "incident", {"type": "incident", "title": "Fire", "service": ref(service)})
    assert [it["id"] for it in incident["teams"]] == [team["id"]]
    account.put(f"/escalation_policies/{policy['id']}", "escalation_policy", {"teams": []})
    account.refused("DELETE", f"/teams/{team['id']}?reassignment_team={team['id']}")
    account.refused("DELETE", f"/teams/{team['id']}?reassignment_team=PNOBODY", status=404)
    account.delete(f"/teams/{team['id']}?reassignment_team={other['id']}")
    shown = account.get(f"/incidents/{incident['id']}")["incident"]
    assert [it["id"] for it in shown["teams"]] == [other["id"]]

from __future__ import annotations

from pdsync.sandbox.api.incident_workflow import KIND
from tests.sandbox.account import Account, ref
from tests.sandbox.stored import store


def test_workflows_are_listed_with_what_is_asked_for(account: Account) -> None:
    team = account.team()
    step = {"id": "PSTEP", "type": "step", "name": "Post", "action_configuration": {"action_id": "a", "inputs": []}}
    fields = {"description": "Text", "created_at": "2026-01-01T08:00:00Z"}
    store(
        account,
        KIND,
        {"id": "PW1", "name": "Major", **fields, "team": ref(team), "steps": [step]},
        {"id": "PW2", "name": "Minor", **fields, "is_enabled": False},
    )
    major, minor = account.get("/incident_workflows")["incident_workflows"]
    assert (major["type"], major["summary"], major["is_enabled"]) == ("incident_workflow", "Major", True)
    assert minor["is_enabled"] is False
    assert not {"steps", "team"} & set(major)
    asked = account.get("/incident_workflows?query=maj&include[]=steps&include[]=team")["incident_workflows"]
    assert asked == [{**major, "steps": [step], "team": {"id": team["id"], "type": "team_reference"}}]
    account.delete(f"/teams/{team['id']}")
    assert "team" not in account.get("/incident_workflows?include[]=team")["incident_workflows"][0]

"""Users and teams."""

from __future__ import annotations

from tests.support.pagerduty_mcp import PagerDutyMcp


def users(mcp: PagerDutyMcp) -> None:
    assert mcp("get_user_data")["email"] == "owner@example.com"
    iris = mcp(
        "create_user", request={"name": "Iris Lane", "email": "iris@example.com", "role": "user", "time_zone": "UTC"}
    )
    assert mcp.row("user", id=iris["id"])["email"] == "iris@example.com"
    mcp("create_user", request={"name": "Jon Lane", "email": "jon@example.com"})
    assert [it["name"] for it in mcp("list_users")] == ["Account Owner", "Iris Lane", "Jon Lane"]
    assert [it["id"] for it in mcp("list_users", query="iris", limit=5)] == [iris["id"]]
    said = mcp.refused("create_user", request={"name": "Other", "email": "iris@example.com"})
    assert "400" in said
    assert mcp.rows("user", name="Other") == []


def teams(mcp: PagerDutyMcp) -> None:
    iris, jon = (mcp.row("user", name=name)["id"] for name in ("Iris Lane", "Jon Lane"))
    team = mcp("create_team", create_model={"team": {"name": "Payments", "description": "Sells"}})
    assert mcp.row("team", name="Payments")["description"] == "Sells"
    gone = mcp("create_team", create_model={"team": {"name": "Old", "default_role": "none"}})["id"]
    assert mcp.row("team", name="Old")["default_role"] == "none"
    changed = mcp("update_team", team_id=gone, update_model={"team": {"name": "Older"}})
    assert changed["name"] == mcp.get(f"/teams/{gone}")["team"]["name"] == "Older"
    assert [it["name"] for it in mcp("list_teams")] == ["Older", "Payments"]
    assert [it["id"] for it in mcp("list_teams", scope="all", query="pay")] == [team["id"]]
    assert gone in mcp("delete_team", team_id=gone)
    assert [it["name"] for it in mcp.rows("team")] == ["Payments"]
    for user, role in ((iris, "responder"), (jon, "manager")):
        assert mcp("add_team_member", team_id=team["id"], member_data={"user_id": user, "role": role})
    members = mcp.get(f"/teams/{team['id']}/members")["members"]
    assert {it["user"]["id"]: it["role"] for it in members} == {iris: "responder", jon: "manager"}
    mcp("remove_team_member", team_id=team["id"], user_id=jon)
    assert [it["id"] for it in mcp("list_team_members", team_id=team["id"])] == [iris]
    assert mcp("get_team", team_id=team["id"])["name"] == "Payments"
    assert mcp("list_teams", scope="my") == []  # those of the owner
    assert "Team Not Found" in mcp.refused("get_team", team_id=gone)
    assert [it["id"] for it in mcp("list_users", teams_ids=[team["id"]])] == [iris]

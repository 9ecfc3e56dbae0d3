"""Users and teams."""

from __future__ import annotations

from tests.support.pagerduty_mcp import PagerDutyMcp


def users(mcp: PagerDutyMcp) -> None:
    assert mcp("get_user_data")["email"] == "owner@example.com"
    ann = mcp(
        "create_user", request={"name": "Ann Mcp", "email": "ann@example.com", "role": "user", "time_zone": "UTC"}
    )
    assert mcp.row("user", id=ann["id"])["email"] == "ann@example.com"
    mcp("create_user", request={"name": "Ben Mcp", "email": "ben@example.com"})
    assert [it["name"] for it in mcp("list_users")] == ["Account Owner", "Ann Mcp", "Ben Mcp"]
    assert [it["id"] for it in mcp("list_users", query="ann", limit=5)] == [ann["id"]]
    said = mcp.refused("create_user", request={"name": "Other", "email": "ann@example.com"})
    assert "400" in said
    assert mcp.rows("user", name="Other") == []


def teams(mcp: PagerDutyMcp) -> None:
    ann, ben = (mcp.row("user", name=name)["id"] for name in ("Ann Mcp", "Ben Mcp"))
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
    for user, role in ((ann, "responder"), (ben, "manager")):
        assert mcp("add_team_member", team_id=team["id"], member_data={"user_id": user, "role": role})
    members = mcp.get(f"/teams/{team['id']}/members")["members"]
    assert {it["user"]["id"]: it["role"] for it in members} == {ann: "responder", ben: "manager"}
    mcp("remove_team_member", team_id=team["id"], user_id=ben)
    assert [it["id"] for it in mcp("list_team_members", team_id=team["id"])] == [ann]
    assert mcp("get_team", team_id=team["id"])["name"] == "Payments"
    assert mcp("list_teams", scope="my") == []  # those of the owner
    assert "Team Not Found" in mcp.refused("get_team", team_id=gone)
    assert [it["id"] for it in mcp("list_users", teams_ids=[team["id"]])] == [ann]

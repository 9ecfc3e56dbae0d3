"""What analytics says of users."""

from __future__ import annotations

from tests.sandbox.story import Story


def test_users_together(story: Story) -> None:
    [row] = story.rows("users/all")
    assert row["total_user_count"] == len(story.account.get("/users")["users"])
    assert row["total_with_notification_methods_percentage"] == 100
    [one] = story.rows("users/all", filters={"user_ids": [story.users[0]["id"]], "role_ids": ["user"]})
    assert (one["total_user_count"], one["total_on_escalation_policy_count"]) == (1, 1)
    members = story.rows("users/all", filters={"team_ids": [story.team["id"]]})
    assert members[0]["total_user_count"] == 2
    assert story.rows("users/all", filters={"role_ids": ["other"]})[0]["total_on_escalation_policy_percentage"] == 0

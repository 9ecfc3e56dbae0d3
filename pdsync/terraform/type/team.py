"""``pagerduty_team`` and its members."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pdsync.terraform.mapping import Attribute, ItemType, ObjectType, Parent
from pdsync.terraform.value import reference, without_empty

TEAM = ObjectType(
    "team",
    {
        "name": Attribute("name"),
        "description": Attribute("description"),
        "default_role": Attribute("default_role"),
        "parent": Attribute("parent", reference("team")),
    },
)


def _team(values: Mapping[str, Any]) -> Parent:
    return "team", str(values.get("team_id"))


def _member(values: Mapping[str, Any]) -> dict[str, Any]:
    return {"user": reference("user")(values.get("user_id") or ""), **without_empty(values, "role")}


MEMBERSHIP = ItemType("members", _team, _member, frozenset({"team_id", "user_id", "role"}))

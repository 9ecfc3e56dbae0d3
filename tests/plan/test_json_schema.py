"""The published schemas of plans and results."""

from __future__ import annotations

from typing import Any

import pytest

from pdsync.client import RestApiV2Client
from pdsync.plan.json_schema import output_schemas
from tests.report.test_plan_text import PLAN
from tests.support.published import validate
from tests.support.world import plan_for, policy, service, user


def test_a_plan_made_from_an_account_is_as_published(client: RestApiV2Client) -> None:
    plan = plan_for(client, [user("ana"), policy("p", {"user": "ana"}), service("s", "p")])
    validate("plan", plan.to_json())


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        (("version",), 2),
        (("changes", 0, "operation"), "destroy"),
        (("changes", 0, "blockers"), "none"),
        (("changes", 0, "deltas", 0, "path"), 1),
        (("summary", "create"), -1),
        (("digest",), "short"),
    ],
)
def test_what_is_no_plan_is_refused(path: tuple[Any, ...], wrong: object) -> None:
    body = {**PLAN.to_json(), "manifest_digest": "0" * 64}
    for change in body["changes"]:
        change["digest"] = None
    validate("plan", body)
    inner: Any = body
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = wrong
    with pytest.raises(AssertionError):
        validate("plan", body)


def _described(schema: dict[str, Any]) -> list[str]:
    places = [("", schema), *schema.get("$defs", {}).items()]
    return [
        f"{place}.{name}"
        for place, inner in places
        for name, member in inner.get("properties", {}).items()
        if not member.get("description")
    ]


@pytest.mark.parametrize("word", ["plan", "result"])
def test_every_member_is_explained(word: str) -> None:
    assert _described(output_schemas()[word]) == []

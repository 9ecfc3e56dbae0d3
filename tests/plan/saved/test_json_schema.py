"""The published schemas of plans and results."""

from __future__ import annotations

from typing import Any

import pytest
from pdsync.plan.saved.json_schema import output_schemas

from pdsync.client import RestApiV2Client
from tests.report.plan.test_plan_text import PLAN
from tests.report.text.test_markdown import RESULT
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


def _unpublished(body: Any, schema: dict[str, Any], definitions: dict[str, Any], place: str) -> list[str]:
    schema = definitions[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    if isinstance(body, list):
        return [name for item in body for name in _unpublished(item, schema.get("items", {}), definitions, place)]
    if not isinstance(body, dict) or "properties" not in schema:
        return []
    found = [f"{place}.{name}" for name in body if name not in schema["properties"]]
    for name, inner in schema["properties"].items():
        found += _unpublished(body.get(name), inner, definitions, f"{place}.{name}")
    return found


def test_every_member_is_published() -> None:
    for word, body in (("plan", PLAN.to_json()), ("result", RESULT.to_json())):
        schema = output_schemas()[word]
        unpublished = _unpublished(body, schema, schema["$defs"], word)
        assert unpublished == [], "add them to pdsync/plan/json_schema.py and run script/generate-schemas"


@pytest.mark.parametrize("word", ["plan", "result"])
def test_every_member_is_explained(word: str) -> None:
    assert _described(output_schemas()[word]) == []

"""The published schemas of plans and results."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from pdsync.client import RestApiV2Client
from pdsync.model import Ref, encode
from pdsync.plan.saved.output_schema import SCHEMAS
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


def _members(word: str) -> list[tuple[str, dict[str, Any]]]:
    schema = SCHEMAS[word]()
    places = {word: schema, **schema["$defs"]}
    return [
        (f"{place}.{name}", member)
        for place, inner in places.items()
        for name, member in inner.get("properties", {}).items()
    ]


@pytest.mark.parametrize(("word", "body"), [("plan", PLAN.to_json()), ("result", RESULT.to_json())])
def test_every_member_is_published_and_always_there(word: str, body: dict[str, Any]) -> None:
    schema = SCHEMAS[word]()
    assert list(schema["properties"])[: len(body)] == list(body)
    assert set(schema["required"]) == set(body)


def test_what_only_a_file_holds_may_be_missing() -> None:
    schema = SCHEMAS["plan"]()
    optional = set(schema["properties"]) - set(schema["required"])
    assert optional == {
        *("impact", "samples", "tests", "fetched_at", "created_at", "expires_at", "pdsync", "selection", "seal"),
    }


@pytest.mark.parametrize("word", ["plan", "result"])
def test_every_member_is_explained(word: str) -> None:
    members = _members(word)
    assert members
    assert [name for name, member in members if not member.get("description")] == []


def test_a_reference_is_published_as_it_is_written() -> None:
    schema = SCHEMAS["plan"]()
    reference = {"$ref": "#/$defs/Ref", "$defs": schema["$defs"]}
    validator = Draft202012Validator(reference)
    assert validator.is_valid(encode(Ref("user", "key", "ana")))
    assert not validator.is_valid({"kind": "user", "by": "key", "value": "ana"})

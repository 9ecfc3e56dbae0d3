"""Incident types and their custom fields, as a state holds them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.terraform.given import comments_of, imported, manifests, spec_of
from tests.terraform.provider import TfResource

TYPE = TfResource(
    "pagerduty_incident_type",
    "fraud",
    {"id": "PTYPE01", "name": "fraud", "display_name": "Fraud", "enabled": True, "description": None},
)
FIELD = {"name": "lost", "display_name": "Lost", "data_type": "string", "field_type": "single_value", "enabled": True}


def custom_field(of: str = "PTYPE01", **values: Any) -> TfResource:
    given = {"id": f"{of}:PFIEL01", "incident_type": of, **FIELD, **values}
    return TfResource("pagerduty_incident_type_custom_field", given["name"], given)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, {"type": "string"}),
        ({"field_type": None}, {"type": "string"}),
        ({"data_type": "integer", "default_value": "5"}, {"type": "integer", "default": 5}),
        ({"data_type": "boolean", "default_value": "false"}, {"type": "boolean", "default": False}),
        ({"default_value": '"5"'}, {"type": "string", "default": "5"}),
        ({"field_type": "multi_value", "description": "x"}, {"type": "string", "multi": True, "description": "x"}),
        ({"enabled": False}, {"type": "string", "enabled": False}),
        (
            {"field_type": "single_value_fixed", "field_options": ["b", "a"], "default_value": '"a"'},
            {"type": "choice", "options": ["b", "a"], "default": "a"},
        ),
    ],
)
def test_a_field_comes_out_as_the_account_has_it(values: dict[str, Any], said: dict[str, Any]) -> None:
    (item,) = spec_of(TYPE, custom_field(**values))["custom_fields"]
    own = {"name": "lost", "display_name": "Lost", "enabled": True, "multi": False, "options": [], "description": ""}
    assert {**own, **item} == {**own, **said}


@pytest.mark.parametrize(
    ("parent", "said"), [("incident_default", None), ("PTYPE09", {"id": "PTYPE09"}), (None, None), ("security", None)]
)
def test_the_parent_of_a_type_is_named_by_its_id(parent: str | None, said: Any) -> None:
    made = imported([TfResource(TYPE.type, TYPE.name, {**TYPE.values, "parent_type": parent})])
    assert manifests(made)["IncidentType/fraud"]["spec"].get("parent_type") == said
    assert len(comments_of(made)) == (parent == "security")


def test_fields_of_a_type_without_a_resource_are_those_of_pagerdutys_own_type() -> None:
    made = imported([TYPE, custom_field("PTYPE09")])
    manifest = manifests(made)["IncidentType/incident-default"]
    assert manifest["metadata"]["id"] == "PTYPE09"
    assert manifest["spec"]["name"] == "incident_default"
    assert [item["name"] for item in manifest["spec"]["custom_fields"]] == ["lost"]
    (comment,) = comments_of(made)
    assert comment.startswith("Terraform does not say which type has these fields")
    assert "pagerduty_incident_type_custom_field.lost" in made.let_go["a.json"]


def test_of_two_such_types_none_is_taken_for_it() -> None:
    made = imported([TYPE, custom_field("PTYPE08"), custom_field("PTYPE09")])
    assert list(manifests(made)) == ["IncidentType/fraud"]
    assert len(made.left_out) == 2
    assert all("is in no state that was given" in line for line in made.left_out)

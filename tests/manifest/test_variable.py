"""Variables of a workspace in manifests, and secrets, which have no place in them yet."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdsync.kinds import BY_NAME
from pdsync.manifest import LoadResult, Variables, load_texts
from pdsync.manifest.variable import holds_secrets
from pdsync.model import Source
from pdsync.model.codec.secret import Secret

VARIABLES = Variables(
    {"zone": "Europe/Berlin", "minutes": 30, "loud": True, "tier": "gold"},
    {name: Source("pdsync.yaml", line) for line, name in enumerate(("zone", "minutes", "loud", "tier"), 2)},
)
SERVICE = """\
apiVersion: pdsync/v1
kind: Service
metadata: {name: shop}
spec:
  escalation_policy: {id: PABC123}
"""


def load(more: str, *, whole: bool = False, variables: Variables = VARIABLES) -> LoadResult:
    return load_texts([("s.yaml", SERVICE + more)], variables, whole=whole)


def said(result: LoadResult) -> list[str]:
    return [str(problem) for problem in result.problems]


@pytest.mark.parametrize(
    ("written", "name", "value"),
    [
        ("description: Runs in ${var:zone}.", "description", "Runs in Europe/Berlin."),
        ("description: '${var:tier} ${var:tier}'", "description", "gold gold"),
        ("description: ${var:minutes} minutes, ${var:loud}", "description", "30 minutes, true"),
        ("acknowledgement_timeout: ${var:minutes}", "acknowledgement_timeout", 30),
        ("acknowledgement_timeout: ${var:minutes}m", "acknowledgement_timeout", 1800),
        ("description: $${var:zone} of ${x} $5 ${VAR:zone}", "description", "${var:zone} of ${x} $5 ${VAR:zone}"),
        ("description: $${env:HOME}", "description", "${env:HOME}"),
    ],
)
def test_a_reference_is_replaced_in_whole_or_in_part(written: str, name: str, value: object) -> None:
    result = load(f"  {written}\n")
    assert said(result) == []
    assert result.resources[0].fields[name] == value


def test_variables_stand_in_lists_ids_and_lifecycles_too() -> None:
    text = SERVICE.replace("name: shop}", 'name: shop, id: "${var:id}"}').replace("PABC123", '"${var:policy}"')
    variables = Variables({"id": "PSHOP01", "policy": "PPOLICY", "keep": True, "field": "description"})
    result = load_texts(
        [("s.yaml", text + 'lifecycle: {protect: "${var:keep}", ignore: ["${var:field}"]}\n')], variables
    )
    assert said(result) == []
    (resource,) = result.resources
    assert (resource.id, resource.fields["escalation_policy"].value) == ("PSHOP01", "PPOLICY")
    assert resource.lifecycle.protect
    assert resource.lifecycle.ignore == ("description",)


def test_a_wrong_value_is_reported_where_the_reference_stands() -> None:
    (problem,) = said(load("  acknowledgement_timeout: ${var:tier}\n"))
    assert problem.startswith("s.yaml:6:28: service/shop: acknowledgement_timeout: ")
    assert "'gold'" in problem


def test_an_unknown_variable_is_one_problem_at_its_place() -> None:
    assert said(load("  acknowledgement_timeout: ${var:minuts}\n  description: ${var:a b}\n")) == [
        "s.yaml:6:28: service/shop: there is no variable 'minuts'. Did you mean 'minutes'?",
        "s.yaml:7:16: service/shop: there is no variable 'a b'. Declare it under 'variables' in pdsync.yaml.",
    ]


def test_an_alias_is_replaced_wherever_it_stands() -> None:
    text = SERVICE.replace("spec:", "spec:\n  name: &n ${var:tier}\n  description: *n")
    result = load_texts([("s.yaml", text)], VARIABLES)
    assert said(result) == []
    assert result.resources[0].fields["name"] == result.resources[0].fields["description"] == "gold"


@pytest.mark.parametrize(("line", "place"), [("name: ${var:tier}", "s.yaml:3:18"), ("kind: ${var:tier}", "s.yaml:2:7")])
def test_what_must_be_the_same_everywhere_holds_no_variable(line: str, place: str) -> None:
    text = SERVICE.replace("metadata: {name: shop}", "metadata: {name: '${var:tier}'}") if "name" in line else SERVICE
    text = text if "name" in line else text.replace("kind: Service", line)
    problems = [problem for problem in said(load_texts([("s.yaml", text)], VARIABLES)) if "variable" in problem]
    assert len(problems) == 1
    assert problems[0].startswith(place)
    assert "It must be the same in every workspace." in problems[0]


def test_a_variable_that_no_one_uses_is_a_problem_of_the_whole_tree_only() -> None:
    assert said(load("  description: ${var:tier} ${var:zone} ${var:loud}\n", whole=True)) == [
        "pdsync.yaml:3:1: no manifest uses the variable 'minutes'. Remove it, or use it."
    ]
    assert said(load("  description: ${var:tier}\n")) == []


@pytest.mark.parametrize(
    ("written", "where"),
    [
        ("  description: ${env:SECRET}\n", "description"),
        ("  description: my ${env:SECRET} and $${env:SECRET}\n", "description"),
        ("  integrations: [{name: '${env:SECRET}', type: events_api_v2_inbound_integration}]\n", "integrations.name"),
        ("lifecycle: {ignore: ['${env:SECRET}']}\n", "lifecycle.ignore"),
    ],
)
def test_a_secret_has_no_place_where_plans_show_it(written: str, where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET", "hunter2")
    (problem,) = said(load(written))
    assert (
        f"${{env:SECRET}} works only in a field for secrets, because plans show all other fields, and {where} is not"
        in problem
    )
    assert "Fields of Service that hold secrets: event_orchestration." in problem
    assert "hunter2" not in problem


def test_only_a_field_that_says_so_holds_secrets() -> None:
    kind = BY_NAME["Service"]
    fields = tuple(replace(f, codec=Secret()) if f.name == "description" else f for f in kind.fields)
    secretive = replace(kind, fields=fields)
    assert holds_secrets(secretive, ("spec", "description"))
    assert not holds_secrets(secretive, ("spec", "name"))
    assert not holds_secrets(secretive, ("metadata", "description"))
    assert not holds_secrets(kind, ("spec", "description"))
    assert not holds_secrets(None, ("spec", "description"))


def test_the_value_of_a_header_holds_secrets() -> None:
    header = ("start", 0, "automation_actions", 0, "headers", 1)
    assert holds_secrets(BY_NAME["EventOrchestration"], ("spec", "global", *header, "value"))
    assert holds_secrets(BY_NAME["Service"], ("spec", "event_orchestration", *header, "value"))
    assert not holds_secrets(BY_NAME["Service"], ("spec", "event_orchestration", *header, "key"))


@given(st.recursive(st.text("${}var:en \n", max_size=20), lambda inner: st.lists(inner, max_size=3), max_leaves=4))
def test_no_text_is_an_exception(value: Any) -> None:
    import json

    load_texts([("s.yaml", f"{SERVICE}  description: {json.dumps(value)}\n")], VARIABLES)

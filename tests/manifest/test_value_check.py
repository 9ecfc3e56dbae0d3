"""What manifests say of each other's custom fields, and names that stand where a key could."""

from __future__ import annotations

from pdsync.manifest import load_texts
from pdsync.model import Ref

TYPE = """apiVersion: pdsync/v1
kind: IncidentType
metadata: {name: %s}
spec: {name: %s, display_name: Shown, parent_type: %s}
"""
WORKFLOW = """apiVersion: pdsync/v1
kind: IncidentWorkflow
metadata: {name: tell}
spec: {triggers: [{incident_type: [%s], services: all}]}
"""


def parent_of(*texts: str) -> Ref:
    loaded = load_texts([(f"{at}.yaml", text) for at, text in enumerate(texts)])
    assert loaded.problems == ()
    (found,) = [it for it in loaded.resources if it.key == "leak"]
    ref = found.fields["parent_type"]
    assert isinstance(ref, Ref)
    return ref


def test_a_plain_text_is_the_key_of_a_manifest_before_it_is_a_name() -> None:
    leak = TYPE % ("leak", "leak", "security")
    assert parent_of(leak) == Ref("incident_type", "name", "security")
    assert parent_of(leak, TYPE % ("security", "security_incident", "incident_default")).by == "key"


def test_names_and_keys_may_stand_in_one_list() -> None:
    loaded = load_texts(
        [
            ("a.yaml", WORKFLOW % "security, incident_default"),
            ("b.yaml", TYPE % ("security", "security_incident", "incident_default")),
        ]
    )
    assert loaded.problems == ()
    (workflow,) = [it for it in loaded.resources if it.kind == "incident_workflow"]
    (trigger,) = workflow.children["triggers"]
    assert {(it.by, it.value) for it in trigger["incident_type"]} == {("key", "security"), ("name", "incident_default")}


def test_a_reference_to_a_type_that_is_to_go_is_a_problem() -> None:
    gone = "apiVersion: pdsync/v1\nkind: IncidentType\nmetadata: {name: security}\nlifecycle: {absent: true}\nspec: {name: x}\n"
    loaded = load_texts([("a.yaml", TYPE % ("leak", "leak", "security")), ("b.yaml", gone)])
    assert [it.message for it in loaded.problems] == [
        "parent_type: IncidentType 'security' will be deleted ('absent: true' at b.yaml:1)"
    ]


def test_types_that_are_below_each_other_are_a_problem() -> None:
    loaded = load_texts([("a.yaml", TYPE % ("one", "one", "two")), ("b.yaml", TYPE % ("two", "two", "one"))])
    assert any("goes round in a circle" in it.message for it in loaded.problems)

"""Several states: the same object once, and a word where they contradict each other."""

from __future__ import annotations

from tests.terraform.given import imported, manifests
from tests.terraform.provider import TfResource


def service(label: str, **values: object) -> TfResource:
    held = {"id": "PSERV01", "name": "Web", "escalation_policy": "PEPOL01", **values}
    return TfResource("pagerduty_service", label, held)


def test_the_same_object_in_two_states_is_one_manifest_and_both_let_go() -> None:
    made = imported([service("web")], [service("other")])
    assert list(manifests(made)) == ["Service/web"]
    assert made.warnings == ()
    assert made.let_go == {"a.json": ("pagerduty_service.web",), "b.json": ("pagerduty_service.other",)}


def test_what_only_pagerduty_moves_is_no_contradiction() -> None:
    assert imported([service("a", status="active")], [service("a", status="critical")]).warnings == ()


def test_a_contradiction_names_both_and_what_is_taken() -> None:
    made = imported([service("web", description="A")], [service("web", description="B", alert_creation="x")])
    assert made.warnings == (
        "pagerduty_service.web in a.json and pagerduty_service.web in b.json are the same object PSERV01, and differ in "
        "description, alert_creation: a.json is taken.",
    )
    assert manifests(made)["Service/web"]["spec"]["description"] == "A"


def test_references_between_states_become_keys() -> None:
    rule = {"escalation_delay_in_minutes": 5, "target": [{"type": "user_reference", "id": "PUSER01"}]}
    policy = TfResource("pagerduty_escalation_policy", "night", {"id": "PEPOL01", "name": "Night", "rule": [rule]})
    user = TfResource("pagerduty_user", "ann", {"id": "PUSER01", "name": "Ann", "email": "ann@example.com"})
    made = manifests(imported([service("web")], [policy], [user]))
    assert made["Service/web"]["spec"]["escalation_policy"] == "night"
    assert made["EscalationPolicy/night"]["spec"]["escalation_rules"][0]["targets"] == [{"user": "ann"}]

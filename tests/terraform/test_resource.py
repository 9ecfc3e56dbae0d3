"""Addresses, and what is left of attributes without those that are sensitive."""

from __future__ import annotations

import pytest

from pdsync.terraform.resource import StateResource, without_sensitive
from tests.terraform.given import FORMS, comments_of, imported, manifests
from tests.terraform.provider import SECRET, TfResource


@pytest.mark.parametrize(
    ("module", "index", "block", "address"),
    [
        ("", None, "pagerduty_team.a", "pagerduty_team.a"),
        ("", 0, "pagerduty_team.a", "pagerduty_team.a[0]"),
        ("", 'x"y', "pagerduty_team.a", 'pagerduty_team.a["x\\"y"]'),
        ("", "${x}%{y}", "pagerduty_team.a", 'pagerduty_team.a["$${x}%%{y}"]'),
        ('module.m["é"]', "k", 'module.m["é"].pagerduty_team.a', 'module.m["é"].pagerduty_team.a["k"]'),
    ],
)
def test_an_address_is_written_as_terraform_writes_it(
    module: str, index: str | int | None, block: str, address: str
) -> None:
    resource = StateResource("pagerduty_team", "a", module, index, {})
    assert (resource.block, resource.address) == (block, address)


def test_an_attribute_with_a_sensitive_value_goes_as_a_whole_and_an_input_of_a_step_alone() -> None:
    values = {
        "name": "x",
        "layer": [{"name": "a"}, {"name": "b"}],
        "step": [{"name": "s", "input": [{"name": "i", "value": "v"}, {"name": "j", "value": "w"}]}],
    }
    kept, hidden = without_sensitive(values, [("layer", 1, "name"), ("step", 0, "input", 1, "value"), ("none",)])
    assert kept == {
        "name": "x",
        "step": [{"name": "s", "input": [{"name": "i", "value": "v"}, {"name": "j"}]}],
    }
    assert hidden == {"layer", "none"}
    assert values["layer"] == [{"name": "a"}, {"name": "b"}]


@pytest.mark.parametrize("form", FORMS)
def test_of_a_resource_that_is_sensitive_as_a_whole_only_the_id_is_known(form: str) -> None:
    team = TfResource("pagerduty_team", "t", {"id": "PTEAM01", "name": SECRET}, sensitive=((),))
    made = imported([team], form=form)
    assert SECRET not in repr(made)
    assert made.left_out == ("pagerduty_team.t: name: Terraform keeps it as a sensitive value",)


@pytest.mark.parametrize("form", FORMS)
def test_a_sensitive_value_is_in_no_manifest(form: str) -> None:
    service = TfResource(
        "pagerduty_service",
        "web",
        {"id": "PSERV01", "name": "Web", "description": SECRET, "escalation_policy": "PEPOL01"},
        sensitive=(("description",),),
    )
    member = TfResource(
        "pagerduty_user_contact_method",
        "phone",
        {"id": "PCONT01", "user_id": "PUSER01", "type": "phone_contact_method", "address": SECRET, "label": "x"},
        sensitive=(("address",),),
    )
    user = TfResource("pagerduty_user", "ann", {"id": "PUSER01", "name": "Ann", "email": "ann@example.com"})
    nameless = TfResource("pagerduty_team", "t", {"id": "PTEAM01", "name": SECRET}, sensitive=(("name",),))
    made = imported([service, member, user, nameless], form=form)
    assert SECRET not in repr(made)
    assert manifests(made)["Service/web"]["spec"] == {"name": "Web", "escalation_policy": {"id": "PEPOL01"}}
    assert "description is left out: Terraform keeps it as a sensitive value." in comments_of(made)
    assert made.left_out == (
        "pagerduty_team.t: name: Terraform keeps it as a sensitive value",
        "pagerduty_user_contact_method.phone: Terraform keeps its address as a sensitive value",
    )

"""What of states becomes part of an account, and what is said of the rest."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from pdsync.terraform import import_states, read_state_file
from tests.terraform.given import NOW, comments_of, imported, manifests, spec_of
from tests.terraform.provider import PROVIDER, TfResource, as_shown, as_state

USER = TfResource("pagerduty_user", "ann", {"id": "PUSER01", "name": "Ann", "email": "ann@example.com"})
TEAM = TfResource("pagerduty_team", "ops", {"id": "PTEAM01", "name": "Ops"})


def member(user: str, team: str = "PTEAM01") -> TfResource:
    values = {"id": f"{user}:{team}", "user_id": user, "team_id": team, "role": "manager"}
    return TfResource("pagerduty_team_membership", "m", values, index=user)


def test_members_that_terraform_does_not_know_stay() -> None:
    assert spec_of(TEAM, member("PUSER09"))["members_mode"] == "additive"
    assert "members" not in spec_of(TEAM)


def test_references_to_what_is_in_no_state_are_ids_though_the_name_is_known() -> None:
    other = TfResource("pagerduty_team", "x", {"id": "lower", "name": "Odd id"})
    child = TfResource("pagerduty_team", "child", {"id": "PTEAM02", "name": "Child", "parent": "PTEAM09"})
    made = imported([TEAM, child, other, member("PUSER09")])
    assert manifests(made)["Team/child"]["spec"]["parent"] == {"id": "PTEAM09"}
    assert manifests(made)["Team/ops"]["spec"]["members"] == [{"user": {"id": "PUSER09"}, "role": "manager"}]
    assert made.left_out == ("pagerduty_team.x: its id has an unknown form",)


def test_items_of_an_object_that_is_in_no_state_are_counted_and_stay_with_terraform() -> None:
    made = imported([USER, member("PUSER01", "PTEAM09"), member("PUSER02", "PTEAM09")])
    assert made.left_out == (
        "2 pagerduty_team_membership of the team PTEAM09: that team is in no state that was given",
    )
    assert made.let_go == {"a.json": ("pagerduty_user.ann",)}


def test_values_that_are_empty_in_a_state_are_not_named() -> None:
    values = {"id": "PTEAM01", "name": "Ops", "description": "", "parent": "", "default_role": None}
    assert spec_of(TfResource("pagerduty_team", "ops", values)) == {"name": "Ops"}


def test_resources_of_two_configurations_of_the_provider_may_be_of_two_accounts() -> None:
    body = as_state([TEAM, replace(TEAM, name="eu", values={"id": "PTEAM02", "name": "Europe"})])
    body["resources"][-1]["provider"] += ".eu"
    made = import_states([read_state_file("a.json", json.dumps(body).encode())], "test", NOW)
    (warning,) = made.warnings
    assert f"2 configurations of the provider: {PROVIDER}, {PROVIDER}.eu. A workspace is for one account" in warning


def test_what_terraform_is_about_to_delete_is_left_out() -> None:
    body = as_shown([TEAM])
    old: dict[str, Any] = {**body["values"]["root_module"]["resources"][0], "deposed_key": "8af3c1d2"}
    old = {**old, "values": {"id": "PTEAM02", "name": "Old"}}
    body["values"]["root_module"]["resources"].append(old)
    made = import_states([read_state_file("a.json", json.dumps(body).encode())], "test", NOW)
    assert list(manifests(made)) == ["Team/ops"]
    assert made.warnings == (
        "a.json: pagerduty_team.ops was replaced and Terraform is about to delete it; it is left out. Run 'terraform apply' first.",
    )


def test_an_address_with_a_line_break_stays_in_its_comment() -> None:
    values = {"id": "PSERV01", "name": "Web", "escalation_policy": "PEPOL01"}
    service = TfResource("pagerduty_service", "web", values)
    setting = TfResource(
        "pagerduty_alert_grouping_setting", "g", {"id": "g", "services": ["PSERV01"]}, "module.a\nspec:"
    )
    (manifest,) = manifests(imported([service, setting])).values()
    assert manifest["spec"] == {"name": "Web", "escalation_policy": {"id": "PEPOL01"}}


def test_alert_grouping_that_another_resource_has_is_not_named() -> None:
    grouping = [{"type": "time", "config": [{"timeout": 300}]}]
    values = {"id": "PSERV01", "name": "Web", "escalation_policy": "PEPOL01", "alert_grouping_parameters": grouping}
    service = TfResource("pagerduty_service", "web", values)
    kept = {"id": "PGROU01", "name": "G", "type": "time", "config": {"timeout": 60}, "services": ["PSERV01"]}
    setting = TfResource("pagerduty_alert_grouping_setting", "g", kept)
    alone, together = imported([service]), imported([service, setting])
    assert "alert_grouping_parameters" in manifests(alone)["Service/web"]["spec"]
    assert "alert_grouping_parameters" not in manifests(together)["Service/web"]["spec"]
    assert comments_of(together) == [
        "alert_grouping_parameters is left out: pagerduty_alert_grouping_setting.g has it."
    ]
    assert manifests(together)["AlertGroupingSetting/g"]["spec"]["services"] == ["web"]


def test_items_of_an_object_that_is_left_out_are_counted_and_stay_with_terraform() -> None:
    hidden = TfResource("pagerduty_team", "secret", {"id": "PTEAM02", "name": "X"}, sensitive=(("name",),))
    odd = TfResource("pagerduty_team", "odd", {"id": "lower", "name": "Odd"})
    others = [member("PUSER01", "PTEAM02"), member("PUSER02", "PTEAM02"), member("PUSER01", "lower")]
    made = imported([TEAM, hidden, odd, *others])
    assert made.left_out == (
        "pagerduty_team.odd: its id has an unknown form",
        "pagerduty_team.secret: name: Terraform keeps it as a sensitive value",
        "2 pagerduty_team_membership of the team PTEAM02: that team is left out",
        "1 pagerduty_team_membership of the team lower: that team is left out",
    )
    assert made.let_go == {"a.json": ("pagerduty_team.ops",)}


def test_an_item_that_no_manifest_holds_is_said_and_stays_with_terraform() -> None:
    """Terraform must not forget what pdsync does not manage either."""
    pointer = [{"id": "PCONT09", "type": "email_contact_method"}]
    values = {"id": "PRULE01", "user_id": "PUSER01", "urgency": "high", "start_delay_in_minutes": 0}
    rule = TfResource("pagerduty_user_notification_rule", "mail", {**values, "contact_method": pointer})
    service = TfResource("pagerduty_service", "web", {"id": "PSERV01", "name": "Web", "escalation_policy": "PEPOL01"})
    events = {"service": "PSERV01", "name": "Events", "type": "events_api_v2_inbound_integration"}
    duplicates = [
        TfResource("pagerduty_service_integration", "events", {**events, "id": f"PINTE0{number}"}, index=number)
        for number in range(2)
    ]
    made = imported([USER, rule, service, *duplicates])
    assert made.left_out == (
        "pagerduty_user_notification_rule.mail: an item of notification_rules for a contact method that is left out",
        "pagerduty_service_integration.events[1]: an item of integrations that is listed twice",
    )
    assert made.let_go == {
        "a.json": ("pagerduty_service.web", "pagerduty_service_integration.events[0]", "pagerduty_user.ann")
    }


def test_an_item_of_an_unknown_form_does_not_take_its_object_along() -> None:
    broken = TfResource("pagerduty_user_contact_method", "phone", {"id": None, "user_id": "PUSER01"})
    made = imported([USER, broken])
    assert list(manifests(made)) == ["User/ann"]
    assert made.left_out == ("pagerduty_user_contact_method.phone: its attributes have an unknown form",)


def test_two_resources_of_one_item_are_one_item() -> None:
    """Older versions of the provider gave a membership another id."""
    old = replace(member("PUSER01"), values={**member("PUSER01").values, "id": "PUSER01-PTEAM01"}, name="old")
    made = imported([TEAM, USER, member("PUSER01"), old])
    assert manifests(made)["Team/ops"]["spec"]["members"] == [{"user": "ann", "role": "manager"}]
    assert comments_of(made) == []
    assert len(made.let_go["a.json"]) == 4


def test_a_tag_stays_as_long_as_a_resource_that_stays_has_it() -> None:
    tag = TfResource("pagerduty_tag", "emea", {"id": "PTAG001", "label": "emea"})
    given = {"entity_type": "teams", "tag_id": "PTAG001"}
    ours, other = (
        TfResource("pagerduty_tag_assignment", f"a{number}", {**given, "id": f"{team}.PTAG001", "entity_id": team})
        for number, team in enumerate(("PTEAM01", "PTEAM09"))
    )
    made = imported([TEAM, tag, ours, other])
    assert manifests(made)["Team/ops"]["spec"]["tags"] == ["emea"]
    assert made.let_go == {"a.json": ("pagerduty_tag_assignment.a0", "pagerduty_team.ops")}
    assert [(each.type, each.count) for each in made.staying] == [("pagerduty_tag", 1)]

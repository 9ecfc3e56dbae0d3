"""States that no Terraform wrote: whatever stands in the place of a value, there is a result or a sentence, and no traceback."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pdsync.manifest import load_texts
from pdsync.terraform import StateError, import_states, read_state_file
from tests.support.examples import examples
from tests.terraform.given import FORMS, NOW
from tests.terraform.provider import TfResource
from tests.terraform.type.test_integration import EMAIL, parser
from tests.terraform.type.test_schedule import layer
from tests.terraform.type.test_service import BASE, HOURS, grouping

EXAMPLES = examples(4) * 6
ODD: list[Any] = [
    None,
    "",
    "null",
    0,
    -1,
    1.5,
    True,
    [],
    {},
    [[]],
    [None],
    ["x"],
    [{}],
    {"id": 1},
    "${id:user/x}",
    "a\x1b[2Jb",
    "\ud800",
]
POINTER = {"id": "PCONT01", "type": "sms_contact_method"}
RULE = {"escalation_delay_in_minutes": 5, "target": [{"type": "user_reference", "id": "PUSER01"}]}
STEP = {"name": "S", "action": "a:1", "input": [{"name": "X", "value": "1"}], "inline_steps_input": []}
EDGE = {
    "supporting_service": [{"id": "PSERV01", "type": "service"}],
    "dependent_service": [{"id": "PBUSI01", "type": "business_service"}],
}
ORCHESTRATION = "1b49abe7-26db-4439-a715-c6d883acfb3e"
WEBHOOK = {"name": "H", "url": "https://h.example.com", "header": [{"key": "X", "value": "1"}], "trigger_types": []}
VARIABLE = {"type": "trigger_event_count", "ttl_seconds": 60}
DEFINITION = {"name": "f", "display_name": "F", "data_type": "string", "field_type": "single_value_fixed"}


def rules(**actions: Any) -> dict[str, Any]:
    rule = {"id": "r", "label": "R", "condition": [{"expression": "event.source exists"}], "actions": [actions]}
    return {"set": [{"id": "start", "rule": [rule]}], "catch_all": [{"actions": []}]}


VALUES: dict[str, dict[str, Any]] = {
    "user": {"id": "PUSER01", "name": "Ann", "email": "ann@example.com", "role": "user", "time_zone": "Etc/UTC"},
    "user_contact_method": {"id": "PCONT01", "user_id": "PUSER01", "type": "sms_contact_method", "address": "1", "country_code": 49},
    "user_notification_rule": {"id": "PRULE01", "user_id": "PUSER01", "urgency": "high", "start_delay_in_minutes": 0, "contact_method": POINTER},
    "user_handoff_notification_rule": {"id": "PRULE02", "user_id": "PUSER01", "notify_advance_in_minutes": 1, "contact_method": [POINTER]},
    "team": {"id": "PTEAM01", "name": "Ops", "parent": "PTEAM02", "default_role": "none"},
    "team_membership": {"id": "PUSER01:PTEAM01", "user_id": "PUSER01", "team_id": "PTEAM01", "role": "manager"},
    "schedule": {"id": "PSCHE01", "name": "S", "time_zone": "Etc/UTC", "layer": [layer("Base")], "teams": ["PTEAM01"]},
    "escalation_policy": {"id": "PEPOL01", "name": "P", "num_loops": 1, "rule": [RULE], "teams": ["PTEAM01"]},
    "service": {**BASE, **HOURS, **grouping("time", timeout=300), "auto_resolve_timeout": "60"},
    "service_integration": {"id": "PINTE01", "service": "PSERV01", "name": "I", **EMAIL, "email_parser": [parser({"type": "between"})]},
    "business_service": {"id": "PBUSI01", "name": "B", "team": "PTEAM01", "point_of_contact": "x"},
    "business_service_subscriber": {"id": "x", "business_service_id": "PBUSI01", "subscriber_id": "PTEAM01", "subscriber_type": "team"},
    "service_dependency": {"id": "D1", "dependency": [EDGE]},
    "tag": {"id": "PTAGS01", "label": "emea"},
    "tag_assignment": {"id": "x.y", "entity_type": "teams", "entity_id": "PTEAM01", "tag_id": "PTAGS01"},
    "incident_workflow": {"id": "PWORK01", "name": "W", "is_enabled": "true", "step": [STEP]},
    "incident_workflow_trigger": {"id": "t", "type": "manual", "workflow": "PWORK01", "services": ["PSERV01"], "permissions": [{"team_id": ""}]},
    "alert_grouping_setting": {"id": "PGROU01", "name": "G", "type": "time", "config": {"timeout": 60}, "services": ["PSERV01"]},
    "event_orchestration": {"id": ORCHESTRATION, "name": "O", "team": "PTEAM01"},
    "event_orchestration_integration": {"id": "i", "event_orchestration": ORCHESTRATION, "label": "I"},
    "event_orchestration_router": {"id": ORCHESTRATION, "event_orchestration": ORCHESTRATION, **rules(route_to="PSERV01")},
    "event_orchestration_global": {"id": ORCHESTRATION, "event_orchestration": ORCHESTRATION, **rules(automation_action=[WEBHOOK])},
    "event_orchestration_unrouted": {"id": ORCHESTRATION, "event_orchestration": ORCHESTRATION, **rules(severity="info")},
    "event_orchestration_service": {"id": "PSERV01", "service": "PSERV01", **rules(suspend=60, suppress=True)},
    "event_orchestration_global_cache_variable": {"id": "c", "event_orchestration": ORCHESTRATION, "name": "n", "configuration": [VARIABLE]},
    "event_orchestration_service_cache_variable": {"id": "c", "service": "PSERV01", "name": "n", "configuration": [VARIABLE]},
    "enablement": {"id": "e", "entity_type": "service", "entity_id": "PSERV01", "feature": "aiops", "enabled": True},
    "maintenance_window": {"id": "PWIND01", "description": "W", "start_time": "2031-01-01T00:00:00Z", "end_time": "2031-01-01T01:00:00Z", "services": ["PSERV01"]},
    "incident_type": {"id": "PTYPE01", "name": "t", "display_name": "T", "parent_type": "PTYPE02", "enabled": True},
    "incident_type_custom_field": {"id": "PTYPE02:PFIEL01", "incident_type": "PTYPE02", **DEFINITION, "default_value": "\"a\"", "field_options": ["a"]},
    "service_custom_field": {"id": "PFIEL02", **DEFINITION, "field_option": [{"value": "a", "data_type": "string"}]},
    "service_custom_field_value": {"id": "PSERV01", "service_id": "PSERV01", "custom_fields": [{"id": "PFIEL02", "name": None, "value": "a"}]},
}  # fmt: skip
RESOURCES = [
    TfResource(f"pagerduty_{kind}", "x", values, "module.m", "k", sensitive=(("secret",),))
    for kind, values in VALUES.items()
]


def places(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Where every value is."""
    inner: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for name, held in inner for place in places(held, (*path, name)))]


def replaced(value: Any, path: tuple[str | int, ...], by: Any) -> Any:
    if not path:
        return by
    name, *rest = path
    copy: Any = dict(value) if isinstance(value, dict) else list(value)
    copy[name] = replaced(value[name], tuple(rest), by)
    return copy


BODIES = {name: form(RESOURCES) for name, form in FORMS.items()}
PLACES = {name: places(body) for name, body in BODIES.items()}


@settings(max_examples=EXAMPLES, deadline=None)
@given(data=st.data(), form=st.sampled_from(sorted(FORMS)))
def test_any_value_anywhere_gives_manifests_that_load_or_a_sentence(data: st.DataObject, form: str) -> None:
    body = BODIES[form]
    path = data.draw(st.sampled_from(PLACES[form]))
    text = json.dumps(replaced(body, path, data.draw(st.sampled_from(ODD))))
    try:
        state = read_state_file("a.json", text.encode("utf-8", "surrogatepass"))
    except StateError:
        return
    made = import_states([state], "test", NOW)
    assert not load_texts(made.export.files.items()).problems


def test_all_of_it_is_imported_as_it_comes() -> None:
    made = import_states([read_state_file("a.json", json.dumps(BODIES["state"]).encode())], "test", NOW)
    assert not made.left_out
    assert {place[0] for place in made.export.exported} == {
        "user",
        "team",
        "schedule",
        "escalation_policy",
        "service",
        "business_service",
        "incident_workflow",
        "event_orchestration",
        "alert_grouping_setting",
        "maintenance_window",
        "incident_type",
        "service_custom_field",
    }

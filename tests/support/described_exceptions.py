"""Described exceptions: every place where answers and requests may differ from PagerDuty's API description."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.support.description_exception import ANYTHING, DescriptionException, Witness, answered, sent

_UNSET = "Unset values are null in real answers, though few are declared nullable."
_IN_WORDS = "The description says in words that this is null until there is something to say; its schema does not."
_ALIKE = "Two of its forms are told apart by nothing, so that one value fits both."
_CLEARED = "Null clears the field: the prose and the Terraform provider say so, the schema does not."
_EXAMPLE = "Null in the description's examples, text in its schema."

_CONNECTIONS = "/workflows/integrations/{integration_id}/connections"
_BARE_VALUE = "An object with a value in the schema; the value itself in its examples, and for the Terraform provider."


def _has(*names: str) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, dict) and set(value) == {*names}


def _lacks(name: str) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, dict) and name not in value


def _unset(where: str, witness: Witness, value: Any = None) -> DescriptionException:
    return DescriptionException(_UNSET, where, value, witness)


def _service(**fields: Any) -> Witness:
    return answered("/services/{id}", {"service": fields})


def _incident(**fields: Any) -> Witness:
    return answered("/incidents/{id}", {"incident": fields})


def _layer(**fields: Any) -> Witness:
    return answered("/schedules/{id}", {"schedule": {"schedule_layers": [fields]}})


def _raw(**fields: Any) -> Witness:
    return answered("/analytics/raw/incidents", {"data": [fields]}, method="post")


_STRATEGY = r".*/escalation_rules/\d+/escalation_rule_assignment_strategy"
_ROUND_ROBIN = {"escalation_policy": {"escalation_rules": [{"escalation_rule_assignment_strategy": {"type": "x"}}]}}
_STRATEGY_WHY = (
    "Text in the schema; an object in its examples, in an answer that heimweh/go-pagerduty #133 quotes, and for the decoder "
    "of the Terraform provider, which takes nothing else."
)
_PREDICATE_WHY = (
    "Only a predicate with children has children, and only one without has a part; the schema wants both of all."
)

OF_ANSWERS: list[DescriptionException] = [
    DescriptionException(
        _STRATEGY_WHY,
        _STRATEGY,
        _has("type"),
        answered("/escalation_policies/{id}", _ROUND_ROBIN),
    ),
    _unset(r".*/job_title", answered("/users/{id}", {"user": {"job_title": None}})),
    DescriptionException(
        "An account profile may have it: terraform-provider-pagerduty #895 reports this answer for a deleted business service.",
        r"",
        lambda answer: answer == [],
        answered("/business_services/{id}", []),
    ),
    _unset(r".*/description", answered("/teams/{id}", {"team": {"description": None}})),
    _unset(r"/incident_types?(/\d+)?/parent", answered("/incidents/types", {"incident_types": [{"parent": None}]})),
    DescriptionException(
        "The older path's schema requires a namespace, which its properties and examples do not have.",
        r"/fields?(/\d+)?",
        _lacks("namespace"),
        answered("/incidents/custom_fields/{field_id}", {"field": {"id": "x"}}),
    ),
    DescriptionException(
        _BARE_VALUE,
        r"(/fields/\d+|/field)/default_value|/custom_fields/\d+/value",
        ANYTHING,
        answered("/incidents/custom_fields/{field_id}", {"field": {"default_value": "x"}}),
    ),
    _unset(r".*/(schedule_layers/\d+/)?end", _layer(end=None)),
    _unset(r".*/rendered_coverage_percentage", _layer(rendered_coverage_percentage=None)),
    DescriptionException(
        "One reading of an open question: a deleted user in a layer that has ended.",
        r".*/schedule_layers/\d+/users/\d+/user",
        None,
        _layer(users=[{"user": None}]),
    ),
    _unset(r".*/last_incident_timestamp", _service(last_incident_timestamp=None)),
    _unset(r".*/(auto_resolve|acknowledgement|alert_grouping)_timeout", _service(auto_resolve_timeout=None)),
    _unset(r".*/alert_grouping", _service(alert_grouping=None)),
    _unset(r".*/support_hours", _service(support_hours=None)),
    _unset(
        r".*/(during|outside)_support_hours",
        _service(incident_urgency_rule={"type": "use_support_hours", "during_support_hours": None}),
    ),
    _unset(r".*/alert_grouping_parameters/config", _service(alert_grouping_parameters={"type": None, "config": None})),
    _unset(
        r".*/auto_pause_notifications_parameters/(recommended_)?timeout",
        _service(auto_pause_notifications_parameters={"timeout": None}),
    ),
    _unset(
        r".*/vendor",
        answered("/services/{id}/integrations/{integration_id}", {"integration": {"vendor": None}}),
    ),
    _unset(
        r".*/email_filters/\d+/\w+_regex",
        answered(
            "/services/{id}/integrations/{integration_id}",
            {"integration": {"email_filters": [{"subject_regex": None}]}},
        ),
    ),
    DescriptionException(
        _IN_WORDS,
        r".*/(incident_key|resolved_at|resolve_reason|priority|conference_bridge|body)",
        None,
        _incident(priority=None),
    ),
    DescriptionException(
        _IN_WORDS,
        r".*/(body/details|point_of_contact)",
        None,
        answered("/business_services/{id}", {"business_service": {"point_of_contact": None}}),
    ),
    DescriptionException(
        "Its kinds of channels are told apart by nothing but prose, so that one fits several.",
        r".*/channel",
        ANYTHING,
        answered("/log_entries", {"log_entries": [{"channel": {"type": "web_trigger"}}]}),
    ),
    DescriptionException(
        "LogEntry and its references say acknowledge_log_entry, AcknowledgeLogEntry says acknowledgement_log_entry.",
        r".*/type",
        "acknowledge_log_entry",
        answered("/log_entries", {"log_entries": [{"type": "acknowledge_log_entry"}]}),
    ),
    DescriptionException(
        "Clients of the real log name it; the description has no type for responder requests.",
        r".*/type",
        "responder_request_log_entry",
        answered("/log_entries", {"log_entries": [{"type": "responder_request_log_entry"}]}),
    ),
    DescriptionException(
        "In words: null for a device.",
        r"/notifications/\d+/address",
        None,
        answered("/notifications", {"notifications": [{"address": None}]}),
    ),
    DescriptionException(
        "In words: null where it was not asked for.",
        r"/total",
        None,
        answered("/incidents/{id}/past_incidents", {"total": None}),
    ),
    DescriptionException(
        _EXAMPLE,
        r".*/licenses?(/\d+)?/(self|html_url)",
        None,
        answered("/licenses", {"licenses": [{"self": None}]}),
    ),
    DescriptionException(
        "In words: permanent on-calls have no schedule.",
        r"/oncalls/\d+/(schedule|start|end)",
        None,
        answered("/oncalls", {"oncalls": [{"schedule": None}]}),
    ),
    DescriptionException(
        _ALIKE,
        r".*/alert_grouping_parameters",
        lambda value: isinstance(value, dict),
        _service(alert_grouping_parameters={"type": "intelligent"}),
    ),
    DescriptionException(
        "Its examples and clients have text as well as objects.",
        r".*/body/details",
        lambda value: isinstance(value, str),
        answered("/incidents/{id}/alerts", {"alerts": [{"type": "alert", "body": {"details": "x"}}]}),
    ),
    DescriptionException(
        _PREDICATE_WHY,
        r".*/match_predicate(/children/\d+)*",
        ANYTHING,
        answered(
            "/services/{id}/integrations/{integration_id}",
            {"integration": {"email_parsers": [{"match_predicate": {"type": "all", "children": []}}]}},
        ),
    ),
    DescriptionException(
        "The page of the Terraform provider has a kind of contact method that the description has not.",
        r"/contact_methods?(/\d+)?/type",
        "whatsapp_contact_method",
        answered("/users/{id}/contact_methods", {"contact_methods": [{"type": "whatsapp_contact_method"}]}),
    ),
    DescriptionException(
        "An override that is refused is answered as it was sent.",
        r"/\d+/override(/.*)?",
        ANYTHING,
        answered("/schedules/{id}/overrides", [{"status": 400, "override": {"start": "x"}}], 201, "post"),
    ),
    DescriptionException(
        "One override in the older form is answered in the older form (prose of POST /schedules/{id}/overrides).",
        r"",
        _has("override"),
        answered("/schedules/{id}/overrides", {"override": {}}, 201, "post"),
    ),
    DescriptionException(
        "An object in the schema; the libraries pagerduty and pdpyras read a text and know the token's kind by it.",
        r"/error",
        lambda error: isinstance(error, str) and "account-level access token" in error,
        answered("/users/me", {"error": "this is an account-level access token"}, 400),
    ),
    DescriptionException(
        "Without a team the Terraform provider reads an id that is null; in another reading the team is null.",
        r"/orchestrations?(/\d+)?/team(/id)?",
        None,
        answered("/event_orchestrations/{id}", {"orchestration": {"team": {"id": None}}}),
    ),
    DescriptionException(
        "Null in the description's example of an enablement that nothing was said about, text in its schema.",
        r"/enablements/\d+/updated_at",
        None,
        answered("/services/{id}/enablements", {"enablements": [{"enabled": True, "updated_at": None}]}),
    ),
    DescriptionException(
        "An account profile may have it: the Terraform provider expects null as well as an empty list.",
        r"/orchestration_path/sets/\d+/rules/\d+/conditions",
        None,
        answered(
            "/event_orchestrations/{id}/global",
            {"orchestration_path": {"sets": [{"id": "start", "rules": [{"id": "x", "conditions": None}]}]}},
        ),
    ),
    DescriptionException(
        "A subscription to the account has no object; the provider reads an id that is null, as of a team that is not there.",
        r"/webhook_subscriptions?(/\d+)?/filter/id",
        None,
        answered("/webhook_subscriptions", {"webhook_subscriptions": [{"filter": {"id": None}}]}),
    ),
    DescriptionException(
        "Nullable, but null is not among its options.",
        r"/actions?(/\d+)?/action_classification",
        None,
        answered("/automation_actions/actions/{id}", {"action": {"action_classification": None}}),
    ),
    DescriptionException(
        "There is no mean, and no percentile, of nothing.",
        r"/data/\d+/(mean|p\d\d)_\w+",
        None,
        answered("/analytics/metrics/incidents/all", {"data": [{"mean_seconds_to_resolve": None}]}, method="post"),
    ),
    DescriptionException(
        "In words: null for incidents with one engaged user or none.",
        r"/(data/\d+/)?seconds_to_(engage|first_ack|mobilize|resolve)",
        None,
        _raw(seconds_to_engage=None),
    ),
    DescriptionException(
        "An incident that is open does not have it yet.",
        r"/(data/\d+/)?resolved_by_user_id",
        None,
        _raw(resolved_by_user_id=None),
    ),
    DescriptionException(
        "What was deleted has no name, and not every incident has a team.",
        r"/(data/\d+/)?(\w+_name|team_id)",
        None,
        answered("/analytics/metrics/incidents/all", {"data": [{"team_id": None}]}, method="post"),
    ),
    DescriptionException(
        "A page that is empty has neither.",
        r"/(first|last)",
        None,
        answered("/analytics/raw/incidents", {"first": None}, method="post"),
    ),
    DescriptionException(
        "An id that the schema takes for a number and the example for a text.",
        r"/data/\d+/responder_id",
        lambda id: isinstance(id, str),
        answered("/analytics/metrics/responders/all", {"data": [{"responder_id": "PU"}]}, method="post"),
    ),
    DescriptionException(
        "The example of GET /vendors/{id} has one object, its schema a list.",
        r"/vendor",
        lambda value: isinstance(value, dict),
        answered("/vendors/{id}", {"vendor": {}}),
    ),
    DescriptionException(
        "The schema wants a `value` of each output, which it does not describe, and its examples lack.",
        r"/incident_workflows?(/\d+)?(/steps/\d+|/action_configuration|/inline_steps_inputs/\d+/value)+/outputs/\d+",
        _has("name", "reference_name", "parameter_type"),
        answered(
            "/incident_workflows/{id}",
            {
                "incident_workflow": {
                    "steps": [
                        {
                            "name": "x",
                            "action_configuration": {
                                "action_id": "x",
                                "inputs": [],
                                "outputs": [{"name": "x", "reference_name": "x", "parameter_type": "text"}],
                            },
                        }
                    ]
                }
            },
        ),
    ),
    DescriptionException(
        "Hidden or null at times: terraform-provider-pagerduty #94, #862.",
        r"/extensions?(/\d+)?/endpoint_url",
        None,
        answered("/extensions/{id}", {"extension": {"endpoint_url": None}}),
    ),
    DescriptionException(
        "In words: always null on a response, so that secrets are not leaked.",
        r"(/connections/\d+)?/secrets",
        None,
        answered(f"{_CONNECTIONS}/{{id}}", {"secrets": None}),
    ),
    _unset(
        r"(/connections/\d+)?/(service_url|external_id|external_id_label)",
        answered(f"{_CONNECTIONS}/{{id}}", {"service_url": None}),
    ),
    DescriptionException(
        "Each example has this type, its schema another.",
        r"/triggers?(/\d+)?/workflow/type",
        "incident_workflow",
        answered("/incident_workflows/triggers/{id}", {"trigger": {"workflow": {"type": "incident_workflow"}}}),
    ),
]

OF_REQUESTS: list[DescriptionException] = [
    DescriptionException(_STRATEGY_WHY, _STRATEGY, _has("type"), sent("post", "/escalation_policies", _ROUND_ROBIN)),
    DescriptionException(
        _PREDICATE_WHY,
        r".*/match_predicate(/children/\d+)*",
        lambda value: isinstance(value, dict) and "matcher" in value,
        sent(
            "post",
            "/services/{id}/integrations",
            {
                "integration": {
                    "email_parsers": [
                        {
                            "match_predicate": {
                                "type": "all",
                                "children": [{"matcher": "x", "part": "body", "type": "contains"}],
                            }
                        }
                    ]
                }
            },
        ),
    ),
    *(
        DescriptionException(
            _CLEARED,
            f"/business_service/{name}",
            None,
            sent("put", "/business_services/{id}", {"business_service": {"name": "x", name: None}}),
        )
        for name in ("point_of_contact", "team")
    ),
    DescriptionException(
        _CLEARED,
        r"/incident_workflow/team",
        None,
        sent("put", "/incident_workflows/{id}", {"incident_workflow": {"name": "x", "team": None}}),
    ),
    DescriptionException(
        _CLEARED,
        r"/action/runner",
        None,
        sent("put", "/automation_actions/actions/{id}", {"action": {"name": "x", "runner": None}}),
    ),
    DescriptionException(
        "Nullable, but null is not among its options.",
        r"/action/action_classification",
        None,
        sent("put", "/automation_actions/actions/{id}", {"action": {"name": "x", "action_classification": None}}),
    ),
    DescriptionException(
        _CLEARED,
        r"/orchestration/team/id",
        None,
        sent("put", "/event_orchestrations/{id}", {"orchestration": {"name": "x", "team": {"id": None}}}),
    ),
    DescriptionException(
        _BARE_VALUE,
        r"/custom_fields/\d+(/value)?",
        ANYTHING,
        sent("put", "/services/{id}/custom_fields/values", {"custom_fields": [{"name": "x", "value": "x"}]}),
    ),
    DescriptionException(
        "Its examples, and the Terraform provider, send options without what only the server knows.",
        r"/field/field_options/\d+",
        lambda value: isinstance(value, dict) and isinstance(value.get("data"), dict),
        sent(
            "put",
            "/incidents/types/{type_id_or_name}/custom_fields/{field_id}",
            {"field": {"field_options": [{"data": {"data_type": "string", "value": "x"}}]}},
        ),
    ),
    DescriptionException(
        "A text in the schema of requests, and a value of the field's type in that of answers and in requests of the Terraform provider.",
        r"/field/default_value",
        ANYTHING,
        sent("put", "/incidents/types/{type_id_or_name}/custom_fields/{field_id}", {"field": {"default_value": 7}}),
    ),
    DescriptionException(
        _CLEARED,
        r"/schedule/schedule_layers/\d+/end",
        None,
        sent("put", "/schedules/{id}", {"schedule": {"schedule_layers": [{"end": None}]}}),
    ),
    DescriptionException(
        _CLEARED,
        r"/\w+/(description|job_title|time_zone)",
        None,
        sent("put", "/teams/{id}", {"team": {"description": None}}),
    ),
    DescriptionException(
        _CLEARED,
        r"/service/(auto_resolve|acknowledgement)_timeout",
        None,
        sent("put", "/services/{id}", {"service": {"auto_resolve_timeout": None}}),
    ),
    DescriptionException(
        _CLEARED,
        r"/service/support_hours",
        None,
        sent("put", "/services/{id}", {"service": {"support_hours": None}}),
    ),
    DescriptionException(
        _ALIKE,
        r"/service/alert_grouping_parameters",
        lambda value: isinstance(value, dict),
        sent("put", "/services/{id}", {"service": {"alert_grouping_parameters": {"type": "intelligent"}}}),
    ),
    DescriptionException(
        "The server fills it in (facts of the Terraform provider).",
        r"/contact_method",
        _lacks("country_code"),
        sent(
            "post",
            "/users/{id}/contact_methods",
            {"contact_method": {"type": "phone_contact_method", "label": "x", "address": "5550101"}},
        ),
    ),
    DescriptionException(
        "The guides of PagerDuty's client packages leave the type out, and so do edits by hand in tests.",
        r"/\w+",
        _lacks("type"),
        sent("post", "/teams", {"team": {"name": "x"}}),
    ),
    DescriptionException(
        "Edits by hand in tests send the one field that they are about.",
        r"/service",
        _lacks("escalation_policy"),
        sent("put", "/services/{id}", {"service": {"type": "service", "name": "x"}}),
    ),
]

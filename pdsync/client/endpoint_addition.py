"""What the API description has wrong or lacks: rows of endpoints written by hand, each with its reason.

A row is as in the generated ``endpoint_table``: method, path, request wrapper, response wrapper, pagination.
"""

from collections.abc import Iterator
from typing import TypeAlias

__all__ = ["EXCEPTIONS", "Row"]

Row: TypeAlias = tuple[str, str, str | None, str | None, str | None]

# The description gives the body a second property of content, so the generator leaves it unwrapped. The second is
# of no account next to the first, and clients for PagerDuty have always unwrapped these.
_SIDE_PROPERTIES: tuple[Row, ...] = (
    # next to it: privileges
    ("GET", "/automation_actions/actions", None, "actions", "cursor"),
    ("GET", "/automation_actions/runners", None, "runners", "cursor"),
    # next to it: additional_fields
    ("GET", "/business_services/impacts", None, "services", None),
    ("GET", "/business_services/{id}/supporting_services/impacts", None, "services", None),
    ("GET", "/status_dashboards/url_slugs/{url_slug}/service_impacts", None, "services", None),
    ("GET", "/status_dashboards/{id}/service_impacts", None, "services", None),
    # next to it: account_id
    ("GET", "/business_services/{id}/subscribers", None, "subscribers", "offset"),
    ("GET", "/incidents/{id}/status_updates/subscribers", None, "subscribers", "offset"),
    # next to it: schema_id, which the path says already
    ("GET", "/enrichment/schemas/{schema_id}/records", None, "records", "cursor"),
    # next to it: warnings. jput gives them to who wants them.
    ("PUT", "/event_orchestrations/services/{service_id}", "orchestration_path", "orchestration_path", None),
    ("PUT", "/event_orchestrations/{id}/global", "orchestration_path", "orchestration_path", None),
    ("PUT", "/event_orchestrations/{id}/router", "orchestration_path", "orchestration_path", None),
    ("PUT", "/event_orchestrations/{id}/unrouted", "orchestration_path", "orchestration_path", None),
    # next to it, in the request: rule_id, which the path says already
    ("PUT", "/rulesets/{id}/rules/{rule_id}", "rule", "rule", None),
    ("PUT", "/services/{id}/rules/{rule_id}", "rule", "rule", None),
    # next to it: migrated_at and others of its kind
    ("GET", "/services/{id}/rules", None, "rules", "offset"),
    # next to it: nothing. The content is a text, and the generator looks for objects and lists (python-pagerduty 7.2 unwraps it).
    ("POST", "/users/{id}/regenerate_private_url_key", None, "private_url_key", None),
)

_ADDITIONS: tuple[Row, ...] = (
    # One path with a wrapper named by its last node: /tags/{id}/{entity_type} said thrice.
    ("GET", "/tags/{id}/escalation_policies", None, "escalation_policies", "offset"),
    ("GET", "/tags/{id}/teams", None, "teams", "offset"),
    ("GET", "/tags/{id}/users", None, "users", "offset"),
    # Not described, but it works: terraform-provider-pagerduty deletes integrations so.
    ("DELETE", "/services/{id}/integrations/{integration_id}", None, None, None),
)

# Newer than the description: python-pagerduty 7.2 has them, with these wrappers and paging.
_NEWER: tuple[Row, ...] = (
    ("GET", "/incidents/reviews", None, "incident_reviews", "cursor"),
    ("GET", "/incidents/reviews/action_items", None, "action_items", "cursor"),
    ("*", "/incidents/{id}/review", None, "incident_review", None),
    ("GET", "/incidents/{id}/review/action_items", None, "action_items", "cursor"),
    ("POST", "/incidents/{id}/review/action_items", "action_item", "action_item", None),
    ("GET", "/incidents/{id}/review/markers", None, "markers", None),
    ("POST", "/incidents/{id}/review/markers", None, "marker", None),
    ("GET", "/incidents/{id}/scribe_transcripts", None, "scribe_transcripts", None),
)


def _collection(path: str, member: str, parameter: str = "id") -> Iterator[Row]:
    """The endpoints of a collection whose wrapper is the last node of its path, and of its members."""
    collection = path.rpartition("/")[2]
    yield ("GET", path, None, collection, "offset")
    yield ("POST", path, member, member, None)
    yield ("GET", f"{path}/{{{parameter}}}", None, member, None)
    yield ("PUT", f"{path}/{{{parameter}}}", member, member, None)


# PagerDuty has ended these. Programs that were written for pdpyras 5.4 ask for them, and get PagerDuty's own answer.
_RETIRED: tuple[Row, ...] = (
    *_collection("/response_plays", "response_play"),
    ("POST", "/response_plays/{response_play_id}/run", None, None, None),
    *_collection("/customfields/fields", "field", "field_id"),
    *_collection("/customfields/fields/{field_id}/field_options", "field_option", "field_option_id"),
    ("GET", "/customfields/fields/{field_id}/schemas", None, "schemas", "offset"),
    *_collection("/customfields/schema_assignments", "schema_assignment"),
    *_collection("/customfields/schemas", "schema", "schema_id"),
    *_collection(
        "/customfields/schemas/{schema_id}/field_configurations", "field_configuration", "field_configuration_id"
    ),
    ("GET", "/incidents/{id}/field_values", None, "field_values", None),
    ("PUT", "/incidents/{id}/field_values", "field_values", "field_values", None),
    ("GET", "/incidents/{id}/field_values/schema", None, "schema", None),
)

EXCEPTIONS = _SIDE_PROPERTIES + _ADDITIONS + _NEWER + _RETIRED

"""``pagerduty_incident_type`` and its custom fields.

The id of a field in a state is that of its type, a colon and its own. A field names its type by id, and Terraform has no resource of the one that
PagerDuty has by itself, to which most fields belong (pagerdutyplugin/resource_pagerduty_incident_type_custom_field.go).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from pdsync.kinds.incident_type import BASE
from pdsync.model.ref import ID_PATTERN
from pdsync.terraform.mapping import Attribute, ItemType, ObjectType, Parent, UnsureError
from pdsync.terraform.type.service_custom_field import options
from pdsync.terraform.value import reference, without_empty

_SLUG = "incident_type"


def _parent_type(value: Any) -> Any:
    """A state has the id or the name, as the configuration does. The parent that a type has by default is not named."""
    if value == BASE:
        return None
    if not re.fullmatch(ID_PATTERN, str(value)):
        raise UnsureError("the state has the name of the type instead of its id. It cannot be changed anyway")
    return reference(_SLUG)(value)


INCIDENT_TYPE = ObjectType(
    _SLUG,
    {
        "name": Attribute("name"),
        "display_name": Attribute("display_name"),
        "parent_type": Attribute("parent_type", _parent_type, "parent"),
        "description": Attribute("description"),
        "enabled": Attribute("enabled"),
    },
    own={"name": BASE},
    own_note=f"Terraform does not say which type has these fields. It is taken to be {BASE}; else the plan says that the name differs.",
)


def _type(values: Mapping[str, Any]) -> Parent:
    said = str(values.get("incident_type") or "")
    first, colon, _ = str(values.get("id") or "").partition(":")
    return _SLUG, first if colon and not re.fullmatch(ID_PATTERN, said) else said


def _field(values: Mapping[str, Any]) -> dict[str, Any]:
    default = values.get("default_value")
    return {
        "id": str(values.get("id") or "").rpartition(":")[2],
        **without_empty(values, "name", "display_name", "data_type", "description"),
        "field_type": values.get("field_type") or "single_value",
        "enabled": values.get("enabled") is not False,
        "field_options": options(values.get("field_options")),
        **({"default_value": json.loads(default)} if default not in (None, "", "null") else {}),
    }


INCIDENT_FIELD = ItemType(
    "custom_fields",
    _type,
    _field,
    frozenset(
        {
            "incident_type",
            "name",
            "display_name",
            "data_type",
            "field_type",
            "default_value",
            "description",
            "enabled",
            "field_options",
        }
    ),
)

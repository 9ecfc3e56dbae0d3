"""``pagerduty_service_custom_field``, and the values that services have for such fields."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from pdsync.terraform.mapping import Attribute, DocumentType, ObjectType, Parent, UnsureError

_TYPE = "pagerduty_service_custom_field"


def options(value: Any) -> list[dict[str, Any]]:
    """Texts, or blocks with a value, in the API's form."""
    texts = [each["value"] if isinstance(each, Mapping) else each for each in value or ()]
    return [{"data": {"data_type": "string", "value": text}} for text in texts]


SERVICE_CUSTOM_FIELD = ObjectType(
    "service_custom_field",
    {
        "name": Attribute("name"),
        "display_name": Attribute("display_name"),
        "data_type": Attribute("type", member="data_type"),
        "field_type": Attribute("multi", member="field_type"),
        "description": Attribute("description"),
        "enabled": Attribute("enabled"),
        "field_option": Attribute("options", options, "field_options"),
    },
)


def _service(values: Mapping[str, Any]) -> Parent:
    return "service", str(values.get("service_id"))


def _values(values: Mapping[str, Any], others: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The rows that have a value. A field is named by its name or by its id, which the definitions in the state tell."""
    by_id = {str(each.get("id")): each for each in others}
    by_name = {str(each.get("name")): each for each in others}
    rows = []
    for each in values.get("custom_fields") or ():
        name = each.get("name") or by_id.get(str(each.get("id")), {}).get("name")
        if not name:
            raise UnsureError(f"no {_TYPE} in the states that were given has the id of one of its fields")
        definition = by_name.get(str(name), {})
        rows.append(
            {
                "id": each.get("id") or definition.get("id"),
                "name": name,
                "data_type": definition.get("data_type"),
                "value": _value(each.get("value"), definition),
            }
        )
    return rows


def _value(text: Any, definition: Mapping[str, Any]) -> Any:
    """The configuration writes JSON. What the provider reads back is text, with commas between several values
    (pagerdutyplugin/resource_pagerduty_service_custom_field_value.go)."""
    if not isinstance(text, str):
        return text
    try:
        read = json.loads(text)
    except ValueError:
        read = text
    kind, is_many = definition.get("data_type"), str(definition.get("field_type")).startswith("multi_value")
    if isinstance(read, list):
        return read
    if is_many:
        return str(text if not isinstance(read, str) else read).split(",")
    if not definition and isinstance(read, str) and read == text and "," in text:
        raise UnsureError("the state does not tell whether a field of it has one value or several")
    return text if kind == "string" and not isinstance(read, str) else read


FIELD_VALUE = DocumentType("custom_fields", _service, _values, frozenset({"service_id", "custom_fields"}), _TYPE)

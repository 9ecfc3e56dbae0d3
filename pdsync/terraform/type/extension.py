"""``pagerduty_extension`` and ``pagerduty_extension_servicenow``.

The address of an extension may hold a credential, and the password of ServiceNow is one: neither is read from a state. A config is read as
PagerDuty shows it: with the name of a secret and without its value.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

from pdsync.terraform.mapping import Attribute, ObjectType
from pdsync.terraform.value import reference, references, without_empty

_ADDRESS = "endpoint_url"
_COMMON = {
    "name": Attribute("name"),
    "extension_schema": Attribute("schema", reference("extension_schema"), "extension_schema"),
    "extension_objects": Attribute("services", references("service"), "extension_objects"),
}
_SERVICENOW = ("snow_user", "target", "task_type", "sync_options", "referer")


def _notes(values: Mapping[str, Any], hidden: Collection[str]) -> dict[str, str]:
    if not values.get(_ADDRESS) and _ADDRESS not in hidden:
        return {}
    return {"": f"{_ADDRESS} is left out, because it may hold a secret. To manage it, write it with ${{env:NAME}}."}


def _config(value: Any) -> Any:
    read = json.loads(value) if isinstance(value, str) else value
    return read if read and isinstance(read, Mapping) else None


def _of_servicenow(values: Mapping[str, Any], hidden: Collection[str]) -> dict[str, Any]:
    return {"config": {**without_empty(values, *_SERVICENOW), "snow_password": "--redacted--"}}


EXTENSION = ObjectType("extension", {**_COMMON, "config": Attribute("config", _config)}, notes=_notes)
EXTENSION_SERVICENOW = ObjectType("extension", _COMMON, whole=_of_servicenow, notes=_notes)

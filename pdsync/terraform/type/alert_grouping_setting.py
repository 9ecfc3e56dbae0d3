"""``pagerduty_alert_grouping_setting``. A service shows it in its own parameters too, so no manifest of a service names those.

The provider does not read which fields a setting of the type ``intelligent`` compares
(pagerdutyplugin/resource_pagerduty_alert_grouping_setting.go), and null stands for PagerDuty's 0.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from pdsync.terraform.mapping import Attribute, Claim, ObjectType
from pdsync.terraform.value import block, references, without_empty

_CONTENT = ("content_based", "content_based_intelligent")
_BY_DEFAULT = {"iag_fields": ["summary"]}


def _whole(values: Mapping[str, Any], hidden: Collection[str]) -> dict[str, Any]:
    """The type says which of the settings there are. A setting may have no name, and that is not the name of its manifest."""
    name = {} if values.get("name") or "name" in hidden else {"name": None}
    return name if "config" in hidden else {**name, "config": _config(values)}


def _config(values: Mapping[str, Any]) -> dict[str, Any]:
    config, kind = block(values.get("config")), values.get("type")
    if kind == "time":
        return {"timeout": config.get("timeout") or 0}
    window = {"time_window": config.get("time_window") or 0}
    return {**without_empty(config, "aggregate", "fields"), **window} if kind in _CONTENT else {**window, **_BY_DEFAULT}


def _notes(values: Mapping[str, Any], hidden: Collection[str]) -> dict[str, str]:
    if values.get("type") != "intelligent":
        return {}
    return {
        "config": "Terraform does not read iag_fields: these are PagerDuty's own. If the plan shows others, use 'pdsync accept'."
    }


ALERT_GROUPING_SETTING = ObjectType(
    "alert_grouping_setting",
    {
        "name": Attribute("name"),
        "description": Attribute("description"),
        "type": Attribute("type"),
        "services": Attribute("services", references("service")),
    },
    whole=_whole,
    notes=_notes,
)


def _services(values: Mapping[str, Any]) -> list[str]:
    return [str(identity) for identity in values.get("services") or ()]


GROUPED_SERVICES = Claim("service", "alert_grouping_parameters", _services)

"""``pagerduty_slack_connection``: a channel in which PagerDuty posts the incidents of a service or team.

Terraform writes ``["*"]`` for any priority, where PagerDuty has null, and no priorities for incidents without one (pagerduty/
resource_pagerduty_slack_connection.go).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pdsync.terraform.mapping import ItemType, Parent, UnsureError
from pdsync.terraform.value import block

_ANY = ["*"]
_SOURCES = {"service_reference": "service", "team_reference": "team"}
_PLAIN = ("source_id", "source_type", "workspace_id", "channel_id", "notification_type")


def _source(values: Mapping[str, Any]) -> Parent:
    kind = _SOURCES.get(str(values.get("source_type")))
    if kind is None:
        raise UnsureError("its source_type is not known")
    return kind, str(values.get("source_id"))


def _connection(values: Mapping[str, Any]) -> dict[str, Any]:
    """The id of an imported connection begins with its workspace."""
    config = block(values.get("config"))
    some = list(config.get("priorities") or ())
    return {
        "id": str(values.get("id") or "").rpartition(".")[2],
        **{name: values.get(name) for name in _PLAIN},
        "config": {
            "events": list(config.get("events") or ()),
            "priorities": None if some == _ANY else some,
            "urgency": config.get("urgency") or None,
        },
    }


SLACK_CONNECTION = ItemType("slack", _source, _connection, frozenset({*_PLAIN, "config"}))

"""``pagerduty_tag_assignment``: a label of a person, team or policy. The label itself is that of the ``pagerduty_tag``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pdsync.terraform.mapping import ItemType, Join, Parent, UnsureError

_KINDS = {"users": "user", "teams": "team", "escalation_policies": "escalation_policy"}


def _tagged(values: Mapping[str, Any]) -> Parent:
    kind = _KINDS.get(str(values.get("entity_type")))
    if kind is None:
        raise UnsureError("its entity_type is not known")
    return kind, str(values.get("entity_id"))


def _tag(values: Mapping[str, Any]) -> dict[str, Any]:
    return {"id": values.get("tag_id"), "type": "tag", "label": values[TAG.type]["label"]}


TAG = Join("tag_id", "pagerduty_tag")
TAG_ASSIGNMENT = ItemType("tags", _tagged, _tag, frozenset({"entity_type", "entity_id", "tag_id"}), TAG)

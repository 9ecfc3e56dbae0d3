"""``pagerduty_service_dependency``: what a service or business service depends on. The dependent side has it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pdsync.terraform.mapping import ItemType, Parent
from pdsync.terraform.value import block

_SUPPORTING, _DEPENDENT = "supporting_service", "dependent_service"


def _side(values: Mapping[str, Any], name: str) -> Parent:
    """Kind and id of one side. Terraform has several names for the kind of each."""
    side = block(block(values.get("dependency")).get(name))
    is_business = str(side.get("type")).startswith("business_service")
    return "business_service" if is_business else "service", str(side.get("id") or "")


def _dependent(values: Mapping[str, Any]) -> Parent:
    return _side(values, _DEPENDENT)


def _dependency(values: Mapping[str, Any]) -> dict[str, Any]:
    return {"id": values.get("id"), **{name: _answered(*_side(values, name)) for name in (_SUPPORTING, _DEPENDENT)}}


def _answered(kind: str, identity: str) -> dict[str, Any]:
    """A side in an answer, where a service is a technical one."""
    return {"id": identity, "type": f"{'technical_' if kind == 'service' else ''}{kind}_reference"}


DEPENDENCY = ItemType("depends_on", _dependent, _dependency, frozenset({"dependency"}))

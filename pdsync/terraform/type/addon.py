"""``pagerduty_addon``. The provider makes pages in the menu only (pagerdutyplugin/resource_pagerduty_addon.go)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from pdsync.terraform.mapping import Attribute, ObjectType


def _type(values: Mapping[str, Any], hidden: Collection[str]) -> dict[str, Any]:
    return {"type": "full_page_addon"}


ADDON = ObjectType("addon", {"name": Attribute("name"), "src": Attribute("src")}, whole=_type)

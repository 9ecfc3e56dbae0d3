"""``pagerduty_maintenance_window``. A window that has begun ends by itself, so it gets no manifest."""

from __future__ import annotations

from pdsync.terraform.mapping import Attribute, ObjectType
from pdsync.terraform.value import instant, references

MAINTENANCE_WINDOW = ObjectType(
    "maintenance_window",
    {
        "description": Attribute("description"),
        "start_time": Attribute("start_time", instant),
        "end_time": Attribute("end_time", instant),
        "services": Attribute("services", references("service")),
    },
)

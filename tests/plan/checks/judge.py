"""Holds one check alone against a plan, whatever the check is about."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

from pdsync.model import Account, Resource
from pdsync.plan import PlanOptions, build_plan
from pdsync.plan.checks.check import Check, Finding, PlanContext
from pdsync.plan.checks.registry import CHECKS
from tests.support.setting import MANAGED

OPTIONS: dict[str, Any] = {
    "workspace": "test",
    "prune": "owned",
    "max_deletes": 100,
    "max_delete_percent": 100,
    "managed_kinds": MANAGED,
}


def judge(check: Check, live: Account, *resources: Resource, **options: Any) -> list[Finding]:
    """What the check finds in the plan of these manifests."""
    found: list[Finding] = []

    class Alone(Check):
        def find(self, context: PlanContext) -> Iterator[Finding]:
            found.extend(check.find(context))
            return iter(())

    with patch("pdsync.plan.build.load_applicable", lambda rules, subjects: [Alone()] if rules is CHECKS else []):
        build_plan(resources, live, PlanOptions(**{**OPTIONS, **options}))
    return found

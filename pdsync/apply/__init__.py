"""Applies plans. The only package that writes to PagerDuty."""

from __future__ import annotations

from pdsync.apply.executor import PlanRefusedError, apply_plan

__all__ = ["PlanRefusedError", "apply_plan"]

"""Applies plans. The only package that writes to PagerDuty."""

from __future__ import annotations

from pdsync.apply.executor import UNWATCHED, PlanRefusedError, Watch, apply_plan

__all__ = ["UNWATCHED", "PlanRefusedError", "Watch", "apply_plan"]

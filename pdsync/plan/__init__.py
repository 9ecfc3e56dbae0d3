"""Planning: matching, field differences, order and safety. Pure: nothing here reads or writes anything."""

from __future__ import annotations

from pdsync.plan.build import build_plan
from pdsync.plan.change import Change, ChildChange, ChildOperation, Delta, Operation
from pdsync.plan.match import PlanProblem
from pdsync.plan.option import PRUNE_MODES, PlanOptions, PruneMode
from pdsync.plan.plan import Plan, render_plan_json
from pdsync.plan.result import Outcome, Result, Status

__all__ = [
    "PRUNE_MODES",
    "Change",
    "ChildChange",
    "ChildOperation",
    "Delta",
    "Operation",
    "Outcome",
    "Plan",
    "PlanOptions",
    "PlanProblem",
    "PruneMode",
    "Result",
    "Status",
    "build_plan",
    "render_plan_json",
]

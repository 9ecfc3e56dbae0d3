"""Planning: matching, field differences, order and safety. Pure: nothing here reads or writes anything."""

from __future__ import annotations

from pdsync.plan.build import build_plan, compute_manifest_digest
from pdsync.plan.change import Change, ChildChange, ChildOperation, Delta, Operation
from pdsync.plan.match import PlanProblem
from pdsync.plan.option import PRUNE_MODES, PlanOptions, PruneMode
from pdsync.plan.plan import PLAN_VERSION, Plan, render_plan_json
from pdsync.plan.result import Outcome, Result, Status
from pdsync.plan.standing import Standing, State, compute_standings

__all__ = [
    "PLAN_VERSION",
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
    "Standing",
    "State",
    "Status",
    "build_plan",
    "compute_manifest_digest",
    "compute_standings",
    "render_plan_json",
]

"""Planning: matching, field differences, order and safety. Pure: nothing here reads or writes anything."""

from __future__ import annotations

from pdsync.plan.build import build_plan
from pdsync.plan.change import Change, ChildChange, ChildOperation, Delta, Operation
from pdsync.plan.match import PlanProblem
from pdsync.plan.option import PRUNE_MODES, DeleteLimit, PlanOptions, PruneMode
from pdsync.plan.plan import PLAN_VERSION, SHORTEST_DIGEST, Plan, render_plan_json
from pdsync.plan.release import build_release
from pdsync.plan.result import Outcome, Result, Status
from pdsync.plan.risk import Risk
from pdsync.plan.standing import Standing, State, compute_standings

__all__ = [
    "PLAN_VERSION",
    "PRUNE_MODES",
    "SHORTEST_DIGEST",
    "Change",
    "ChildChange",
    "ChildOperation",
    "DeleteLimit",
    "Delta",
    "Operation",
    "Outcome",
    "Plan",
    "PlanOptions",
    "PlanProblem",
    "PruneMode",
    "Result",
    "Risk",
    "Standing",
    "State",
    "Status",
    "build_plan",
    "build_release",
    "compute_standings",
    "render_plan_json",
]

"""Planning: matching, field differences, order and safety. Pure: nothing here reads or writes anything."""

from __future__ import annotations

from pdsync.plan.build import build_plan
from pdsync.plan.change import Change, ChildChange, ChildOperation, Delta, Operation
from pdsync.plan.match import PlanProblem
from pdsync.plan.need import Needs, compute_needs
from pdsync.plan.option import PRUNE_MODES, DeleteLimit, PlanOptions, PruneMode
from pdsync.plan.outcome import compute_outcome
from pdsync.plan.plan import PLAN_VERSION, SHORTEST_DIGEST, Plan, render_plan_json
from pdsync.plan.reassignment import TAKERS, Moved, Reassignment
from pdsync.plan.release import build_release
from pdsync.plan.result import Outcome, Result, Status
from pdsync.plan.risk import NO_RESPONDERS, Risk
from pdsync.plan.standing import Standing, State, compute_standings, find_unasked

__all__ = [
    "NO_RESPONDERS",
    "PLAN_VERSION",
    "PRUNE_MODES",
    "SHORTEST_DIGEST",
    "TAKERS",
    "Change",
    "ChildChange",
    "ChildOperation",
    "DeleteLimit",
    "Delta",
    "Moved",
    "Needs",
    "Operation",
    "Outcome",
    "Plan",
    "PlanOptions",
    "PlanProblem",
    "PruneMode",
    "Reassignment",
    "Result",
    "Risk",
    "Standing",
    "State",
    "Status",
    "build_plan",
    "build_release",
    "compute_needs",
    "compute_outcome",
    "compute_standings",
    "find_unasked",
    "render_plan_json",
]

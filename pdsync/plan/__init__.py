"""Planning: matching, field differences, order and safety. Pure: nothing here reads or writes anything.

A name is imported when it is first used: `validate` needs none of what makes a plan.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pdsync.plan.build import build_plan
    from pdsync.plan.change import Change, ChildChange, ChildOperation, Delta, Operation, Unmanaged
    from pdsync.plan.checks.no_responder import NO_RESPONDERS
    from pdsync.plan.option import PRUNE_MODES, REMOVED_FIELDS, DeleteLimit, PlanOptions, PruneMode, RemovedFields
    from pdsync.plan.pairing.match import PlanProblem
    from pdsync.plan.pending import Pending
    from pdsync.plan.plan import DIGEST_SHOWN, PLAN_VERSION, SHORTEST_DIGEST, Plan, render_plan_json
    from pdsync.plan.predicted import compute_predicted_account
    from pdsync.plan.prerequisites import Prerequisites, compute_prerequisites
    from pdsync.plan.reassignment import Moved, Reassignment, find_assignee_kinds
    from pdsync.plan.release import build_release
    from pdsync.plan.result import Outcome, Result, Status, Warned
    from pdsync.plan.risk import Risk
    from pdsync.plan.saved.judgement import Verdict
    from pdsync.plan.saved.renewal import find_unasked, renew
    from pdsync.plan.saved.staleness import Staleness, compute_staleness

__all__ = [
    "DIGEST_SHOWN",
    "NO_RESPONDERS",
    "PLAN_VERSION",
    "PRUNE_MODES",
    "REMOVED_FIELDS",
    "SHORTEST_DIGEST",
    "Change",
    "ChildChange",
    "ChildOperation",
    "DeleteLimit",
    "Delta",
    "Moved",
    "Operation",
    "Outcome",
    "Pending",
    "Plan",
    "PlanOptions",
    "PlanProblem",
    "Prerequisites",
    "PruneMode",
    "Reassignment",
    "RemovedFields",
    "Result",
    "Risk",
    "Staleness",
    "Status",
    "Unmanaged",
    "Verdict",
    "Warned",
    "build_plan",
    "build_release",
    "compute_predicted_account",
    "compute_prerequisites",
    "compute_staleness",
    "find_assignee_kinds",
    "find_unasked",
    "render_plan_json",
    "renew",
]

_MODULES = {
    "DIGEST_SHOWN": "plan",
    "Change": "change",
    "ChildChange": "change",
    "ChildOperation": "change",
    "DeleteLimit": "option",
    "Delta": "change",
    "Moved": "reassignment",
    "NO_RESPONDERS": "checks.no_responder",
    "Prerequisites": "prerequisites",
    "Operation": "change",
    "Outcome": "result",
    "Pending": "pending",
    "PLAN_VERSION": "plan",
    "PRUNE_MODES": "option",
    "REMOVED_FIELDS": "option",
    "RemovedFields": "option",
    "Plan": "plan",
    "PlanOptions": "option",
    "PlanProblem": "pairing.match",
    "PruneMode": "option",
    "Reassignment": "reassignment",
    "Result": "result",
    "Risk": "risk",
    "SHORTEST_DIGEST": "plan",
    "Staleness": "saved.staleness",
    "Unmanaged": "change",
    "Verdict": "saved.judgement",
    "Status": "result",
    "Warned": "result",
    "build_plan": "build",
    "build_release": "release",
    "compute_prerequisites": "prerequisites",
    "compute_predicted_account": "predicted",
    "compute_staleness": "saved.staleness",
    "find_assignee_kinds": "reassignment",
    "find_unasked": "saved.renewal",
    "renew": "saved.renewal",
    "render_plan_json": "plan",
}


if not TYPE_CHECKING:  # to a type checker no name is there that is not imported above

    def __getattr__(name: str) -> Any:
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
        globals()[name] = value
        return value

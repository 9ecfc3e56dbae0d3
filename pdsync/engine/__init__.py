"""The use cases of pdsync as functions, without a terminal: make a plan, apply one, find drift, export, accept, adopt, release,
and ask who is on call. The command line and the tests call these, and so can any Python program.

A name is imported when it is first used: a program that plans needs none of what exports.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pdsync.apply import Watch
    from pdsync.engine.accept import Acceptance, Place, accept_live, load_for_accept, parse_place
    from pdsync.engine.apply import ApplyRequest, BlockedError, ConflictError, carry_out_plan, check_apply
    from pdsync.engine.connection import connect
    from pdsync.engine.desired import Desired, Selection, Workspace, load_desired, parse_address
    from pdsync.engine.drift import find_drift
    from pdsync.engine.error import (
        EngineError,
        ManifestsError,
        MissingSecretsError,
        PlanError,
        ProblemsError,
        RefusedError,
        RequestError,
        StaleError,
    )
    from pdsync.engine.export import UnknownTeamError, export_account
    from pdsync.engine.ownership import Adoption, adoption_of, plan_adoption, plan_release
    from pdsync.engine.plan import Activity, Planned, make_plan, read_account
    from pdsync.engine.prospect import Prospect, compute_prospect, fetch_prospect
    from pdsync.engine.roster import Period, RosterRequest, fetch_plain_roster, fetch_roster, find_objects, load_roster
    from pdsync.engine.saved_plan import SavedPlan, compare_saved_plan

_NAMES = {
    "accept": ("Acceptance", "Place", "accept_live", "load_for_accept", "parse_place"),
    "apply": ("ApplyRequest", "BlockedError", "ConflictError", "Watch", "carry_out_plan", "check_apply"),
    "connection": ("connect",),
    "desired": ("Desired", "Selection", "Workspace", "load_desired", "parse_address"),
    "drift": ("find_drift",),
    "error": (
        "EngineError",
        "ManifestsError",
        "MissingSecretsError",
        "PlanError",
        "ProblemsError",
        "RefusedError",
        "RequestError",
        "StaleError",
    ),
    "export": ("UnknownTeamError", "export_account"),
    "ownership": ("Adoption", "adoption_of", "plan_adoption", "plan_release"),
    "plan": ("Activity", "Planned", "make_plan", "read_account"),
    "prospect": ("Prospect", "compute_prospect", "fetch_prospect"),
    "roster": ("Period", "RosterRequest", "fetch_plain_roster", "fetch_roster", "find_objects", "load_roster"),
    "saved_plan": ("SavedPlan", "compare_saved_plan"),
}
_MODULES = {name: module for module, names in _NAMES.items() for name in names}

__all__ = [
    "Acceptance", "Activity", "Adoption", "ApplyRequest", "BlockedError", "ConflictError", "Desired", "EngineError",
    "ManifestsError", "MissingSecretsError", "Period", "Place", "PlanError", "Planned", "ProblemsError", "Prospect", "RefusedError", "RequestError",
    "RosterRequest", "SavedPlan", "Selection", "StaleError", "UnknownTeamError", "Watch", "Workspace", "accept_live", "adoption_of",
    "carry_out_plan", "check_apply", "compare_saved_plan", "compute_prospect", "connect", "export_account", "fetch_plain_roster",
    "fetch_prospect", "fetch_roster", "find_drift", "find_objects", "load_desired", "load_for_accept", "load_roster", "make_plan", "parse_address", "parse_place",
    "plan_adoption", "plan_release", "read_account",
]  # fmt: skip


if not TYPE_CHECKING:  # to a type checker no name is there that is not imported above

    def __getattr__(name: str) -> Any:
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
        globals()[name] = value
        return value

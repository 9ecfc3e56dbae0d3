"""Writes live values back into the text of a manifest, and leaves everything else of the text as it is. Pure."""

from __future__ import annotations

from pdsync.accept.accepted import Accepted, PlanProblemsError, compute_accepted
from pdsync.accept.error import AcceptError

__all__ = ["AcceptError", "Accepted", "PlanProblemsError", "compute_accepted"]

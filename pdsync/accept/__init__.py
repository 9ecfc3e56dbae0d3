"""Writes live values back into the text of a manifest, and leaves everything else of the text as it is. Pure."""

from __future__ import annotations

from pdsync.accept.accepted import Accepted, AcceptRequest, PlanProblemsError, compute_accepted
from pdsync.accept.error import AcceptError

__all__ = ["AcceptError", "AcceptRequest", "Accepted", "PlanProblemsError", "compute_accepted"]

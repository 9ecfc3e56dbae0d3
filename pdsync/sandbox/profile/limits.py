"""Limits: open questions about limits, and the status and text of refusals."""

from __future__ import annotations

from pdsync.sandbox.profile.question import Question

_AREA = "Errors and limits"

QUESTIONS: tuple[Question, ...] = ()

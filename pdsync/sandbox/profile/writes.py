"""Writes: open questions about what a write answers and stores."""

from __future__ import annotations

from pdsync.sandbox.profile.question import Question

_AREA = "Writes and refusals"

QUESTIONS: tuple[Question, ...] = ()

"""Limits: open questions about limits, and the status and text of refusals."""

from __future__ import annotations

from pdsync.sandbox.profile.question import Question

_AREA = "Errors and limits"

QUESTIONS: tuple[Question, ...] = (
    Question(
        "large_limit",
        _AREA,
        "What does a limit above 100 mean?",
        {
            "cut": "It counts as 100.",
            "refused": "The request is refused with 400.",
        },
        "cut",
        "no public source",
    ),
)

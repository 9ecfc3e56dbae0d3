"""Orchestrations: open questions about event orchestrations."""

from __future__ import annotations

from pdsync.sandbox.profile.question import Question

_AREA = "Event orchestrations"

QUESTIONS: tuple[Question, ...] = (
    Question(
        "orchestration_without_team",
        _AREA,
        "What is the `team` of an orchestration that has none?",
        {
            "null_id": "An object whose `id` is null.",
            "empty": "Null.",
            "left_out": "The answer has no `team`.",
        },
        "null_id",
        "terraform-provider-pagerduty sends and reads it; pagerduty-mcp fails on it, and takes the other two",
    ),
)

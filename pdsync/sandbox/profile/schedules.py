"""Schedules: open questions about layers and overrides."""

from __future__ import annotations

from pdsync.sandbox.profile.question import Question

_AREA = "Schedules"

QUESTIONS: tuple[Question, ...] = (
    Question(
        "rotation_virtual_start",
        _AREA,
        "Is a `rotation_virtual_start` between two whole minutes taken?",
        {
            "any_second": "It is taken, and answered as it was sent.",
            "whole_minutes": "It is refused with 400.",
        },
        "any_second",
        "pagerduty-cli sends seconds by default; terraform-provider-pagerduty #659 reports the refusal",
    ),
)

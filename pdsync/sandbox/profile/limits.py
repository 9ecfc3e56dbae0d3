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
    Question(
        "unknown_include",
        _AREA,
        "What happens to an `include[]` that PagerDuty does not know?",
        {
            "ignored": "It is ignored.",
            "refused": "The request is refused with 400.",
        },
        "ignored",
        "no public source",
    ),
    Question(
        "unknown_method",
        _AREA,
        "What is the status for a method that a path does not have?",
        {
            "not_allowed": "405.",
            "not_found": "404.",
        },
        "not_allowed",
        "no public source",
    ),
    Question(
        "merge_without_alerts",
        _AREA,
        "Can an incident without alerts be merged into another one?",
        {
            "merged": "Yes.",
            "refused": "No: 400.",
        },
        "merged",
        "no public source",
    ),
    Question(
        "last_alert_resolved",
        _AREA,
        "What happens to an incident whose last alert is resolved by a request?",
        {
            "ends": "It is resolved, as after an event.",
            "stays": "It stays open.",
        },
        "ends",
        "no public source",
    ),
    Question(
        "events_of_moved_alert",
        _AREA,
        "Where do later events of an alert go after the alert was moved to another incident?",
        {
            "follow": "To the new incident.",
            "stay": "To the incident that the alert came from.",
        },
        "follow",
        "no public source",
    ),
)

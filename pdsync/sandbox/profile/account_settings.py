"""Account settings: open questions about what an account has once."""

from __future__ import annotations

from pdsync.sandbox.profile.question import Question

_AREA = "Account settings"

QUESTIONS: tuple[Question, ...] = (
    Question(
        "deleted_session_configuration",
        _AREA,
        "Does the DELETE of a session configuration end the sessions of its type?",
        {
            "sessions_end": "Yes, as a PUT does.",
            "sessions_stay": "No.",
        },
        "sessions_end",
        "PagerDuty API description has it for a PUT only",
    ),
    Question(
        "pattern_of_standard",
        _AREA,
        "Does an answer show the pattern of a standard (`values.regex`)?",
        {
            "hidden": "No.",
            "shown": "Yes.",
        },
        "hidden",
        "PagerDuty API description has it in requests only",
    ),
)

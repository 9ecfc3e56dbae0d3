"""Writes: open questions about what a write answers and stores."""

from __future__ import annotations

from pdsync.sandbox.profile.question import Question

_AREA = "Writes and refusals"

QUESTIONS: tuple[Question, ...] = (
    Question(
        "vendor_email_without_address",
        _AREA,
        "What happens to an email integration of a vendor without an `integration_email`?",
        {
            "made_up": "PagerDuty makes up an address.",
            "refused": "It is refused with 400.",
        },
        "made_up",
        "no public source",
    ),
)

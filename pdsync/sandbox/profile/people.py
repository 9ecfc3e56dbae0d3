"""People: open questions about users, their roles and teams."""

from __future__ import annotations

from pdsync.sandbox.profile.question import Question

_AREA = "People and teams"

QUESTIONS: tuple[Question, ...] = (
    Question(
        "from_header",
        _AREA,
        "Which requests with an account-level key need a `From` header?",
        {
            "incidents": "Those that write to incidents and their notes.",
            "users_and_windows": "Those, and the creation of users and maintenance windows.",
        },
        "incidents",
        "terraform-provider-pagerduty creates users with account-level keys and sends no `From` (#291); PagerDuty's "
        "API description has the header as required",
    ),
)

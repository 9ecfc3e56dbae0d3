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
    Question(
        "sso_managed_address",
        _AREA,
        "What does the API do with a new address for a user whom an identity provider manages?",
        {
            "refused": "The request is refused with 400.",
            "ignored": "The request succeeds, and the address stays.",
        },
        "refused",
        "no public source",
    ),
    Question(
        "private_object",
        _AREA,
        "What answers a request that names an object of a private team, with a token that may not see it?",
        {
            "not_found": "404, as if it did not exist.",
            "forbidden": "403.",
        },
        "not_found",
        "no public source",
    ),
)

"""Business services: open questions about their names, their team, and how they change."""

from __future__ import annotations

from pdsync.sandbox.profile.question import Question

_AREA = "Business services"

QUESTIONS: tuple[Question, ...] = (
    Question(
        "business_service_names",
        _AREA,
        "Can two business services have the same name?",
        {
            "may_repeat": "Yes.",
            "unique": "No: the second is refused with 400.",
        },
        "may_repeat",
        "no public source",
    ),
    Question(
        "business_service_without_team",
        _AREA,
        "What does a PUT with a `team` of null do to a business service?",
        {
            "cleared": "It removes the service from its team.",
            "ignored": "The request succeeds, but the team does not change.",
            "refused": "The request is refused with 400.",
        },
        "cleared",
        "no public source",
    ),
    Question(
        "business_service_key",
        _AREA,
        "Can an account-level key change a business service?",
        {
            "taken": "Yes.",
            "refused": "The PUT is refused with 403.",
        },
        "taken",
        "terraform-provider-pagerduty #310 reports the refusal",
    ),
    Question(
        "business_service_empty_team",
        _AREA,
        "What does a PUT with a `team` whose id is empty do to a business service?",
        {
            "refused": "The request is refused with 400.",
            "cleared": "It removes the service from its team.",
            "ignored": "The request succeeds, but the team does not change.",
        },
        "refused",
        "no public source; terraform-provider-pagerduty sends it",
    ),
    Question(
        "deleted_business_service",
        _AREA,
        "What does the GET of a deleted business service return?",
        {
            "not_found": "404.",
            "array": "200, and an empty array.",
        },
        "not_found",
        "terraform-provider-pagerduty #895 reports an array",
    ),
    Question(
        "renamed_summary",
        _AREA,
        "Which summary does the answer to a PUT that renames a business service have?",
        {
            "new": "The new name.",
            "old": "The old name.",
        },
        "new",
        "terraform-provider-pagerduty pins it to the old name",
    ),
)

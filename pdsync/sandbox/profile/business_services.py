"""Business services: open questions about their names, their team, and how they change."""

from __future__ import annotations

from pdsync.sandbox.profile.question import Question

_AREA = "Business services"

QUESTIONS: tuple[Question, ...] = (
    Question(
        "business_service_names",
        _AREA,
        "May two business services have one name?",
        {
            "may_repeat": "They may.",
            "unique": "The second is refused with 400.",
        },
        "may_repeat",
        "no public source",
    ),
    Question(
        "business_service_without_team",
        _AREA,
        "What does a PUT with a `team` of null do to a business service?",
        {
            "cleared": "It takes the service out of its team.",
            "ignored": "The request succeeds, and the team stays.",
            "refused": "The request is refused with 400.",
        },
        "cleared",
        "no public source",
    ),
    Question(
        "business_service_key",
        _AREA,
        "May an account-level key change a business service?",
        {
            "taken": "It may.",
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
            "cleared": "It takes the service out of its team.",
            "ignored": "The request succeeds, and the team stays.",
        },
        "refused",
        "no public source; terraform-provider-pagerduty sends it",
    ),
    Question(
        "deleted_business_service",
        _AREA,
        "What answers the read of a business service that was deleted?",
        {
            "not_found": "404.",
            "array": "200, and an array that is empty.",
        },
        "not_found",
        "terraform-provider-pagerduty #895 reports an array",
    ),
    Question(
        "renamed_summary",
        _AREA,
        "Which summary has a business service in the answer to the PUT that renames it?",
        {
            "new": "The new name.",
            "old": "The old name.",
        },
        "new",
        "terraform-provider-pagerduty pins it to the old name",
    ),
)

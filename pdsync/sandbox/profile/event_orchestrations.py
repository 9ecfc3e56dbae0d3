"""Event orchestrations: open questions about their cache variables, enablements and rules."""

from __future__ import annotations

from pdsync.sandbox.profile.question import Question

_AREA = "Event orchestrations"

QUESTIONS: tuple[Question, ...] = (
    Question(
        "cache_variable_names",
        _AREA,
        "May two cache variables of one orchestration have one name?",
        {
            "may_repeat": "They may.",
            "unique": "The second is refused with 400.",
        },
        "may_repeat",
        "no public source shows a refusal",
    ),
    Question(
        "answer_of_enablement",
        _AREA,
        "What answers the PUT of an enablement?",
        {
            "as_list": "The list `enablements`, as the GET.",
            "as_object": "The object `enablement`.",
        },
        "as_list",
        "terraform-provider-pagerduty reads the list; PagerDuty's API description has the object",
    ),
    Question(
        "rule_without_conditions",
        _AREA,
        "Which `conditions` has an orchestration rule that was written without any?",
        {
            "empty": "An empty list.",
            "nulled": "Null.",
            "null_in_reads": "Null in the answer to a GET, an empty list in the answer to the PUT.",
        },
        "empty",
        "terraform-provider-pagerduty expects a list, and since PRs 1082, 1097 null too",
    ),
    Question(
        "active_of_service",
        _AREA,
        "Can it be read and written whether the orchestration of a service is active?",
        {
            "gone": "No: 410. It is active.",
            "served": "Yes.",
        },
        "served",
        "terraform-provider-pagerduty is ready for 410: accounts whose older event rules are gone",
    ),
    Question(
        "rules_of_deleted_service",
        _AREA,
        "What answers the read of the orchestration of a service that was deleted?",
        {
            "not_found": "404.",
            "forbidden": "403.",
        },
        "not_found",
        "terraform-provider-pagerduty is ready for both",
    ),
    Question(
        "warnings_in_reads",
        _AREA,
        "Does the read of an orchestration's rules have the warnings of what does nothing?",
        {
            "left_out": "No: only the answer to the PUT has them.",
            "shown": "Yes.",
        },
        "left_out",
        "PagerDuty API description",
    ),
)

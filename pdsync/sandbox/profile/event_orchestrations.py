"""Event orchestrations: open questions about their cache variables, enablements and rules."""

from __future__ import annotations

from pdsync.sandbox.profile.question import Question

_AREA = "Event orchestrations"

QUESTIONS: tuple[Question, ...] = (
    Question(
        "cache_variable_names",
        _AREA,
        "Can two cache variables of one orchestration have the same name?",
        {
            "may_repeat": "Yes.",
            "unique": "No: the second is refused with 400.",
        },
        "may_repeat",
        "no public source shows a refusal",
    ),
    Question(
        "answer_of_enablement",
        _AREA,
        "What does the PUT of an enablement return?",
        {
            "as_list": "The list `enablements`, like the GET.",
            "as_object": "The object `enablement`.",
        },
        "as_list",
        "terraform-provider-pagerduty reads the list; PagerDuty's API description has the object",
    ),
    Question(
        "rule_without_conditions",
        _AREA,
        "What `conditions` does an orchestration rule have that was written without any?",
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
        "Can a client read and write whether the orchestration of a service is active?",
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
        "What does the GET of the orchestration of a deleted service return?",
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
        "Does a GET of an orchestration's rules include warnings about rules without effect?",
        {
            "left_out": "No: only the answer to the PUT has them.",
            "shown": "Yes.",
        },
        "left_out",
        "PagerDuty API description",
    ),
)

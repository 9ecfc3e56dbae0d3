"""Services: open questions about escalation policies, services and alert grouping."""

from __future__ import annotations

from pdsync.sandbox.profile.question import Question

_AREA = "Policies and services"

QUESTIONS: tuple[Question, ...] = (
    Question(
        "smallest_delay",
        _AREA,
        "What is the smallest escalation delay of a rule?",
        {
            "one_minute": "1 minute.",
            "five_for_several": "5 minutes with several targets, and 1 minute with one.",
            "five_minutes": "5 minutes.",
        },
        "one_minute",
        "5 minutes with several targets are reported by users",
    ),
    Question(
        "policy_names",
        _AREA,
        "May two escalation policies have one name?",
        {
            "may_repeat": "They may.",
            "unique": "The second is refused with 400.",
        },
        "may_repeat",
        "no public source shows a refusal",
    ),
    Question(
        "new_service_timeouts",
        _AREA,
        "Which timeouts has a new service whose request names none?",
        {
            "disabled": "Both are off.",
            "schema_defaults": "14400 seconds to resolve and 1800 to acknowledge.",
        },
        "disabled",
        "the text of the API description; its schema has the other",
    ),
    Question(
        "create_incidents",
        _AREA,
        "May alert_creation of a service be create_incidents?",
        {
            "taken": "It may.",
            "refused": "It is refused with 400.",
            "ignored": "The request succeeds, and the service creates alerts.",
        },
        "taken",
        "no public source",
    ),
    Question(
        "shift_schedule_reference",
        _AREA,
        "Can a policy name a shift-based schedule by a plain `schedule_reference`?",
        {
            "refused": "No: 400.",
            "taken": "Yes. It is answered as a `schedule_v3_reference`.",
        },
        "refused",
        "no public source",
    ),
    Question(
        "strategy_form",
        _AREA,
        "In which form do answers have the assignment strategy of an escalation rule?",
        {
            "object": "As an object with a `type`.",
            "text": "As text.",
        },
        "object",
        "the decoder of terraform-provider-pagerduty, and heimweh/go-pagerduty #133; the schema of the API description has text",
    ),
    Question(
        "absent_service_fields",
        _AREA,
        "What becomes of fields of a service that a PUT leaves out?",
        {
            "kept": "They keep their values.",
            "reset": "Optional fields are as in a new service.",
        },
        "kept",
        "terraform-provider-pagerduty leaves out what it does not manage",
    ),
    Question(
        "long_grouping_window",
        _AREA,
        "Can the time window of grouping by content lie between an hour and a day?",
        {
            "refused": "No: 400.",
            "taken": "Yes.",
        },
        "refused",
        "PagerDuty API description",
    ),
    Question(
        "grouping_window_default",
        _AREA,
        "Which time window has grouping by content whose request names none?",
        {
            "five_minutes": "300 seconds.",
            "recommended": "0, the one that PagerDuty recommends.",
            "required": "The request is refused with 400.",
        },
        "five_minutes",
        "no public source",
    ),
    Question(
        "intelligent_services",
        _AREA,
        "Can one setting of `content_based_intelligent` grouping have several services?",
        {
            "one": "No: 400.",
            "many": "Yes.",
        },
        "one",
        "PagerDuty API description",
    ),
    Question(
        "empty_grouping_list",
        _AREA,
        "What answers a list of alert grouping settings that would be empty?",
        {
            "empty": "An empty list.",
            "not_found": "404.",
        },
        "empty",
        "no public source",
    ),
    Question(
        "grouping_line_breaks",
        _AREA,
        "Do descriptions of alert grouping settings keep their line breaks?",
        {
            "kept": "Yes.",
            "spaces": "No: they become spaces.",
        },
        "kept",
        "no public source",
    ),
)

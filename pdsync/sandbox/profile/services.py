"""Services: open questions about escalation policies, services and alert grouping."""

from __future__ import annotations

from pdsync.sandbox.profile.question import Question

_AREA = "Policies and services"

QUESTIONS: tuple[Question, ...] = (
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
        "shortest_delay",
        _AREA,
        "What is the shortest delay of an escalation rule?",
        {
            "one_minute": "One minute.",
            "by_targets": "One minute for a single target, five minutes for several.",
        },
        "one_minute",
        "PagerDuty's support pages name both",
    ),
    Question(
        "policy_name",
        _AREA,
        "Can two escalation policies have one name?",
        {
            "shared": "Yes.",
            "unique": "No: 400.",
        },
        "shared",
        "no public source; the reading with which pdsync has to be more careful",
    ),
    Question(
        "schedule_name",
        _AREA,
        "Can two schedules have one name?",
        {
            "shared": "Yes.",
            "unique": "No: 400.",
        },
        "shared",
        "no public source; the reading with which pdsync has to be more careful",
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
        "new_service_timeouts",
        _AREA,
        "Which timeouts has a new service whose request names none?",
        {
            "none_set": "None.",
            "schema": "4 hours to resolve, 30 minutes of acknowledgement.",
        },
        "none_set",
        "the text of PagerDuty's API description; its schema has the other reading",
    ),
    Question(
        "absent_service_fields",
        _AREA,
        "What becomes of fields of a service that a PUT leaves out?",
        {
            "kept": "They keep their values.",
            "reset": "Optional fields get their defaults.",
        },
        "kept",
        "terraform-provider-pagerduty leaves out what it does not manage",
    ),
    Question(
        "retired_alert_creation",
        _AREA,
        "What becomes of `alert_creation: create_incidents`?",
        {
            "kept": "It is stored as sent.",
            "replaced": "It is taken, and answered as `create_alerts_and_incidents`.",
            "refused": "It is refused with 400.",
        },
        "kept",
        "PagerDuty API description, which calls it deprecated",
    ),
    Question(
        "renamed_summary",
        _AREA,
        "Which `summary` has the answer to the PUT that renames a business service?",
        {
            "at_once": "The new name.",
            "next_answer": "The old name; later answers have the new one.",
        },
        "at_once",
        "no public source; terraform-provider-pagerduty expects the other reading",
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

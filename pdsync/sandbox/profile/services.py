"""Services: open questions about escalation policies and services."""

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
        "Can two escalation policies have the same name?",
        {
            "may_repeat": "Yes.",
            "unique": "No: the second is refused with 400.",
        },
        "may_repeat",
        "no public source shows a refusal",
    ),
    Question(
        "new_service_timeouts",
        _AREA,
        "Which timeouts does a new service have when the request names none?",
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
        "Can alert_creation of a service be create_incidents?",
        {
            "taken": "Yes.",
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
            "taken": "Yes. It is returned as a `schedule_v3_reference`.",
        },
        "refused",
        "no public source",
    ),
    Question(
        "strategy_form",
        _AREA,
        "In which form do answers show the assignment strategy of an escalation rule?",
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
        "What happens to fields of a service that a PUT leaves out?",
        {
            "kept": "They keep their values.",
            "reset": "Optional fields are reset to those of a new service.",
        },
        "kept",
        "terraform-provider-pagerduty leaves out what it does not manage",
    ),
)

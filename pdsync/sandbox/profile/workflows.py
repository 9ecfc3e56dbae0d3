"""Workflows: open questions about incident workflows, their triggers, and templates."""

from __future__ import annotations

from pdsync.sandbox.profile.question import Question

_AREA = "Workflows, templates"

QUESTIONS: tuple[Question, ...] = (
    Question(
        "workflow_names",
        _AREA,
        "May two incident workflows have one name?",
        {
            "may_repeat": "They may.",
            "unique": "The second is refused with 400.",
        },
        "may_repeat",
        "no public source",
    ),
    Question(
        "workflow_line_breaks",
        _AREA,
        "Do descriptions of incident workflows keep their line breaks?",
        {
            "kept": "Yes.",
            "spaces": "No: they become spaces.",
        },
        "kept",
        "no public source",
    ),
    Question(
        "workflow_put",
        _AREA,
        "What does a PUT to an incident workflow do to the fields that it leaves out?",
        {
            "whole": "They get their defaults: no steps, no team, no description, enabled. The name stays.",
            "part": "They stay.",
        },
        "whole",
        "no public source; terraform-provider-pagerduty sends everything that is set",
    ),
    Question(
        "unknown_workflow_action",
        _AREA,
        "What happens to a step whose action does not exist?",
        {
            "refused": "The request is refused with 400.",
            "taken": "It is stored, with its inputs as they are.",
        },
        "refused",
        'people report the error "Could not find actions"',
    ),
    Question(
        "unknown_workflow_input",
        _AREA,
        "What happens to an input that the action of its step does not have?",
        {
            "refused": "The request is refused with 400.",
            "left_out": "The request succeeds, and the input is not stored.",
        },
        "refused",
        "no public source",
    ),
    Question(
        "missing_workflow_input",
        _AREA,
        "What happens to a step without an input that its action requires, and that has no default?",
        {
            "refused": "The request is refused with 400.",
            "taken": "It is stored.",
        },
        "refused",
        "no public source",
    ),
    Question(
        "trigger_put",
        _AREA,
        "What does a PUT to a workflow trigger do to the fields that it leaves out?",
        {
            "part": "They stay.",
            "whole": "They get their defaults: no services, no condition, unrestricted.",
        },
        "part",
        "no public source",
    ),
    Question(
        "fixed_of_trigger",
        _AREA,
        "What answers a PUT to a workflow trigger that has its workflow or type?",
        {
            "refused": "400.",
            "ignored": "200; they stay as they are.",
        },
        "refused",
        "PagerDuty API description: the PUT does not have them",
    ),
    Question(
        "trigger_without_condition",
        _AREA,
        "May a conditional trigger come without a condition?",
        {
            "refused": "No: 400. An empty condition is taken.",
            "taken": "Yes: it is the same as an empty one.",
        },
        "refused",
        "PagerDuty API description says both; terraform-provider-pagerduty #671, #924",
    ),
    Question(
        "trigger_of_all_and_some",
        _AREA,
        "What answers a trigger that is subscribed to all services and lists some?",
        {
            "refused": "400.",
            "all": "It is taken, without the list.",
        },
        "refused",
        "no public source",
    ),
    Question(
        "trigger_service_filter",
        _AREA,
        "Does the list of triggers by service have those that are subscribed to all services?",
        {
            "with_all": "Yes.",
            "named": "No.",
        },
        "with_all",
        "no public source",
    ),
    Question(
        "template_names",
        _AREA,
        "May two templates have one name?",
        {
            "may_repeat": "They may.",
            "unique": "The second is refused with 400.",
        },
        "may_repeat",
        "no public source",
    ),
    Question(
        "template_line_breaks",
        _AREA,
        "Do descriptions of templates keep their line breaks?",
        {
            "kept": "Yes.",
            "spaces": "No: they become spaces.",
        },
        "kept",
        "no public source",
    ),
    Question(
        "template_put",
        _AREA,
        "What does a PUT to a template do to the fields that it leaves out?",
        {
            "whole": "They become null. The name stays.",
            "part": "They stay, those inside `templated_fields` too.",
        },
        "whole",
        "no public source",
    ),
    Question(
        "template_list_fields",
        _AREA,
        "Does the list of templates show their `templated_fields`?",
        {
            "shown": "Yes.",
            "left_out": "No: only the read of one template has them.",
        },
        "shown",
        "PagerDuty API description: its schema has them, its example lacks them",
    ),
)

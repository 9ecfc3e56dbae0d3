"""Workflows: open questions about incident workflows, their triggers, and templates."""

from __future__ import annotations

from pdsync.sandbox.profile.question import Question

_AREA = "Workflows, templates"

QUESTIONS: tuple[Question, ...] = (
    Question(
        "workflow_names",
        _AREA,
        "Can two incident workflows have the same name?",
        {
            "may_repeat": "Yes.",
            "unique": "No: the second is refused with 400.",
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
            "whole": "They are reset to their defaults: no steps, no team, no description, enabled. The name stays.",
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
            "left_out": "The request succeeds, but the input is not stored.",
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
            "whole": "They are reset to their defaults: no services, no condition, unrestricted.",
        },
        "part",
        "no public source",
    ),
    Question(
        "fixed_of_trigger",
        _AREA,
        "What is the answer to a PUT of a workflow trigger that contains its workflow or type?",
        {
            "refused": "400.",
            "ignored": "200, but they do not change.",
        },
        "refused",
        "PagerDuty API description: the PUT does not have them",
    ),
    Question(
        "trigger_without_condition",
        _AREA,
        "Can a conditional trigger have no condition?",
        {
            "refused": "No: 400. An empty condition is accepted.",
            "taken": "Yes: it is the same as an empty one.",
        },
        "refused",
        "PagerDuty API description says both; terraform-provider-pagerduty #671, #924",
    ),
    Question(
        "trigger_of_all_and_some",
        _AREA,
        "What is the answer to a trigger that is subscribed to all services and lists some?",
        {
            "refused": "400.",
            "all": "It is accepted, without the list.",
        },
        "refused",
        "no public source",
    ),
    Question(
        "trigger_service_filter",
        _AREA,
        "Does the list of triggers of a service contain triggers that are subscribed to all services?",
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
        "Can two templates have the same name?",
        {
            "may_repeat": "Yes.",
            "unique": "No: the second is refused with 400.",
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
            "part": "They stay, including those inside `templated_fields`.",
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
            "left_out": "No: only the GET of one template has them.",
        },
        "shown",
        "PagerDuty API description: its schema has them, its example lacks them",
    ),
)

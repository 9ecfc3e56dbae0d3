"""Automation: open questions about automation actions and their runners."""

from __future__ import annotations

from pdsync.sandbox.profile.question import Question

_AREA = "Automation"

QUESTIONS: tuple[Question, ...] = (
    Question(
        "runner_with_actions",
        _AREA,
        "Can a runner be deleted while actions use it?",
        {
            "refused": "No: 400.",
            "deleted": "Yes.",
        },
        "refused",
        "no public source",
    ),
    Question(
        "automation_line_breaks",
        _AREA,
        "Do descriptions of automation actions and runners keep their line breaks?",
        {
            "kept": "Yes.",
            "spaces": "No: they become spaces.",
        },
        "kept",
        "no public source",
    ),
    Question(
        "runner_of_action_null",
        _AREA,
        "What does a PUT of an action with a `runner` of null do?",
        {
            "cleared": "It takes the runner away.",
            "kept": "The request succeeds, but the runner does not change.",
            "refused": "It is refused with 400.",
        },
        "cleared",
        "no public source; terraform-provider-pagerduty never sends it",
    ),
    Question(
        "partial_action",
        _AREA,
        "What happens to the members that a PUT of an action leaves out?",
        {
            "kept": "They stay.",
            "reset": "They return to their defaults.",
        },
        "kept",
        "no public source: the API description requires none of them",
    ),
    Question(
        "action_without_services",
        _AREA,
        "What are the `services` of an action that has none?",
        {
            "empty": "An empty list.",
            "left_out": "The answer has no `services`.",
        },
        "empty",
        "an example in PagerDuty's API description has an action without `services`",
    ),
    Question(
        "services_of_action_for_all",
        _AREA,
        "Which `services` does an action have that is mapped to all services?",
        {
            "own": "The services that it was associated with one by one.",
            "all": "All services of the account.",
        },
        "own",
        "no public source",
    ),
    Question(
        "repeated_association",
        _AREA,
        "What does a POST of an association do that is there already?",
        {
            "taken": "The request succeeds, and nothing changes.",
            "refused": "It is refused with 400.",
        },
        "taken",
        "no public source",
    ),
)

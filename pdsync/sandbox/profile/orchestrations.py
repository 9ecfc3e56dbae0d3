"""Orchestrations: open questions about event orchestrations and webhooks."""

from __future__ import annotations

from pdsync.sandbox.profile.question import Question

_AREA = "Orchestrations, automation, webhooks, analytics"

QUESTIONS: tuple[Question, ...] = (
    Question(
        "orchestration_names",
        _AREA,
        "Can two event orchestrations have the same name?",
        {
            "shared": "Yes.",
            "unique": "No: 400.",
        },
        "shared",
        "no public source",
    ),
    Question(
        "orchestration_line_breaks",
        _AREA,
        "Do descriptions of event orchestrations keep their line breaks?",
        {
            "kept": "Yes.",
            "spaces": "No: they become spaces.",
        },
        "kept",
        "no public source",
    ),
    Question(
        "ids_of_rules",
        _AREA,
        "Which ids do the rules of an orchestration get when a PUT leaves out the ids?",
        {
            "new": "New ones.",
            "kept": "The ids of the rules at the same positions before.",
        },
        "new",
        "terraform-provider-pagerduty computes them again",
    ),
    Question(
        "rule_to_deleted_service",
        _AREA,
        "How is a rule shown that routes to a deleted service?",
        {
            "kept": "As it was written.",
            "gone": "Not at all.",
        },
        "kept",
        "no public source",
    ),
    Question(
        "conditions_of_a_rule",
        _AREA,
        "Can an orchestration rule have 25 conditions?",
        {
            "many": "Yes.",
            "few": "No: 400.",
        },
        "many",
        "no public source; users report a limit below 25",
    ),
    Question(
        "unrouted_suppress",
        _AREA,
        "What happens to `suppress` in the `catch_all` of the unrouted rules?",
        {
            "stored": "It is stored.",
            "left_out": "It is ignored.",
            "refused": "It is refused with 400.",
        },
        "stored",
        "an example in PagerDuty's API description; its schema has no such action",
    ),
    Question(
        "rules_of_new_service",
        _AREA,
        "Is the orchestration of a new service active?",
        {
            "active": "Yes.",
            "inactive": "No.",
        },
        "active",
        "no public source",
    ),
    Question(
        "webhook_line_breaks",
        _AREA,
        "Do descriptions of webhook subscriptions keep their line breaks?",
        {
            "kept": "Yes.",
            "spaces": "No: they become spaces.",
        },
        "kept",
        "no public source",
    ),
    Question(
        "webhook_description_length",
        _AREA,
        "How long can the description of a webhook subscription be?",
        {
            "long": "1024 characters.",
            "short": "255 characters.",
        },
        "long",
        "no public source; the API description calls it short",
    ),
    Question(
        "webhook_description_null",
        _AREA,
        "What does a PUT of a webhook subscription with a null description do?",
        {
            "cleared": "It empties the description.",
            "kept": "Nothing.",
            "refused": "It is refused with 400.",
        },
        "cleared",
        "no public source",
    ),
    Question(
        "webhook_of_deleted_object",
        _AREA,
        "What happens to a webhook subscription of a service or team that is deleted?",
        {
            "deleted": "It is deleted too.",
            "kept": "It stays.",
        },
        "deleted",
        "no public source",
    ),
    Question(
        "action_of_another_path",
        _AREA,
        "What happens to an action that the rules of a path do not support, such as `drop_event` in unrouted rules?",
        {
            "refused": "It is refused with 400.",
            "left_out": "It is ignored.",
        },
        "refused",
        "no public source",
    ),
    Question(
        "orchestration_without_team",
        _AREA,
        "What is the `team` of an orchestration that has none?",
        {
            "null_id": "An object whose `id` is null.",
            "empty": "Null.",
            "left_out": "The answer has no `team`.",
        },
        "null_id",
        "terraform-provider-pagerduty sends and reads it; pagerduty-mcp fails on it, and takes the other two",
    ),
)

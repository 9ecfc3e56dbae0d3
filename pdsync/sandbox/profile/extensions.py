"""Extensions: open questions about extensions of services and connections of workflow integrations."""

from __future__ import annotations

from pdsync.sandbox.profile.question import Question

_AREA = "Extensions, workflow connections"

QUESTIONS: tuple[Question, ...] = (
    Question(
        "extension_secrets",
        _AREA,
        "How do answers show the secrets in the `config` of an extension?",
        {
            "redacted": "As the text `--redacted--`.",
            "nothing": "As null.",
        },
        "redacted",
        "terraform-provider-pagerduty #94, #280, #462, #862",
    ),
    Question(
        "extension_redacted_value",
        _AREA,
        "What does a PUT store for a secret of an extension that is sent back as `--redacted--`?",
        {
            "stored": "That text, so the secret is lost.",
            "kept": "The secret stays as it is.",
        },
        "stored",
        "no public source",
    ),
    Question(
        "extension_config",
        _AREA,
        "What does a PUT do to the members of the `config` of an extension that it leaves out?",
        {
            "whole": "They are removed.",
            "merged": "They stay.",
        },
        "whole",
        "no public source; terraform-provider-pagerduty sends the whole config",
    ),
    Question(
        "extension_services",
        _AREA,
        "What does a PUT of an extension with other services do?",
        {
            "changed": "The extension gets those services.",
            "ignored": "It succeeds, but the services stay.",
            "refused": "It is refused with 400.",
        },
        "changed",
        "no public source; terraform-provider-pagerduty makes another extension instead",
    ),
    Question(
        "extension_endpoint_url",
        _AREA,
        "Do answers show the `endpoint_url` of an extension?",
        {
            "shown": "Yes.",
            "hidden": "No: it is null.",
        },
        "shown",
        "PagerDuty API description shows it; terraform-provider-pagerduty #94, #862",
    ),
    Question(
        "extension_of_deleted_service",
        _AREA,
        "What happens to an extension whose last service is deleted?",
        {
            "deleted": "It is deleted too.",
            "stays": "It stays, without a service.",
        },
        "deleted",
        "no public source",
    ),
    Question(
        "connection_secrets",
        _AREA,
        "Must a PATCH of a workflow connection contain its secrets?",
        {
            "required": "Yes: without them, 400.",
            "optional": "No: then they stay as they are.",
        },
        "required",
        "PagerDuty API description",
    ),
    Question(
        "connection_answer",
        _AREA,
        "What does the answer to a request for one workflow connection look like?",
        {
            "plain": "It is the connection, without a wrapper.",
            "listed": "It is `connection` with a list of one.",
        },
        "plain",
        "PagerDuty API description: its schema has no wrapper, its examples have the list",
    ),
)

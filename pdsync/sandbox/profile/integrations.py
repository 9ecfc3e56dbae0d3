"""Integrations: open questions about where the events and emails of a service come in."""

from __future__ import annotations

from pdsync.sandbox.profile.question import Question

_AREA = "Policies and services"

QUESTIONS: tuple[Question, ...] = (
    Question(
        "type_beside_vendor",
        _AREA,
        "Does an integration with a vendor need a `type`?",
        {
            "optional": "No.",
            "required": "Yes: without it, 400.",
        },
        "optional",
        "terraform-provider-pagerduty always sends one",
    ),
    Question(
        "foreign_type_beside_vendor",
        _AREA,
        "What happens if an integration has a vendor and the `type` of another product?",
        {
            "refused": "It is refused with 400.",
            "overruled": "The vendor decides, and the type is ignored.",
        },
        "refused",
        "no public source",
    ),
    Question(
        "email_without_address",
        _AREA,
        "What happens to an email integration without a vendor and without an `integration_email`?",
        {
            "refused": "It is refused with 400.",
            "made_up": "PagerDuty makes up an address.",
        },
        "refused",
        "terraform-provider-pagerduty",
    ),
    Question(
        "integration_deletion",
        _AREA,
        "Can integrations be deleted?",
        {
            "deleted": "Yes.",
            "not_served": "No: the request does not exist.",
        },
        "deleted",
        "terraform-provider-pagerduty deletes them; the API description does not have the request",
    ),
    Question(
        "extractor_delimiters",
        _AREA,
        "Does PagerDuty trim the delimiters of value extractors?",
        {
            "kept": "No.",
            "trimmed": "Yes: white space around them is lost.",
        },
        "kept",
        "no public source",
    ),
    Question(
        "unused_delimiters",
        _AREA,
        "How do answers show delimiters that were sent for a value extractor of type `entire`?",
        {
            "as_sent": "As they were sent.",
            "empty": "As empty strings.",
            "left_out": "Not at all.",
        },
        "as_sent",
        "no public source",
    ),
)

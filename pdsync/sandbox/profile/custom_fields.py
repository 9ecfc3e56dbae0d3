"""Custom fields: open questions about incident types, custom fields and their options."""

from __future__ import annotations

from pdsync.sandbox.profile.question import Question

_AREA = "Incident types, custom fields"

QUESTIONS: tuple[Question, ...] = (
    Question(
        "custom_field_line_breaks",
        _AREA,
        "Do descriptions of incident types and custom fields keep their line breaks?",
        {
            "kept": "Yes.",
            "spaces": "No: they become spaces.",
        },
        "kept",
        "no public source",
    ),
    Question(
        "custom_field_default",
        _AREA,
        "How does a request write the default value of a boolean or a number?",
        {
            "typed": "As a value of that type. A text is refused with 400.",
            "text": "As a text, such as `true` or `7`. A value of that type is refused with 400.",
        },
        "typed",
        "PagerDuty API description says both; terraform-provider-pagerduty #908",
    ),
    Question(
        "renamed_field_option",
        _AREA,
        "What happens to values when the option that they name gets another text?",
        {
            "values_follow": "They change to the new text.",
            "values_stay": "They keep the old text.",
        },
        "values_follow",
        "no public source",
    ),
)

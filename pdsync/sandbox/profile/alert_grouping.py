"""Alert grouping: open questions about the settings that group the alerts of services."""

from __future__ import annotations

from pdsync.sandbox.profile.question import Question

_AREA = "Alert grouping"

QUESTIONS: tuple[Question, ...] = (
    Question(
        "no_grouping_settings",
        _AREA,
        "What does the list of alert grouping settings return when there are none?",
        {
            "empty_list": "200, and an empty list.",
            "not_found": "404.",
        },
        "empty_list",
        "PagerDuty API description; terraform-provider-pagerduty is ready for 404",
    ),
    Question(
        "services_of_content_based_intelligent",
        _AREA,
        "Can a setting of the type `content_based_intelligent` have several services?",
        {
            "one": "No: only one. More are refused with 400.",
            "many": "Yes.",
        },
        "one",
        "PagerDuty API description; terraform-provider-pagerduty allows many",
    ),
    Question(
        "long_grouping_window",
        _AREA,
        "Can the time window of content-based grouping be between an hour and a day?",
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
        "What is the time window of content-based grouping when the request names none?",
        {
            "five_minutes": "300 seconds.",
            "recommended": "0, which means PagerDuty's recommendation.",
            "required": "The request is refused with 400.",
        },
        "five_minutes",
        "no public source",
    ),
    Question(
        "echoed_grouping",
        _AREA,
        "What does a PUT of a service with unchanged `alert_grouping_parameters` do to a setting that the service shares?",
        {
            "splits": "The service leaves the setting and gets its own.",
            "kept": "Nothing.",
        },
        "splits",
        "terraform-provider-pagerduty #949, #958, #1017, #1066, #1068 report settings that were wiped or split",
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

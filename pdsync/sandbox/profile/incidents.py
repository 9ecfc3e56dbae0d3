"""Incidents: open questions about incidents, alerts and who is notified."""

from __future__ import annotations

from pdsync.sandbox.profile.question import Question

_AREA = "Incidents"

QUESTIONS: tuple[Question, ...] = (
    Question(
        "service_with_incidents",
        _AREA,
        "What happens to the open incidents of a service that is deleted?",
        {
            "resolved": "They are resolved.",
            "refused": "The delete is refused with 400.",
        },
        "resolved",
        "no public source",
    ),
    Question(
        "policy_of_incidents",
        _AREA,
        "Can a policy be deleted that is used only by open incidents?",
        {
            "deleted": "Yes.",
            "refused": "No: 400.",
        },
        "deleted",
        "no public source; the API description names services only",
    ),
    Question(
        "same_policy_again",
        _AREA,
        "What happens when an incident is reassigned to the policy that it already uses?",
        {
            "nothing": "Nothing.",
            "first_level": "It starts at the first level again and notifies the people there.",
        },
        "nothing",
        "no public source",
    ),
    Question(
        "chosen_people",
        _AREA,
        "Does a high-urgency incident escalate if it was assigned to named people?",
        {
            "stay": "No.",
            "escalate": "Yes, through its policy.",
        },
        "stay",
        "no public source",
    ),
    Question(
        "responders_when_resolved",
        _AREA,
        "Can responders be requested for a resolved incident?",
        {
            "taken": "Yes.",
            "refused": "No: 400.",
        },
        "taken",
        "PagerDuty's MCP server expects it",
    ),
    Question(
        "ended_acknowledgement",
        _AREA,
        "Where does an incident continue when its acknowledgement times out?",
        {
            "same_level": "At the level where it was acknowledged.",
            "first_level": "At the first level of its policy.",
        },
        "same_level",
        "no public source",
    ),
)

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
        "Can a policy be deleted that only open incidents follow?",
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
        "What does giving an incident to the policy that it follows already?",
        {
            "nothing": "Nothing.",
            "first_level": "It begins at the first level again, and notifies its people.",
        },
        "nothing",
        "no public source",
    ),
    Question(
        "chosen_people",
        _AREA,
        "Does an incident of high urgency escalate that was assigned to chosen people?",
        {
            "stay": "No.",
            "escalate": "Yes, by its policy.",
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
        "Where does an incident go on whose acknowledgement ends?",
        {
            "same_level": "On the level where it was acknowledged.",
            "first_level": "On the first level of its policy.",
        },
        "same_level",
        "no public source",
    ),
)

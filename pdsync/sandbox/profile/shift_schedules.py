"""Shift-based schedules: open questions about rotations, their events and their shifts."""

from __future__ import annotations

from pdsync.sandbox.profile.question import Question

_AREA = "Shift-based schedules"

QUESTIONS: tuple[Question, ...] = (
    Question(
        "empty_rotations",
        _AREA,
        "Can the POST of a shift-based schedule contain empty lists of rotations and policies?",
        {
            "taken": "Yes.",
            "refused": "No: 400.",
        },
        "taken",
        "terraform-provider-pagerduty sends them; PagerDuty's API description refuses both fields",
    ),
    Question(
        "teams_of_shift_schedule",
        _AREA,
        "What happens to the teams in a PUT of a shift-based schedule?",
        {
            "passed_over": "They do not change.",
            "written": "They are written.",
            "refused": "The request is refused with 400.",
        },
        "passed_over",
        "PagerDuty API description, in which a PUT has no teams; terraform-provider-pagerduty sends them",
    ),
    Question(
        "layer_based_by_v3",
        _AREA,
        "What does `GET /v3/schedules/{id}` return for the id of a layer-based schedule?",
        {
            "refused": "400, as the other way round.",
            "not_found": "404.",
        },
        "refused",
        "no public source; the message is quoted by pagerduty-mcp",
    ),
    Question(
        "late_effective_since",
        _AREA,
        "What happens to an event that begins to be effective more than 12 months ahead?",
        {
            "refused": "It is refused with 400.",
            "taken": "It is taken.",
        },
        "refused",
        "PagerDuty API description quotes the message, and does not name the limit",
    ),
    Question(
        "events_that_touch",
        _AREA,
        "Can an event begin to be effective at the moment when another one of its rotation ends?",
        {
            "taken": "Yes.",
            "refused": "No: they overlap, 400.",
        },
        "taken",
        "no public source",
    ),
    Question(
        "first_shift_with_offset",
        _AREA,
        "Which time is the `date_time` of an event's `start_time` that has an offset or a `Z`?",
        {
            "instant": "The moment that it says. Answers are in UTC.",
            "wall_clock": "The time of day in `time_zone`, whatever the offset. Answers end in `Z`.",
        },
        "instant",
        "no public source; the examples of PagerDuty's API description have a `Z` and America/New_York",
    ),
    Question(
        "delete_of_active_event",
        _AREA,
        "What happens to an event that is deleted while it is effective?",
        {
            "cut": "It ends now, and stays as an event of the past.",
            "deleted": "It is gone, with its past.",
            "refused": "The request is refused with 400.",
        },
        "cut",
        "no public source; a deleted rotation does this to its event (PagerDuty API description)",
    ),
    Question(
        "deleted_rotation",
        _AREA,
        "Do answers have a deleted rotation, with its events of the past?",
        {
            "gone": "No.",
            "listed": "Yes.",
        },
        "gone",
        "PagerDuty API description: past events are preserved in the audit history",
    ),
)

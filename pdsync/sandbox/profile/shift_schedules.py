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
        "fixed_of_active_event",
        _AREA,
        "What does the PUT of an effective event do if it changes more than `effective_until`?",
        {
            "refused": "It is refused with 400.",
            "ignored": "It changes `effective_until` alone.",
        },
        "refused",
        "PagerDuty API description: the others cannot be changed; pagerduty-mcp: they are not honoured",
    ),
    Question(
        "partial_event_put",
        _AREA,
        "What does the PUT of an event do to the fields that it leaves out?",
        {
            "part": "They stay.",
            "refused": "It is refused with 400 unless it has all that a POST needs. An event without `effective_until` has no end.",
        },
        "part",
        "PagerDuty API description, examples; pagerduty-mcp sends all and calls it a full replacement",
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
    Question(
        "shift_starts_at_clock_change",
        _AREA,
        "When do shifts begin after the clocks change?",
        {
            "wall_clock": "At the same time of day as before.",
            "elapsed": "After the same number of seconds as before.",
        },
        "wall_clock",
        "PagerDuty API description: start_time is a time of day with a time zone",
    ),
    Question(
        "shift_length_at_clock_change",
        _AREA,
        "When does a shift end during which the clocks change?",
        {
            "wall_clock": "At the same time of day as the others.",
            "elapsed": "After the same number of seconds as the others.",
        },
        "wall_clock",
        "PagerDuty API description: end_time is a time of day with a time zone",
    ),
    Question(
        "first_shift_off_the_rule",
        _AREA,
        "Is there a shift at `start_time` if the RRULE does not give it?",
        {
            "left_out": "No.",
            "counted": "Yes, and it is the first one.",
        },
        "left_out",
        "RFC 5545 does not define it; python-dateutil leaves it out",
    ),
    Question(
        "first_turn",
        _AREA,
        "Which shift is the first member's?",
        {
            "first_shift": "The one at `start_time`, also if it is before `effective_since`.",
            "effective_since": "The first one after `effective_since`.",
        },
        "first_shift",
        "no public source",
    ),
    Question(
        "turn_of_excluded_shift",
        _AREA,
        "Does a shift that an EXDATE takes out count as a turn?",
        {
            "waits": "No: the next shift is the turn of the same member.",
            "passes": "Yes.",
        },
        "waits",
        "no public source",
    ),
    Question(
        "shift_at_effective_end",
        _AREA,
        "What happens to a shift during which its event begins or ends to be effective?",
        {
            "cut": "Only the part inside is a shift.",
            "whole": "It is a whole shift if it begins inside, else none.",
        },
        "cut",
        "PagerDuty API description: the event of a deleted rotation is truncated",
    ),
    Question(
        "simultaneous_rotations",
        _AREA,
        "Who is on call where shifts of two rotations overlap?",
        {
            "together": "The members of both.",
            "last": "The member of the rotation that was created later.",
        },
        "together",
        "no public source",
    ),
    Question(
        "empty_member_in_final_schedule",
        _AREA,
        "Does the final schedule list the shifts of the empty member?",
        {
            "listed": "Yes.",
            "left_out": "No.",
        },
        "listed",
        "PagerDuty API description, ComputedShiftAssignment",
    ),
    Question(
        "override_outside_shift",
        _AREA,
        "What happens to an override of a member who has no shift at that time?",
        {
            "no_effect": "It is stored, and has no effect.",
            "refused": "It is refused with 400.",
        },
        "no_effect",
        "no public source",
    ),
    Question(
        "past_override_start",
        _AREA,
        "What happens to a `start_time` in the past of a new override of a shift?",
        {
            "kept": "It is returned as it was sent.",
            "now": "It becomes now.",
            "refused": "The override is refused with 400.",
        },
        "kept",
        "no public source",
    ),
)

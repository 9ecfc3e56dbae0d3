"""Schedules: open questions about layers and overrides."""

from __future__ import annotations

from pdsync.sandbox.profile.question import Question

_AREA = "Schedules"

QUESTIONS: tuple[Question, ...] = (
    Question(
        "rotation_virtual_start",
        _AREA,
        "Is a `rotation_virtual_start` between two whole minutes accepted?",
        {
            "any_second": "Yes, and it is returned as it was sent.",
            "whole_minutes": "It is refused with 400.",
        },
        "any_second",
        "pagerduty-cli sends seconds by default; terraform-provider-pagerduty #659 reports the refusal",
    ),
    Question(
        "layer_order",
        _AREA,
        "In which order do answers list the layers of a schedule?",
        {
            "reversed": "The last layer of the request comes first.",
            "as_sent": "The first layer of the request comes first.",
        },
        "reversed",
        "terraform-provider-pagerduty, flattenScheduleLayers; other public sources disagree",
    ),
    Question(
        "winning_layer",
        _AREA,
        "Which of two simultaneous layers is on call?",
        {
            "last": "The one that comes later in the request.",
            "first": "The one that comes earlier in the request.",
        },
        "last",
        "PagerDuty's support pages, Schedule Basics",
    ),
    Question(
        "left_out_layers",
        _AREA,
        "What happens to layers that a PUT leaves out?",
        {
            "stay": "They stay as they are, below the layers in the PUT.",
            "end": "They end.",
            "go": "They are deleted.",
        },
        "stay",
        "terraform-provider-pagerduty ends layers with a PUT of their own, and never leaves one out",
    ),
    Question(
        "ended_layers",
        _AREA,
        "Do answers list layers that have ended?",
        {"listed": "They do.", "left_out": "They do not."},
        "listed",
        "app-sre/qontract-reconcile #2074 finds deleted users in ended layers",
    ),
    Question(
        "past_layer_end",
        _AREA,
        "Is an `end` in the past accepted for a layer that has begun?",
        {"taken": "It is stored as sent.", "refused": "It is refused with 400."},
        "taken",
        "no public source",
    ),
    Question(
        "schedule_teams",
        _AREA,
        "Can the teams of a schedule be written?",
        {"written": "They are stored.", "ignored": "They are silently ignored."},
        "written",
        "terraform-provider-pagerduty writes them; the API description marks them as read-only",
    ),
    Question(
        "local_moments",
        _AREA,
        "In which time zone is a time without an offset?",
        {"schedule_zone": "In the time zone of the schedule.", "utc": "In UTC."},
        "schedule_zone",
        "PagerDuty API description, time_zone of schedules",
    ),
    Question(
        "daily_turns_at_clock_change",
        _AREA,
        "When do turns of whole days hand off after the clocks change?",
        {
            "wall_clock": "At the same time of day as before.",
            "elapsed": "After the same number of seconds as before.",
        },
        "wall_clock",
        "the editor of schedules shows one time of day for all hand-offs",
    ),
    Question(
        "overlapping_overrides",
        _AREA,
        "Which of two simultaneous overrides is on call?",
        {"newest": "The one that was created later.", "oldest": "The one that was created earlier."},
        "newest",
        "no public source",
    ),
    Question(
        "deleted_user_in_layer",
        _AREA,
        "How do answers show a deleted user in a layer that has ended?",
        {"reference": "As a reference by id.", "empty": "As null.", "left_out": "Not at all."},
        "reference",
        "app-sre/qontract-reconcile #2074",
    ),
    Question(
        "long_rendering",
        _AREA,
        "What does a request to render more than a year return?",
        {"refused": "400.", "rendered": "The rendering (up to ten years, here)."},
        "refused",
        "no public source",
    ),
    Question(
        "preview_id",
        _AREA,
        "Which id does a schedule from `POST /schedules/preview` have?",
        {"none": "None.", "made_up": "An id that no schedule has."},
        "none",
        "no public source",
    ),
    Question(
        "schedule_users_without_period",
        _AREA,
        "Whom does `GET /schedules/{id}/users` list without `since` and `until`?",
        {"everyone": "Everyone in a layer or an override.", "on_call_now": "Who is on call now."},
        "everyone",
        "no public source",
    ),
    Question(
        "zone_aliases",
        _AREA,
        "Are time zone aliases such as `US/Mountain` accepted?",
        {
            "refused": "They are refused with 400.",
            "kept": "They are stored as sent.",
        },
        "refused",
        "terraform-provider-pagerduty #796",
    ),
    Question(
        "schedule_names",
        _AREA,
        "Can two schedules have the same name?",
        {
            "may_repeat": "Yes.",
            "unique": "No: the second is refused with 400.",
        },
        "may_repeat",
        "terraform-provider-pagerduty looks up schedules by name without a warning",
    ),
)

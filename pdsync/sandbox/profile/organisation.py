"""Organisation: open questions about tags, dependencies and maintenance windows."""

from __future__ import annotations

from pdsync.sandbox.profile.question import Question

_AREA = "Tags, dependencies, maintenance"

QUESTIONS: tuple[Question, ...] = (
    Question(
        "tag_labels",
        _AREA,
        "Can two tags have the same label?",
        {
            "unique": "No: the second is refused with 400.",
            "may_repeat": "Yes.",
        },
        "unique",
        "change_tags finds a tag by its label",
    ),
    Question(
        "dependency_circle",
        _AREA,
        "Can services depend on each other in a circle?",
        {
            "refused": "No: the last dependency of the circle is refused with 400.",
            "taken": "Yes.",
        },
        "refused",
        "no public source",
    ),
    Question(
        "repeated_dependency",
        _AREA,
        "What is the answer to a dependency that already exists?",
        {
            "answered": "200, and nothing changes.",
            "refused": "400.",
        },
        "answered",
        "no public source",
    ),
    Question(
        "tag_label_case",
        _AREA,
        "Are tag labels that differ only in case the same?",
        {
            "same": "They are.",
            "different": "They are not.",
        },
        "same",
        "no public source",
    ),
    Question(
        "change_tags_answer",
        _AREA,
        "What does a request to change the tags of an object return?",
        {
            "request": "The body of the request.",
            "empty": "An empty object.",
        },
        "request",
        "PagerDuty API description, its example",
    ),
    Question(
        "dependency_on_itself",
        _AREA,
        "Can a service depend on itself?",
        {
            "refused": "It is refused with 400.",
            "taken": "Yes.",
        },
        "refused",
        "no public source",
    ),
    Question(
        "bad_dependency_of_several",
        _AREA,
        "What happens to a request for several dependencies when one is invalid?",
        {
            "none_made": "It is refused, and none is created.",
            "others_made": "It is refused, but the others are created.",
            "passed_over": "It succeeds, and the others are created.",
        },
        "none_made",
        "no public source",
    ),
    Question(
        "absent_dependency",
        _AREA,
        "What is the answer to the removal of a dependency that does not exist?",
        {
            "left_out": "200, and the answer leaves it out.",
            "refused": "400.",
            "not_found": "404.",
        },
        "left_out",
        "no public source",
    ),
    Question(
        "dependencies_of_deleted_service",
        _AREA,
        "What happens to the dependencies of a service that is deleted?",
        {
            "end": "They end.",
            "listed": "The list of the other service still has them.",
        },
        "end",
        "no public source",
    ),
    Question(
        "dependencies_at_once",
        _AREA,
        "What does the later of two simultaneous requests that change dependencies return?",
        {
            "carried_out": "It succeeds too.",
            "refused": "500, and it changes nothing.",
        },
        "carried_out",
        "terraform-provider-pagerduty PR #724 reports the 500",
    ),
    Question(
        "tags_at_once",
        _AREA,
        "What does the later of two simultaneous requests that change the tags of one object return?",
        {
            "carried_out": "It succeeds too.",
            "refused": "400 with a body that is not JSON, and it changes nothing.",
        },
        "carried_out",
        "terraform-provider-pagerduty #1019 reports the 400",
    ),
    Question(
        "overrides_of_deleted_user",
        _AREA,
        "What happens to the overrides of a user who is deleted?",
        {
            "stay": "They stay, with a reference to the deleted user.",
            "go": "They are deleted.",
            "refused": "The delete is refused with 400 while one has not ended.",
        },
        "stay",
        "no public source",
    ),
    Question(
        "window_of_deleted_service",
        _AREA,
        "What happens to a maintenance window whose only service is deleted?",
        {
            "goes": "It is deleted.",
            "stays": "It stays, without a service.",
        },
        "goes",
        "no public source",
    ),
    Question(
        "window_times",
        _AREA,
        "In which form do answers have the times of maintenance windows?",
        {
            "utc": "In UTC.",
            "offset": "With the offset of the account's time zone (here, that of Asia/Tokyo).",
        },
        "utc",
        "terraform-provider-pagerduty #116 reports the offset; the sandbox's account is in UTC",
    ),
    Question(
        "incident_in_maintenance",
        _AREA,
        "What is the answer to the creation of an incident on a service in maintenance?",
        {
            "refused": "400.",
            "made": "201: the incident is created.",
        },
        "refused",
        "no public source",
    ),
)

"""Organisation: open questions about tags, business services, dependencies and maintenance windows."""

from __future__ import annotations

from pdsync.sandbox.profile.question import Question

_AREA = "Tags, dependencies, maintenance"

QUESTIONS: tuple[Question, ...] = (
    Question(
        "tag_labels",
        _AREA,
        "May two tags have one label?",
        {
            "unique": "The second is refused with 400.",
            "may_repeat": "They may.",
        },
        "unique",
        "change_tags finds a tag by its label",
    ),
    Question(
        "dependency_circle",
        _AREA,
        "May services depend on each other in a circle?",
        {
            "refused": "The last dependency of the circle is refused with 400.",
            "taken": "They may.",
        },
        "refused",
        "no public source",
    ),
    Question(
        "repeated_dependency",
        _AREA,
        "What answers a dependency that is there already?",
        {
            "answered": "200, and nothing changes.",
            "refused": "400.",
        },
        "answered",
        "no public source",
    ),
    Question(
        "renamed_summary",
        _AREA,
        "Which summary has a business service in the answer to the PUT that renames it?",
        {
            "new": "The new name.",
            "old": "The old name.",
        },
        "new",
        "terraform-provider-pagerduty pins it to the old name",
    ),
)

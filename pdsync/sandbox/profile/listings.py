"""Listings: open questions about lists: their order, filters and totals."""

from __future__ import annotations

from pdsync.sandbox.profile.question import Question

_AREA = "Listings"

QUESTIONS: tuple[Question, ...] = (
    Question(
        "list_order",
        _AREA,
        "In which order are users, teams and schedules listed?",
        {
            "by_name": "By name.",
            "oldest_first": "In the order of creation.",
            "newest_first": "Newest first.",
        },
        "by_name",
        "PagerDuty API description, sort_by of services and policies",
    ),
    Question(
        "query_match",
        _AREA,
        "Which names does `query` find?",
        {
            "contains": "Names that contain it.",
            "word_beginnings": "Names with a word that begins with it.",
            "beginning": "Names that begin with it.",
        },
        "contains",
        "the author of pagerduty-cli calls it a substring search (pagerduty-cli #12)",
    ),
    Question(
        "override_period",
        _AREA,
        "How long can the period of a request for the overrides of a schedule be?",
        {
            "any": "Any length.",
            "year": "A year; a longer one is refused with 400.",
            "ninety_days": "90 days; a longer one is refused with 400.",
        },
        "any",
        "no public source",
    ),
)

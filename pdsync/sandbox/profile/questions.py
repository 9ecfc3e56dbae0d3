"""Questions: every open question by its name. A new one is one declaration in the module of its area."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from pdsync.sandbox.profile import (
    account_settings,
    alert_grouping,
    automation,
    business_services,
    custom_fields,
    event_orchestrations,
    extensions,
    incidents,
    integrations,
    limits,
    listings,
    orchestrations,
    organisation,
    other_hosts,
    people,
    schedules,
    services,
    shift_schedules,
    workflows,
    writes,
)
from pdsync.sandbox.profile.question import Question

_AREAS = (
    schedules,
    shift_schedules,
    people,
    listings,
    services,
    integrations,
    alert_grouping,
    incidents,
    organisation,
    business_services,
    orchestrations,
    event_orchestrations,
    automation,
    workflows,
    custom_fields,
    other_hosts,
    extensions,
    account_settings,
    limits,
    writes,
)
"""In the order of the list in docs/sandbox.md."""


def _by_name(questions: list[Question]) -> Mapping[str, Question]:
    found = {question.name: question for question in questions}
    if len(found) < len(questions):
        raise ValueError("two open questions have the same name")
    return MappingProxyType(found)


QUESTIONS: Mapping[str, Question] = _by_name([question for area in _AREAS for question in area.QUESTIONS])

"""The sandbox makes of events what PagerDuty's pages say."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from pdsync.sandbox.routing.evaluation import evaluate
from pdsync.sandbox.routing.rulebook import Chapter, Rulebook
from tests.support.two_routings import by_sandbox
from tests.support.vectors.event_vector import EventVector, event_vectors


@pytest.mark.parametrize("vector", event_vectors(), ids=str)
def test_events_become_what_the_pages_say(vector: EventVector) -> None:
    vector.check(by_sandbox(vector.case))


def test_a_condition_that_cannot_be_read_matches_nothing() -> None:
    vector = event_vectors()[0]
    rules = [{"id": "a", "conditions": [{"expression": "(("}], "actions": {"route_to": "PCHECKT"}}]
    router = {"sets": [{"id": "start", "rules": rules}], "catch_all": {"actions": {"route_to": "unrouted"}}}
    case = replace(vector.case, documents={**vector.case.documents, "router": router})
    assert by_sandbox(case)["fate"] == "unrouted"


@pytest.mark.parametrize(
    ("target", "value", "field", "expected"),
    [
        ("event.severity", "{{event.class}}", "severity", "warning"),
        ("event.severity", "urgent", "severity", "critical"),
        ("event.custom_details", "x", "custom_details", {"deep": {"er": 1}}),
        ("event.custom_details.deep.er.est", "x", "custom_details", {"deep": {"er": {"est": "x"}}}),
        ("event.summary.more", "x", "summary", "Full"),
        ("raw_event.summary", "x", "summary", "Full"),
        ("not a path", "x", "summary", "Full"),
        ("event", "x", "summary", "Full"),
    ],
)
def test_what_an_extraction_can_set(target: str, value: str, field: str, expected: Any) -> None:
    actions = {"extractions": [{"target": target, "template": value}]}
    document = {"sets": [{"id": "start", "rules": []}], "catch_all": {"actions": actions}}
    payload = {"summary": "Full", "severity": "critical", "class": "Warning", "custom_details": {"deep": {"er": 1}}}
    rulebook = Rulebook(Chapter(), lambda id: None, before=Chapter(document))
    outcome = evaluate({"payload": payload}, rulebook, datetime(2026, 3, 4, tzinfo=UTC))
    assert outcome.treatment.event[field] == expected

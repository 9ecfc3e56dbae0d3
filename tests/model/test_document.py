"""What a field with requests of its own makes of answers."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pytest

from pdsync.kinds.service import SERVICE
from pdsync.model import UnreadableError
from pdsync.model.document import FieldDocument, LiveDocument, Switch

ROUTER = FieldDocument(
    "orchestrations/{parent}/router", wrapper="router", meanings={410: {"sets": []}}, switch=Switch("{parent}/on", "on")
)


def fetch(declared: FieldDocument, answers: dict[str, tuple[int, Any]]) -> LiveDocument:
    def get(path: str, told: Collection[int]) -> tuple[int, Any]:
        status, answer = answers[path]
        if status != 200 and status not in told:
            raise ConnectionError(status)
        return status, answer

    return declared.fetch("P1", get)


@pytest.mark.parametrize(
    ("answer", "live"),
    [
        ((200, {"router": {"sets": [1], "version": "v1"}}), LiveDocument({"sets": [1], "version": "v1"}, ("v1",))),
        (
            (200, {"router": {"version": 7, "updated_at": "now"}}),
            LiveDocument({"version": 7, "updated_at": "now"}, (7, "now")),
        ),
        ((200, {"router": {"version": None}}), LiveDocument({"version": None})),
        ((200, {"router": [1]}), LiveDocument([1])),
        ((410, None), LiveDocument({"sets": []})),
    ],
)
def test_a_reading_has_the_answer_without_its_wrapper_and_its_version(answer: Any, live: LiveDocument) -> None:
    assert fetch(ROUTER, {"orchestrations/P1/router": answer, "P1/on": (200, {"on": True})}) == live


@pytest.mark.parametrize(
    "answer", [True, 7, "x", [1], {"sets": 5}, {"sets": [1]}, {"sets": {"a": 1}}, {"catch_all": 3}]
)
def test_rules_of_the_wrong_shape_cannot_be_read(answer: Any) -> None:
    declared = SERVICE.documents["event_orchestration"]
    with pytest.raises(UnreadableError):
        fetch(declared, {"event_orchestrations/services/P1": (200, {"orchestration_path": answer})})


@pytest.mark.parametrize("status", [402, 403, 404, 500])
def test_a_status_without_a_meaning_is_raised(status: int) -> None:
    with pytest.raises(ConnectionError):
        fetch(ROUTER, {"orchestrations/P1/router": (status, None)})


@pytest.mark.parametrize(
    ("status", "answer", "is_on"),
    [
        (200, {"on": True}, True),
        (200, {"on": False}, False),
        (200, {"on": "yes"}, None),
        (200, [], None),
        (402, None, None),
        (403, None, None),
        (404, None, None),
        (410, None, True),
    ],
)
def test_a_switch_is_on_off_or_not_known(status: int, answer: Any, is_on: bool | None) -> None:
    declared = FieldDocument("x", switch=Switch("{parent}/on", "on", frozenset({410})))
    assert fetch(declared, {"x": (200, {}), "P1/on": (status, answer)}).is_on is is_on


@pytest.mark.parametrize(
    "whole",
    [
        {"router": {}, "warnings": [{"message": "no"}]},
        {"enablement": {"enabled": True, "warnings": [{"message": "no"}]}},
        {"enablement": [{"enabled": True, "warnings": [{"message": "no"}]}]},
    ],
)
def test_warnings_are_beside_the_wrapper_or_in_it(whole: Any) -> None:
    assert list(ROUTER.warnings(whole)) == [{"message": "no"}]


@pytest.mark.parametrize("whole", [{"router": {}}, {"router": {}, "warnings": None}, {"router": [1, {"warnings": []}]}])
def test_most_answers_have_none(whole: Any) -> None:
    assert list(ROUTER.warnings(whole)) == []


def test_a_request_is_in_its_own_wrapper() -> None:
    declared = FieldDocument("x", wrapper="all", write_wrapper="one", to_request=lambda value, answer: [value, answer])
    assert declared.body(1, 2) == {"one": [1, 2]}
    assert declared.written({"one": 3}) == 3
    assert FieldDocument("x").body(1, 2) == 1


@pytest.mark.parametrize("answer", [{}, {"a": 1}, None, [], "router", 7], ids=str)
def test_an_answer_without_the_document_is_told_in_words(answer: Any) -> None:
    with pytest.raises(UnreadableError, match="answered a document P1 that cannot be read: it has no 'router'"):
        fetch(ROUTER, {"orchestrations/P1/router": (200, answer)})

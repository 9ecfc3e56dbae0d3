"""Events as rules see them, and the paths into them."""

from __future__ import annotations

from typing import Any

import pytest

from pdsync.routing.event import event_of_body
from pdsync.routing.path import MISSING, Path, find_value, parse_path, set_value
from pdsync.routing.variable import extract, render_template

BODY: dict[str, Any] = {
    "routing_key": "e93facc04764012d7bfb002500d5d1a6",
    "event_action": "trigger",
    "dedup_key": "db/7",
    "payload": {"summary": "disk full", "source": "db-7", "severity": "error", "custom_details": {"hosts": ["a", "b"]}},
    "links": [{"href": "https://example.com"}],
}


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("event.summary", ("event", "summary")),
        (" event.custom_details.disk use ", ("event", "custom_details", "disk use")),
        ("event.custom_details['disk.use'][0].x", ("event", "custom_details", "disk.use", 0, "x")),
        ('event["a"]', ("event", "a")),
        ("", None),
        (".summary", None),
        ("event..summary", None),
        ("event[x]", None),
        ("event.", None),
        ("[0]", None),
    ],
)
def test_paths(text: str, path: Path | None) -> None:
    assert parse_path(text) == path


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("event.summary", "disk full"),
        ("event.dedup_key", "db/7"),
        ("event.event_action", "trigger"),
        ("event.custom_details.hosts[1]", "b"),
        ("event.custom_details.hosts.1", "b"),
        ("event.custom_details.hosts[2]", MISSING),
        ("event.custom_details.hosts.first", MISSING),
        ("event.component", MISSING),
        ("event.links[0].href", "https://example.com"),
        ("raw_event.payload.source", "db-7"),
        ("raw_event.routing_key", MISSING),
        ("other.summary", MISSING),
    ],
)
def test_values(path: str, value: Any) -> None:
    steps = parse_path(path)
    assert steps is not None
    assert event_of_body(BODY).find(steps) == value


def test_the_routing_key_is_nowhere_in_an_event() -> None:
    assert BODY["routing_key"] not in repr(event_of_body(BODY))


@pytest.mark.parametrize("body", [{}, {"payload": None}, {"payload": "text"}, {"payload": {"custom_details": None}}])
def test_an_event_without_a_payload_is_read_too(body: Any) -> None:
    event = event_of_body(body)
    assert (event.action, event.summary) == ("trigger", "")


def test_a_value_is_set_where_there_is_nothing_and_the_old_event_stays() -> None:
    before = {"summary": "a", "custom_details": {"x": {"y": 1}}}
    assert set_value(before, ("custom_details", "x", "z"), "2") == {
        "summary": "a",
        "custom_details": {"x": {"y": 1, "z": "2"}},
    }
    assert set_value(before, ("summary", "z"), "2")["summary"] == {"z": "2"}
    assert before == {"summary": "a", "custom_details": {"x": {"y": 1}}}


@pytest.mark.parametrize(
    ("regex", "text", "found"),
    [
        ("d.k", "disk duk", "duk"),
        ("(d.)k", "duk", "du"),
        ("(d)(u)?(k)", "dk", "dk"),
        ("x", "duk", None),
        ("()", "duk", ""),
    ],
)
def test_extract(regex: str, text: str, found: str | None) -> None:
    """Groups are joined; without any, the whole match counts."""
    assert extract(regex, text) == found


def test_templates() -> None:
    values: dict[Path, Any] = {("event", "a"): "x", ("event", "b"): ["y", 1], ("event", "c"): None}
    rendered = render_template(
        "{{event.a}} {{ event.b }} [{{event.c}}{{event.d}}] {event.a} {{}}", lambda path: values.get(path, MISSING)
    )
    assert rendered == ('x ["y",1] [] {event.a} {{}}', ("event.c", "event.d"))


def test_values_of_no_container() -> None:
    assert find_value("text", ("x",)) is MISSING
    assert find_value([1], (-1,)) is MISSING


@pytest.mark.parametrize("half", [chr(0xD800), chr(0xDFFF)])
def test_half_a_character_is_a_question_mark(half: str) -> None:
    """No output and no regular expression takes it: it is no UTF-8."""
    body = {"payload": {"summary": f"cut {half}", "custom_details": {"a": [half], half: 1}}}
    found = event_of_body(body)
    assert found.fields["summary"] == "cut ?"
    assert found.find(("raw_event", "payload", "custom_details")) == {"a": ["?"], "?": 1}

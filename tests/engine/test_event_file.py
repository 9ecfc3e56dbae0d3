"""Files of events: what is in them, and what is wrong with its line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pdsync.engine.event_file import EventError, load_event
from pdsync.engine.sample import load_samples

GOOD: dict[str, Any] = {"payload": {"summary": "disk full", "source": "db-1", "severity": "critical"}}
ALERT = {"type": "alert", "summary": "web down", "alert_key": "w", "created_at": "2026-11-23T10:00:00Z"}


def errors_of(folder: Path, text: str) -> list[str]:
    """Everything that is said of a file of this text."""
    file = folder / "event.json"
    file.write_text(text)
    with pytest.raises(EventError) as caught:
        load_event(str(file))
    return [said.replace(f"{folder}/", "") for said in (caught.value.message, *caught.value.details)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "event.json:1:2: this is not JSON"),
        ('{"payload":\n  x}', "event.json:2:3: this is not JSON"),
        (
            '{"payload": {"summary": "a", "source": "b", "severity": "info", "custom_details": NaN}}',
            "NaN is not a JSON number",
        ),
        ("[]", "event.json:1:1: an event is an object (Write the body of an event"),
        ("{}", "event.json:1:1: the event has no payload (Write it like"),
        ('{\n "payload": 5}', "event.json:2:13: payload: the payload is an object"),
        ('{"payload":\n {"source": "b", "severity": "info"}}', "event.json:2:2: payload: the payload has no summary"),
        (
            '{"payload": {"summary": "a", "source": "b",\n"severity": "hihg"}}',
            "event.json:2:13: payload.severity: 'hihg' is not a severity (Write one of critical, error, warning, info.)",
        ),
        (
            '{"payload": {"summary": "a", "source": "b", "severity": "criticl"}}',
            "'criticl' is not a severity (Did you mean 'critical'?)",
        ),
        ('{"payload": {"summary": " ", "source": "b", "severity": "info"}}', "summary is a text that is not empty"),
        ('{"payload": {"summary": "a", "source": 5, "severity": "info"}}', "source is a text that is not empty"),
        ('{"event_action": "fire"}', "'fire' is not an action (Write one of trigger, acknowledge, resolve.)"),
        ('{"event_action": "resolve"}', "an event that is to resolve needs a dedup_key"),
        (
            '{"summary": "a",\n"event_action": "resolve", "dedup_key": "k"}',
            "event.json:1:2: summary is in the wrong place",
        ),
        (
            '{"pyload": {}, "event_action": "resolve", "dedup_key": "k"}',
            "an event has no 'pyload' (Did you mean 'payload'?)",
        ),
        (
            '{"host": "x", "event_action": "resolve", "dedup_key": "k"}',
            """an event has no 'host' (Details of your own go into "custom_details" in "payload".)""",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    (error,) = errors_of(tmp_path, text)
    assert said in error


def test_everything_that_is_wrong_is_said_at_once_in_order(tmp_path: Path) -> None:
    text = '{\n"payload": {\n"severity": "x",\n"summary": ""},\n"dedup_keys": "k"}'
    places = [error.split(": ")[0] for error in errors_of(tmp_path, text)]
    assert places == ["event.json:2:12", "event.json:3:13", "event.json:4:12", "event.json:5:1"]


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(EventError, match="cannot be read"):
        load_event(str(tmp_path / "missing.json"))


@pytest.mark.parametrize(
    "body",
    [
        GOOD,
        {**GOOD, "event_action": "trigger", "routing_key": "k", "client": "x", "links": [], "images": []},
        {"event_action": "acknowledge", "dedup_key": "k"},
    ],
)
def test_what_pagerduty_takes_is_an_event(tmp_path: Path, body: Any) -> None:
    file = tmp_path / "event.json"
    file.write_text(json.dumps(body))
    assert load_event(str(file)).action == body.get("event_action", "trigger")


@pytest.mark.parametrize(
    "text",
    [
        json.dumps([GOOD, ALERT]),
        json.dumps([GOOD, ALERT], indent=2),
        f"{json.dumps(GOOD)}\n\n{json.dumps(ALERT)}\n",
        json.dumps({"alerts": [GOOD, ALERT], "more": False}, indent=1),
    ],
)
def test_sample_events_of_every_form(tmp_path: Path, text: str) -> None:
    file = tmp_path / "alerts.json"
    file.write_text(text)
    samples = load_samples(str(file)).samples
    assert [(each.event.summary, each.is_rebuilt) for each in samples] == [("disk full", False), ("web down", True)]


@pytest.mark.parametrize("text", [json.dumps(GOOD), json.dumps(GOOD, indent=2)])
def test_one_event_is_a_file_of_samples_too(tmp_path: Path, text: str) -> None:
    file = tmp_path / "alerts.json"
    file.write_text(text)
    assert len(load_samples(str(file)).samples) == 1


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (f"{json.dumps(GOOD)}\n{{}}\n", "alerts.json:2:1"),
        (f"{json.dumps(GOOD)}\n{{x\n", "alerts.json:2:2"),
        (json.dumps([GOOD, {}], indent=0), "alerts.json:9:1"),
        ('{"alerts": [\n{}]}', "alerts.json:2:1"),
    ],
)
def test_a_bad_sample_is_said_with_its_line(tmp_path: Path, text: str, place: str) -> None:
    file = tmp_path / "alerts.json"
    file.write_text(text)
    with pytest.raises(EventError) as caught:
        load_samples(str(file))
    assert caught.value.message.removeprefix(f"{tmp_path}/").startswith(f"{place}: ")

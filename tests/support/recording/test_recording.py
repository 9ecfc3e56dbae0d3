"""A recording of a client, from the request to the replay."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from pdsync.sandbox import SandboxServer
from tests.support.recording.answer import differences, kind_of, look, meets
from tests.support.recording.build import build_recording, settle
from tests.support.recording.exchange import Recorder, recording
from tests.support.recording.file import RecordingFile, load_recording, render_recording
from tests.support.recording.placeholder import UnknownPlaceholderError, fill, with_placeholders
from tests.support.recording.replay import replay

NOW = datetime(2026, 1, 31, 12, 0, 0, tzinfo=UTC)
HEADERS = {"Authorization": "Token token=u+of-a-small-client-1", "Accept": "application/json"}


def ask(sandbox: SandboxServer) -> None:
    """A small client: it makes a user, an override for two hours from now, and lists who is there."""

    def request(method: str, path: str, body: Any = None, **query: str) -> Any:
        answer = requests.request(method, sandbox.url + path, json=body, params=query, headers=HEADERS, timeout=10)
        return answer.json() if answer.content else None

    user = request("POST", "/users", {"user": {"type": "user", "name": "Ann", "email": "ann@example.com"}})["user"]
    now = datetime.now(UTC)
    reference = {"id": user["id"], "type": "user_reference"}
    layer = {"start": now.isoformat(), "rotation_virtual_start": now.isoformat(), "users": [{"user": reference}]}
    layer["rotation_turn_length_seconds"] = 86400
    body = {"schedule": {"type": "schedule", "name": "Days", "time_zone": "UTC", "schedule_layers": [layer]}}
    schedule = request("POST", "/schedules", body)["schedule"]
    period = {"start": now.isoformat(), "end": (now + timedelta(hours=2)).isoformat()}
    request("POST", f"/schedules/{schedule['id']}/overrides", {"overrides": [{**period, "user": reference}]})
    request("GET", "/users", query="ann")
    request("DELETE", "/users/PNONE00")


def record(reads: dict[int, list[str]]) -> RecordingFile:
    recorder = Recorder()
    with recording(recorder), SandboxServer() as sandbox:
        recorder.begin_step("all")
        ask(sandbox)
        for number, pointers in reads.items():
            recorder.exchanges[number - 1].reads = pointers
        return build_recording("small 1.0", recorder.exchanges, sandbox.url)


@pytest.fixture(scope="module")
def recorded() -> RecordingFile:
    return record({4: ["/users", "/users/0", "/users/0/email", "/users/0/id", "/users/0/self", "/users/1/id", "/more"]})


def test_what_is_another_at_each_run_is_a_placeholder(recorded: RecordingFile) -> None:
    users, schedules, overrides, listed, deleted = recorded.lines
    assert recorded.headers["Accept"] == "application/json"
    assert "Authorization" not in render_recording(recorded)
    assert users["bind"]["user:1"] == "/user/id"
    [layer] = schedules["body"]["schedule"]["schedule_layers"]
    assert layer["users"] == [{"user": {"id": "{user:1}", "type": "user_reference"}}]
    assert layer["start"] == "{now}"
    assert overrides["path"] == "/schedules/{schedule:1}/overrides"
    assert overrides["body"]["overrides"][0]["end"] == "{now+7200s}"
    assert (deleted["path"], deleted["status"]) == ("/users/PNONE00", 404)
    assert listed["query"] == {"query": "ann"}


def test_what_the_client_reads_is_what_an_answer_must_have(recorded: RecordingFile) -> None:
    """And of a client that does not say what it reads, what came back as it was sent."""
    users, *_, listed, _ = recorded.lines
    row = "/users/[id={user:1}]"
    assert listed["answer_has"] == {
        f"{row}/email": "ann@example.com",
        f"{row}/id": "{user:1}",
        f"{row}/self": "{url}/users/{user:1}",
        "/more": False,
    }
    assert users["answer_has"]["/user/email"] == "ann@example.com"
    assert users["answer_has"]["/user/id"] == "{user:1}"


def test_a_replay_meets_it_and_says_where_a_server_differs(recorded: RecordingFile, tmp_path: Path) -> None:
    file = tmp_path / "small.jsonl"
    file.write_text(render_recording(recorded), encoding="utf-8")
    loaded = load_recording(file)
    assert (loaded.client, loaded.lines) == ("small 1.0", recorded.lines)
    with SandboxServer() as sandbox:
        assert [str(it) for it in replay(sandbox.url, loaded) if it.differences] == []
    with SandboxServer(
        faults=[{"match": {"method": "POST", "path": "/users"}, "action": {"type": "error", "status": 503}}]
    ) as sandbox:
        first, second, *_ = replay(sandbox.url, loaded)
    assert "status 503, not 201" in str(first)
    assert "not asked: no answer told {user:1}" in str(second)


def test_what_a_second_run_gives_otherwise_is_asked_for_by_its_kind() -> None:
    made = record({})
    made.lines[0]["answer_has"] = {"/user/name": "Bob", "/user/description": "none", "/user/nothing": "x"}
    with SandboxServer() as sandbox:
        wrong = settle(made, replay(sandbox.url, made))
    assert made.lines[0]["answer_has"]["/user/name"] == "<string>"
    assert [text.splitlines() for text in wrong] == [
        ['1 all: POST /users: /user/description null, not "none"', '1 all: POST /users: /user/nothing missing, not "x"']
    ]


@pytest.mark.parametrize(
    ("found", "need", "met"),
    [
        ("x", "x", True),
        ("x", "y", False),
        ("x", "<string>", True),
        (1, "<string>", False),
        (True, "<integer>", False),
        (True, "<boolean>", True),
        (None, "<string or null>", True),
        (1, True, False),
        ("2026-01-31T12:00:00Z", "2026-01-31T13:00:00+01:00", True),
        ("2026-01-31T12:00:00Z", "<moment>", True),
        ("2026-01-31", "<moment>", False),
        ([], "<array>", True),
        ({}, "<array>", False),
    ],
)
def test_needs(found: Any, need: Any, met: bool) -> None:
    assert meets(found, need) is met


def test_pointers_find_rows_by_a_value() -> None:
    answer = {"rows": [{"id": "A", "user": {"id": "U"}}, {"id": "B", "user": {"id": "V"}}], "a/b": [1, 2]}
    assert look(answer, "/rows/[user.id=V]/id") == "B"
    assert look(answer, "/a~1b/1") == 2
    assert [kind_of(it) for it in (1, 1.5, None, "x", "2026-01-31T12:00:00Z", [], {}, True)] == [
        *("<integer>", "<number>", "<null>", "<string>", "<moment>", "<array>", "<object>", "<boolean>")
    ]
    with pytest.raises(KeyError):
        look(answer, "/rows/2")
    needs = {"/rows/[id=C]": "<object>", "/nothing": "<absent>", "/rows": "<absent>", "/x": "{user:1}"}
    assert [it.pointer for it in differences(answer, needs, {}, NOW)] == ["/rows/[id=C]", "/rows", "/x"]


def test_moments_keep_their_distance_from_now() -> None:
    asked = ["2026-01-31T12:00:02.123Z", "2026-02-01T13:00:00+01:00", "2026-01-31T11:59:00Z", "PABCDEF"]
    kept = with_placeholders(asked, {"PABCDEF": "user:1"}, NOW)
    assert kept == ["{now}", "{now+1d}", "{now-60s}", "{user:1}"]
    later = NOW + timedelta(days=365)
    assert fill(kept, {"user:1": "P1"}, later) == [
        *("2027-01-31T12:00:00.000Z", "2027-02-01T12:00:00.000Z", "2027-01-31T11:59:00.000Z", "P1")
    ]
    with pytest.raises(UnknownPlaceholderError):
        fill("{user:2}", {}, NOW)

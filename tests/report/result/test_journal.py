"""What a journal says of a run that ended, and of one that was killed."""

from __future__ import annotations

from typing import Any

import pytest

from pdsync.report.result.journal import WriteState, build_journal
from pdsync.report.result.journal_text import render_journal_text


def request(number: int, method: str = "POST", path: str = "/teams") -> dict[str, Any]:
    return {"event": "request", "number": number, "address": "team/red", "method": method, "path": path}


@pytest.mark.parametrize(
    ("method", "events", "state"),
    [
        ("POST", [], WriteState.UNKNOWN),
        ("POST", [{"event": "answer", "status": 201}], WriteState.DONE),
        ("POST", [{"event": "done", "id": "P1"}], WriteState.DONE),
        (
            "POST",
            [{"event": "answer", "status": 500}, {"event": "failed", "status": 500, "message": "refused"}],
            WriteState.UNKNOWN,
        ),
        ("POST", [{"event": "failed", "message": "no answer"}], WriteState.UNKNOWN),
        ("PUT", [{"event": "failed", "status": 400, "message": "refused"}], WriteState.REFUSED),
        ("PUT", [{"event": "failed", "status": 404, "message": "refused"}], WriteState.REFUSED),
        ("DELETE", [{"event": "failed", "status": 404, "message": "refused"}], WriteState.GONE),
    ],
)
def test_how_a_write_ended(method: str, events: list[dict[str, Any]], state: WriteState) -> None:
    journal = build_journal([request(1, method), *({**event, "number": 1} for event in events)])
    assert journal.writes[1].state is state


def test_a_change_that_was_begun_and_sent_is_unknown_until_it_ends() -> None:
    begun = [{"event": "change", "address": "team/red", "operation": "create"}]
    assert build_journal(begun).status_of("team/red") == "not done"
    assert build_journal([*begun, request(1)]).status_of("team/red") == "unknown"
    ended = {"event": "outcome", "address": "team/red", "status": "applied"}
    assert build_journal([*begun, request(1), ended]).status_of("team/red") == "applied"


def test_a_run_that_was_killed_says_so() -> None:
    start = {"event": "start", "workspace": "acme", "digest": "d" * 64, "changes": 1}
    killed, ended = build_journal([start]), build_journal([start, {"event": "end", "exit_code": 0}])
    assert (killed.ended, killed.exit_code) == (False, None)
    assert (ended.ended, ended.to_json()["exit_code"]) == (True, 0)
    assert render_journal_text(killed) != render_journal_text(ended)


def test_an_event_that_is_not_known_is_left_out() -> None:
    journal = build_journal([{"event": "other"}, {"event": "answer", "number": 9, "status": 200}])
    assert (journal.workspace, journal.changes, journal.writes) == ("", 0, {})

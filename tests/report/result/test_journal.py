"""What a journal says of a run that ended, and of one that was killed."""

from __future__ import annotations

from typing import Any

import pytest

from pdsync.report.result.journal import WriteState, build_journal
from pdsync.report.result.journal_text import render_before_text, render_journal_text


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


def test_the_first_body_of_an_object_counts_and_all_that_was_changed() -> None:
    """A name that was changed for a moment is a change of the same object before its own."""

    def before(operation: str, fields: list[str], name: str) -> dict[str, Any]:
        body = {"id": "P1", "name": name, "description": "One\x1b[2J"}
        about = {"address": "service/api", "kind": "service", "id": "P1", "operation": operation}
        return {"event": "before", **about, "fields": fields, "items": [], "body": body}

    journal = build_journal([before("interim", ["name"], "First"), before("update", ["description"], "Moment")])
    (found,) = journal.before
    assert found.body is not None
    assert (found.body["name"], found.fields, found.operation) == ("First", ("name", "description"), "update")
    text = render_before_text(journal)
    assert 'name: "First"' in text
    assert "Moment" not in text
    assert "\x1b" not in text

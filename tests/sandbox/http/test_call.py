"""Bodies that are taken as requests, and bodies that are not."""

from __future__ import annotations

import json

import pytest

from pdsync.sandbox.http.call import is_text
from tests.sandbox.account import Account


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"", "not valid JSON"),
        (b"{", "not valid JSON"),
        (b"\xff\xfe", "not valid JSON"),
        (b'{"team": {"name": NaN}}', "not valid JSON"),
        (b"[" * 100_000, "not valid JSON"),
        (b"1" * 5000, "not valid JSON"),
        (b"[]", "must be a JSON object"),
        (b'"team"', "must be a JSON object"),
        (b"{}", "must have an object 'team'"),
        (b'{"name": "x"}', "must have an object 'team'"),
        (b'{"team": []}', "must have an object 'team'"),
        (b'{"team": null}', "must have an object 'team'"),
    ],
)
def test_bodies_that_are_not_requests(account: Account, body: bytes, text: str) -> None:
    answer = account.call("POST", "/teams", data=body)
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert (error["message"], error["code"]) == ("Invalid Input Provided", 2001)
    assert text in error["errors"][0]


@pytest.mark.parametrize("name", [r"\ud800", r"x\uDFFF", r"\ude92\ud83d"])
def test_half_a_character_is_no_text(account: Account, name: str) -> None:
    answer = account.call("POST", "/teams", data=f'{{"team": {{"name": "{name}"}}}}')
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, 2001)
    event = f'{{"routing_key": "{"0" * 32}", "event_action": "trigger", "payload": {{"summary": "{name}"}}}}'
    assert account.call("POST", "/v2/enqueue", data=event).json()["message"] == "Event object format is unrecognized"
    made = account.call("POST", "/teams", data=r'{"team": {"name": "\ud83d\ude92 \\ud800"}}')
    assert made.json()["team"]["name"] == "\U0001f692 \\ud800"


def test_half_a_surrogate_pair_is_told_from_a_whole_one() -> None:
    for text, whole in ((r'"\ud83d\ude00"', True), ('"plain"', True), (r'"\ud83d"', False)):
        assert is_text(text.encode(), json.loads(text)) is whole

"""A state as JSON text, a piece at a time."""

from __future__ import annotations

import io
import json
import shutil
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pdsync.sandbox.store.state_text import read_pieces
from tests.sandbox.account import Account
from tests.sandbox.filled import fill


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (b"", "not valid JSON"),
        (b"{", "not valid JSON"),
        (b'{"team": [{}', "not valid JSON"),
        (b'{"team": [{},]}', "not valid JSON"),
        (b'{"team": [] "user": []}', "not valid JSON"),
        (b'{"team": []} x', "not valid JSON"),
        (b'{"team": [NaN]}', "not valid JSON"),
        (b"{7: []}", "not valid JSON"),
        (b'{"team": ["\xff"]}', "not valid JSON"),
        (b'{"team": ' + b"[" * 100_000, "not valid JSON"),
        (b"[]", "must be an object with a list for each kind"),
        (b"1", "must be an object with a list for each kind"),
        (b"{}", "there is no user with the role owner"),
        (b'{"team": {"id": "P1"}}', "team must be a list"),
        (b'{"teams": []}', "teams is not a kind"),
        (b' {"team" :\n[ 12 , 3 ] } ', "team[1] must be an object with an id"),
    ],
)
def test_a_text_that_is_no_state_is_refused(account: Account, text: bytes, problem: str) -> None:
    before = account.get("/_sandbox/state")
    answer = account.call("PUT", "/_sandbox/state", data=text)
    assert answer.status_code == 400
    assert problem in " ".join(answer.json()["error"]["errors"])
    assert account.get("/_sandbox/state") == before


_ENTRY = st.recursive(
    st.none() | st.text(max_size=9) | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3),
    max_leaves=4,
)


@settings(max_examples=60)
@given(
    document=st.dictionaries(st.text(max_size=3), st.lists(_ENTRY, max_size=3), max_size=3),
    indent=st.none() | st.integers(0, 2),
    chunk=st.integers(1, 5),
)
def test_a_text_is_read_in_pieces_of_any_size(document: dict[str, list[Any]], indent: int | None, chunk: int) -> None:
    class Slow(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(chunk)

    text = json.dumps(document, indent=indent, ensure_ascii=indent is None)
    read: dict[str, list[Any]] = {}
    for kind, index, entry in read_pieces(Slow(text.encode("utf-8"))):
        if index is None:
            assert entry
            read[kind] = []
        else:
            assert index == len(read[kind])
            read[kind].append(entry)
    assert read == json.loads(text.encode("utf-8"))


def test_a_long_log_goes_out_and_comes_back_without_being_held_in_memory(account: Account, tmp_path: Path) -> None:
    fill(account)
    store = account.server._store
    assert store is not None
    [entry] = [it for it in store.each("log_entry") if it.body["type"] == "trigger_log_entry"]
    body = {**entry.body, "event_details": {"description": "x" * 12_000}}
    with store.transaction():
        for number in range(1_700):
            store.put("log_entry", f"PLOG{number}", body, entry.parent)
    file = tmp_path / "state.json"
    tracemalloc.start()
    try:
        with account.call("GET", "/_sandbox/state", stream=True) as answer, file.open("wb") as out:
            shutil.copyfileobj(answer.raw, out)
        with file.open("rb") as text:
            assert account.call("PUT", "/_sandbox/state", data=text).status_code == 204
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert file.stat().st_size > 20_000_000
    assert peak < file.stat().st_size * 0.75
    assert json.loads(file.read_bytes()) == account.server.control.state()

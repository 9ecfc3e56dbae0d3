"""What `pdsync journal` tells, and where journals are kept."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from pdsync.sandbox import SandboxServer
from tests.cli.conftest import Pdsync

pytestmark = pytest.mark.empty_account


def test_a_journal_tells_of_every_write_with_its_request_id(
    pdsync: Pdsync, manifests: Path, online: SandboxServer, folder: Path
) -> None:
    assert pdsync("apply", "--yes").code == 0
    body = json.loads(pdsync("journal", "show", "-o", "json").out)
    assert body["ended"]
    assert body["exit_code"] == 0
    assert {change["status"] for change in body["changes"]} == {"applied"}
    sent = [(it["method"], it["path"]) for it in online.requests() if it["method"] != "GET"]
    assert sorted((it["method"], "/" + it["path"].lstrip("/")) for it in body["writes"]) == sorted(sent)
    assert all(it["request_ids"] and it["statuses"] == [201] for it in body["writes"])
    text = pdsync("journal", "show").out
    assert "done    POST   users as P" in text
    assert "Changes: 3 applied. Exit code 0." in text
    (file,) = (folder / ".pdsync" / "journal").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_lost_answer_is_unknown_and_a_refusal_is_refused(
    pdsync: Pdsync, manifests: Path, online: SandboxServer
) -> None:
    refused = {"match": {"method": "POST"}, "action": {"type": "error", "status": 403}}
    online.control.set_faults([refused])
    assert pdsync("apply", "--yes", "--journal", "refused.jsonl").code == 1
    body = json.loads(pdsync("journal", "show", "refused.jsonl", "-o", "json").out)
    assert {write["state"] for write in body["writes"]} == {"refused"}
    assert body["exit_code"] == 1
    assert "refused POST" in pdsync("journal", "show", "refused.jsonl").out
    lost = {"match": {"method": "POST", "path": "/users"}, "action": {"type": "drop", "when": "after"}}
    online.control.set_faults([lost])
    pdsync("apply", "--yes", "--journal", "lost.jsonl")
    first = json.loads(pdsync("journal", "show", "lost.jsonl", "-o", "json").out)["writes"][0]
    assert (first["state"], first["statuses"]) == ("unknown", [])


def test_where_a_journal_may_be_kept(pdsync: Pdsync, manifests: Path, online: SandboxServer, folder: Path) -> None:
    (folder / "there.jsonl").write_text("mine")
    os.symlink("elsewhere", folder / "link.jsonl")
    for name in ("there.jsonl", "link.jsonl", "no/folder.jsonl"):
        run = pdsync("apply", "--yes", "--journal", name)
        assert run.code == 64
        assert name in run.err
    assert (folder / "there.jsonl").read_text() == "mine"
    assert not [it for it in online.requests() if it["method"] != "GET"]
    (folder / ".pdsync").write_text("a file, where the folder should be")
    run = pdsync("apply", "--yes")
    assert run.code == 0
    assert "warning: no journal is kept" in run.err


def test_what_is_no_journal_is_refused(pdsync: Pdsync, manifests: Path, folder: Path) -> None:
    assert "there is no journal" in pdsync("journal", "show").err
    run = '{"event": "run", "time": "2026-01-05T09:00:00Z"}\n'
    for text, said in (
        ("", "does not begin with a run"),
        ("{}\n", "x.jsonl:1: 'event' is missing"),
        ('{"event": "start"}\n', "x.jsonl:1: 'workspace' is missing"),
        ("\x00", "invalid JSON"),
        ("[" * 100_000, "invalid JSON"),
        (f"{run}x\n{run}", "x.jsonl:2: is not a journal (invalid JSON)"),
        (f'{run}{{"event": "end", "exit_code": NaN}}\n{run}', "x.jsonl:2: is not a journal (invalid JSON)"),
        (f'{run}{{"event": "end", "exit_code": "0"}}\n', "x.jsonl:2: exit_code: expected a whole number, got text"),
        (f'{run}{{"event": "answer", "number": 1, "status": null}}\n', "x.jsonl:2: status: expected a whole number"),
    ):
        (folder / "x.jsonl").write_text(text)
        shown = pdsync("journal", "show", "x.jsonl")
        assert (shown.code, said in shown.err) == (1, True), shown
    start = '{"event": "start", "workspace": "acme", "digest": "0", "changes": 2}\n'
    (folder / "x.jsonl").write_text(f'{run}{start}{{"event": "what a newer pdsync tells"}}\n{{"event": "requ')
    assert "2 not begun. The run did not end: it was killed." in pdsync("journal", "show", "x.jsonl").out

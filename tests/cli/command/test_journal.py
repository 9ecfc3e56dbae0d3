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


def _edit(manifests: Path, pdsync: Pdsync) -> str:
    """An apply that changes the service, after one that made all; gives the name of its journal."""
    assert pdsync("apply", "--yes").code == 0
    manifests.write_text(manifests.read_text().replace("auto_resolve_timeout: 4h", "auto_resolve_timeout: 10m"))
    assert pdsync("apply", "--yes").code == 0
    return max(path.stem for path in Path(".pdsync/journal").iterdir())


def test_what_a_run_overwrote_is_shown_and_put_back(pdsync: Pdsync, manifests: Path, online: SandboxServer) -> None:
    run = _edit(manifests, pdsync)
    shown = pdsync("journal", "show", "--before").out
    assert "before its update" in shown
    assert "auto_resolve_timeout: 14400" in shown
    (before,) = json.loads(pdsync("journal", "show", "--before", "-o", "json").out)["before"]
    assert (before["address"], before["body"]["auto_resolve_timeout"]) == ("service/checkout", 14400)
    assert "before" not in json.loads(pdsync("journal", "show", "-o", "json").out)
    sent = len([it for it in online.requests() if it["method"] != "GET"])
    preview = pdsync("journal", "restore", "last", "--dry-run")
    assert (preview.code, "auto_resolve_timeout: 10m -> 4h" in preview.out) == (0, True)
    asked = pdsync("journal", "restore", run)
    assert asked.code == 64
    assert "auto_resolve_timeout: 10m -> 4h" in asked.out
    assert "revert the commit, or run 'pdsync accept'" in asked.err
    assert len([it for it in online.requests() if it["method"] != "GET"]) == sent
    restored = pdsync("journal", "restore", run, "Service/checkout", "--yes")
    assert (restored.code, "Done: 1 applied." in restored.out) == (0, True)
    assert "auto_resolve_timeout: 4h -> 10m" in pdsync("plan").out
    again = pdsync("journal", "restore", run, "--yes")
    assert (again.code, "No changes" in again.out) == (0, True)


def test_what_cannot_be_put_back_is_refused(pdsync: Pdsync, manifests: Path, online: SandboxServer) -> None:
    run = _edit(manifests, pdsync)
    for arguments, code, said in (
        ((run, "user/bo"), 64, "the run did not change user/bo"),
        ((run, "nonsense"), 1, "no object is called 'nonsense'"),
        (("1999",), 1, "no journal begins with '1999'"),
        (("2",), 1, "2 journals begin like that"),
        (("missing/x.jsonl",), 1, "does not exist"),
    ):
        refused = pdsync("journal", "restore", *arguments, "--yes")
        assert (refused.code, said in refused.err) == (code, True), refused
    (manifests.parent.parent / "pdsync.yaml").write_text("workspace: other\npaths: [manifests]\n")
    assert "is a journal of the workspace 'acme'" in pdsync("journal", "restore", run, "--yes").err


def test_a_journal_of_an_older_pdsync_is_shown_and_has_nothing_to_put_back(pdsync: Pdsync, manifests: Path) -> None:
    lines = [
        {"event": "run", "time": "2026-01-05T09:00:00Z"},
        {"event": "start", "workspace": "acme", "digest": "0", "changes": 1},
        {"event": "change", "address": "service/checkout", "operation": "update"},
        {"event": "end", "exit_code": 0},
    ]
    Path("old.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert "Nothing was overwritten or deleted" in pdsync("journal", "show", "old.jsonl", "--before").out
    assert "overwrote and deleted nothing" in pdsync("journal", "restore", "./old.jsonl", "--yes").err
    lines.insert(3, {"event": "before", "address": "service/checkout", "kind": "service", "id": "P1"})
    Path("bad.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert "bad.jsonl:4: 'operation' is missing" in pdsync("journal", "show", "bad.jsonl").err

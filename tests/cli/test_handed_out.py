"""Secrets that PagerDuty shows once, on the command line: where they go, and what happens where they cannot."""

from __future__ import annotations

import errno
import json
import os
import stat
from pathlib import Path

import pytest

from pdsync.client import RestApiV2Client
from pdsync.sandbox import SandboxServer
from tests.cli.company import document
from tests.cli.conftest import Pdsync
from tests.support.recorded import forget, writes
from tests.support.setting import CONFIG

FEED = "webhook_subscription/feed"
SPEC = "{filter: account, events: [incident.triggered], url: 'https://hooks.example.com/pd'}"


@pytest.fixture
def workspace(folder: Path, online: SandboxServer) -> Path:
    (folder / "pdsync.yaml").write_text(CONFIG + "prune: {max_deletes: 9, max_delete_percent: 100}\n")
    (folder / "manifests").mkdir()
    (folder / "manifests" / "feed.yaml").write_text(document(FEED, SPEC))
    return folder


def hooks(client: RestApiV2Client) -> list[dict[str, str]]:
    return [it for it in client.list_all("webhook_subscriptions") if "acme/webhook" in it["description"]]


def is_due(client: RestApiV2Client) -> bool:
    (row,) = hooks(client)
    return " !secret-due" in row["description"]


def secrets_in(file: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in file.read_text().splitlines()]


def test_without_a_receiver_nothing_is_made(
    workspace: Path, pdsync: Pdsync, online: SandboxServer, client: RestApiV2Client
) -> None:
    (workspace / "manifests" / "team.yaml").write_text(document("team/red", "{name: Red}"))
    plan = pdsync("plan")
    assert plan.code == 0
    assert "apply needs --secrets-out FILE or --secrets-to COMMAND" in plan.out
    forget(online)
    run = pdsync("apply", "--yes")
    assert run.code == 5
    assert f"PagerDuty shows the signing secret of {FEED} only once" in run.err
    assert "Use --secrets-out FILE or --secrets-to COMMAND" in run.err
    assert writes(online) == []


def test_a_new_file_takes_it(workspace: Path, pdsync: Pdsync, client: RestApiV2Client) -> None:
    run = pdsync("apply", "--yes", "-vv", "--secrets-out", "secrets.jsonl")
    assert run.code == 0, run
    file = workspace / "secrets.jsonl"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    (given,) = secrets_in(file)
    (made,) = hooks(client)
    assert given | {"secret": ""} == {
        "address": FEED,
        "id": made["id"],
        "name": "feed",
        "noun": "signing secret",
        "secret": "",
    }
    assert len(given["secret"]) == 64
    assert not is_due(client)
    assert "1 secret was written to secrets.jsonl" in run.err
    journals = "".join(it.read_text() for it in (workspace / ".pdsync" / "journal").iterdir())
    for text in (run.out, run.err, journals):
        assert given["secret"] not in text
    assert "No changes" in pdsync("plan").out


def test_a_command_takes_them_one_by_one(workspace: Path, pdsync: Pdsync, client: RestApiV2Client) -> None:
    (workspace / "manifests" / "more.yaml").write_text(document("webhook_subscription/more", SPEC))
    script = workspace / "store.sh"
    script.write_text("#!/bin/sh\nread -r line\nprintf '%s\\n' \"$line\" >> taken.jsonl\n")
    script.chmod(0o700)
    run = pdsync("apply", "--yes", "--secrets-to", "./store.sh")
    assert run.code == 0, run
    taken = secrets_in(workspace / "taken.jsonl")
    assert sorted(it["address"] for it in taken) == [FEED, "webhook_subscription/more"]
    assert {it["id"] for it in taken} == {it["id"] for it in hooks(client)}


def test_what_needs_none_leaves_no_file(workspace: Path, pdsync: Pdsync) -> None:
    (workspace / "manifests" / "feed.yaml").write_text(document("team/red", "{name: Red}"))
    assert pdsync("apply", "--yes", "--secrets-out", "secrets.jsonl").code == 0
    assert not (workspace / "secrets.jsonl").exists()
    assert pdsync("apply", "--yes", "--secrets-to", "false").code == 0


@pytest.mark.parametrize("there", ["file", "link", "dangling link", "folder"])
def test_what_is_there_is_never_written(workspace: Path, pdsync: Pdsync, client: RestApiV2Client, there: str) -> None:
    place = workspace / "secrets.jsonl"
    if there == "folder":
        place.mkdir()
    elif there == "file":
        place.write_text("mine")
    else:
        (workspace / "other").write_text("mine")
        place.symlink_to("other" if there == "link" else "nowhere")
    run = pdsync("apply", "--yes", "--secrets-out", "secrets.jsonl")
    assert run.code == 64
    assert "exists, so it is not overwritten" in run.err
    assert hooks(client) == []
    assert not (workspace / "nowhere").exists()


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--secrets-out", "none/secrets.jsonl"), "the folder none does not exist"),
        (("--secrets-out", "secrets.yaml"), "has the name of a manifest"),
        (("--secrets-out", "run.jsonl", "--journal", "run.jsonl"), "is also the file of --journal"),
        (("--secrets-out", "a.jsonl", "--secrets-to", "true"), "exclude each other"),
        (("--secrets-to", "no-such-program-anywhere -x"), "there is no program 'no-such-program-anywhere'"),
        (("--secrets-to", "sh -c 'unclosed"), "cannot be read: no closing quotation"),
        (("--secrets-to", " "), "names no program"),
        *(
            (
                ("--secrets-to", f"cat {words}"),
                "would be given to 'cat' as it is\n  It is split into words and run without a shell",
            )
            for words in ("> got.txt", ">> got.txt", ">got.txt", "| tee got.txt", "2>&1", "&& true", "; true", "&")
        ),
    ],
)
def test_options_that_cannot_work(
    workspace: Path, pdsync: Pdsync, online: SandboxServer, options: tuple[str, ...], says: str
) -> None:
    forget(online)
    run = pdsync("apply", "--yes", *options)
    assert (run.code, says in run.err) == (64, True), run
    assert writes(online) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written(workspace: Path, pdsync: Pdsync) -> None:
    (workspace / "shut").mkdir(mode=0o500)
    run = pdsync("apply", "--yes", "--secrets-out", "shut/secrets.jsonl")
    assert (run.code, "may not be written" in run.err) == (64, True)


def test_a_saved_plan_needs_it_too(workspace: Path, pdsync: Pdsync, client: RestApiV2Client) -> None:
    assert pdsync("plan", "--out", "plan.json").code == 0
    assert pdsync("apply", "plan.json", "--yes").code == 5
    assert hooks(client) == []
    assert pdsync("apply", "plan.json", "--yes", "--secrets-out", "secrets.jsonl").code == 0
    assert len(secrets_in(workspace / "secrets.jsonl")) == 1
    run = pdsync("apply", "plan.json", "--yes")
    assert run.code == 0, "it is done already, so it needs nothing"


def test_all_that_is_missing_is_said_at_once(
    workspace: Path, pdsync: Pdsync, online: SandboxServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FEED_TOKEN", raising=False)
    spec = SPEC.replace("{filter", "{custom_headers: {Authorization: '${env:FEED_TOKEN}'}, filter")
    (workspace / "manifests" / "feed.yaml").write_text(document(FEED, spec))
    forget(online)
    run = pdsync("apply", "--yes")
    assert run.code == 1, run
    for said in ("FEED_TOKEN", f"PagerDuty shows the signing secret of {FEED} only once", "Use --secrets-out FILE"):
        assert said in run.err
    monkeypatch.setenv("FEED_TOKEN", "a-token-of-the-feed")
    assert pdsync("apply", "--yes").code == 5
    assert writes(online) == []


def test_what_a_replacement_left_is_shown_in_words_and_counts_once(
    workspace: Path, pdsync: Pdsync, online: SandboxServer, client: RestApiV2Client
) -> None:
    """No text has an address of a step, and the limits on deletes let the plan that finishes it through."""
    assert pdsync("apply", "--yes", "--secrets-out", "first.jsonl").code == 0
    old = [hooks(client)[0]["id"]]
    online.control.set_faults([{"match": {"method": "DELETE"}, "action": {"type": "error", "status": 400}}])
    texts = []
    for number in (1, 2):
        edited = SPEC.replace("/pd", f"/pd{number}")
        (workspace / "manifests" / "feed.yaml").write_text(document(FEED, edited))
        assert "#" not in pdsync("plan").out
        run = pdsync("apply", "--yes", "--secrets-out", f"more{number}.jsonl")
        assert run.code == 3, run
        old.append(next(it["id"] for it in hooks(client) if it["id"] not in old))
        texts += [
            run.out + run.err,
            pdsync("journal", "show", "last").out,
            pdsync("journal", "show", "last", "--before").out,
        ]
        assert f"{FEED}, the old one {old[0]}" in run.out
    online.control.clear_faults()
    (workspace / "pdsync.yaml").write_text(CONFIG + "prune: {max_deletes: 0, max_delete_percent: 0}\n")
    plan = pdsync("plan", "--page", "plan.html")
    assert (plan.code, "nothing is applied" in plan.out) == (0, False), plan
    for identity in old[:-1]:
        assert f"- {FEED}, the old one {identity}" in plan.out
    texts += [plan.out, (workspace / "plan.html").read_text()]
    texts += [pdsync("plan", "-o", form).out for form in ("markdown", "github")]
    texts += [pdsync("drift").out, pdsync("drift", "-o", "markdown").out]
    run = pdsync("apply", "--yes")
    assert run.code == 0, run
    texts += [
        run.out + run.err,
        pdsync("journal", "show", "last").out,
        pdsync("journal", "show", "last", "--before").out,
    ]
    run = pdsync("journal", "restore", "last", "--dry-run")
    assert f"{FEED}: was replaced by that run" in run.err
    for text in (*texts, run.out, run.err):
        assert "#retired" not in text
    assert [it["id"] for it in hooks(client)] == old[-1:]


def assert_it_is_replaced(workspace: Path, pdsync: Pdsync, client: RestApiV2Client) -> None:
    """The next apply makes another one, gives its secret away, and deletes the old one."""
    (old,) = hooks(client)
    assert is_due(client)
    plan = pdsync("plan")
    assert plan.code == 0, plan
    assert "it is not known that its signing secret was handed out" in plan.out
    run = pdsync("apply", "--yes")
    assert run.code == 5, "it needs a receiver again"
    run = pdsync("apply", "--yes", "--secrets-out", "again.jsonl")
    assert run.code == 0, run
    (new,) = hooks(client)
    assert new["id"] != old["id"]
    assert not is_due(client)
    assert [it["id"] for it in secrets_in(workspace / "again.jsonl")] == [new["id"]]
    assert "No changes" in pdsync("plan").out


def test_where_the_command_fails_the_next_apply_replaces_the_webhook(
    workspace: Path, pdsync: Pdsync, client: RestApiV2Client
) -> None:
    command = "sh -c 'tee taken.jsonl >&2; exit 3'"
    run = pdsync("apply", "--yes", "-vv", "--secrets-to", command)
    assert run.code == 3, run
    assert "the command of --secrets-to ended with 3: {" in run.out
    assert "the next apply replaces it" in run.out
    (given,) = secrets_in(workspace / "taken.jsonl")
    journals = "".join(it.read_text() for it in (workspace / ".pdsync" / "journal").iterdir())
    for text in (run.out, run.err, journals):
        assert given["secret"] not in text, "what the command repeats of it is hidden"
    assert_it_is_replaced(workspace, pdsync, client)


def test_where_the_disk_is_full_the_next_apply_replaces_the_webhook(
    workspace: Path, pdsync: Pdsync, client: RestApiV2Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:

        def fsync(number: int) -> None:
            if stat.S_ISREG(os.fstat(number).st_mode):
                raise OSError(errno.ENOSPC, "No space left on device")

        patch.setattr("pdsync.cli.files.secrets_file.os.fsync", fsync)
        run = pdsync("apply", "--yes", "--secrets-out", "secrets.jsonl")
    assert run.code == 3, run
    assert "--secrets-out secrets.jsonl: cannot be written: No space left on device" in run.out
    assert not (workspace / "secrets.jsonl").exists()
    assert_it_is_replaced(workspace, pdsync, client)


def test_a_lost_answer_takes_the_secret_with_it(
    workspace: Path, pdsync: Pdsync, online: SandboxServer, client: RestApiV2Client
) -> None:
    match = {"method": "POST", "path": "/webhook_subscriptions", "times": 1}
    online.control.set_faults([{"match": match, "action": {"type": "drop", "when": "after"}}])
    run = pdsync("apply", "--yes", "--secrets-out", "secrets.jsonl")
    assert run.code == 3, run
    assert "its signing secret was lost with the answer: PagerDuty shows it only once" in run.out
    assert not (workspace / "secrets.jsonl").exists()
    assert_it_is_replaced(workspace, pdsync, client)


def test_a_journal_has_no_address_of_a_webhook(workspace: Path, pdsync: Pdsync, client: RestApiV2Client) -> None:
    """An address may be private. So a webhook that was deleted is put back by its manifest alone."""
    assert pdsync("apply", "--yes", "--secrets-out", "first.jsonl").code == 0
    (workspace / "manifests" / "feed.yaml").write_text(document(FEED, SPEC, "absent: true"))
    assert pdsync("apply", "--yes").code == 0
    run = pdsync("journal", "restore", "last", "--yes", "--secrets-out", "second.jsonl")
    assert (run.code, "cannot be put back: url" in run.err) == (1, True), run
    assert hooks(client) == []
    (workspace / "manifests" / "feed.yaml").write_text(document(FEED, SPEC))
    assert pdsync("apply", "--yes", "--secrets-out", "second.jsonl").code == 0
    first, second = (secrets_in(workspace / f"{name}.jsonl")[0]["secret"] for name in ("first", "second"))
    assert first != second

"""pdsync comment, against a code host on loopback."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from pdsync.forge.api import ForgeApi, ForgeError
from pdsync.sandbox import SandboxServer
from tests.cli.conftest import Pdsync
from tests.forge.fake_host import GITHUB_TOKEN, GITLAB_TOKEN, ME, FakeHost, environment, fake_host

REPORT = "<!-- pdsync:acme -->\n## pdsync plan: `acme`\n\nNo changes.\n"
BOTH = pytest.mark.parametrize("kind", ["github", "gitlab"])


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHost]:
    for name in ("GITHUB_ACTIONS", "GITLAB_CI", "GITHUB_EVENT_PATH", "CI_MERGE_REQUEST_IID", "GITHUB_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    with fake_host() as made:
        yield made


@pytest.fixture
def report(folder: Path) -> Path:
    file = folder / "plan.md"
    file.write_text(REPORT)
    return file


@BOTH
def test_the_comment_is_made_once_and_then_updated(pdsync: Pdsync, host: FakeHost, report: Path, kind: str) -> None:
    env = environment(kind, host)
    run = pdsync("comment", "plan.md", "--pr", "5", env=env)
    assert (run.code, run.out) == (0, f"Comment created on {'#' if kind == 'github' else '!'}5.\n")
    assert pdsync("comment", "plan.md", "--pr", "5", env=env).out.startswith("Comment unchanged on ")
    report.write_text(REPORT.replace("No changes", "1 change"))
    assert pdsync("comment", "plan.md", "--pr", "5", env=env).out.startswith("Comment updated on ")
    assert [comment["body"] for comment in host.comments] == [REPORT.replace("No changes", "1 change")]
    assert host.writes == ["POST", "PATCH" if kind == "github" else "PUT"]


@BOTH
def test_what_others_wrote_and_other_workspaces_stay(pdsync: Pdsync, host: FakeHost, report: Path, kind: str) -> None:
    others = [("mallory", REPORT), (ME[kind], REPORT.replace("acme", "other")), (ME[kind], f"> {REPORT}")]
    others += [("mallory", "hi")] * 120
    for author, body in others:
        host.add(body, author)
    host.add(REPORT.replace("\n", "\r\n").strip(), ME[kind])
    assert pdsync("comment", "plan.md", "--pr", "5", env=environment(kind, host)).out.startswith("Comment unchanged")
    report.write_text(REPORT + "more\n")
    assert pdsync("comment", "plan.md", "--pr", "5", env=environment(kind, host)).out.startswith("Comment updated")
    assert [(comment["author"], comment["body"]) for comment in host.comments[:-1]] == others
    assert host.comments[-1]["body"] == REPORT + "more\n"


def test_the_pull_request_is_that_of_the_event_or_of_the_commit(
    pdsync: Pdsync, host: FakeHost, report: Path, folder: Path
) -> None:
    (folder / "event.json").write_text(json.dumps({"pull_request": {"number": 5}}))
    env = environment("github", host)
    assert (
        pdsync("comment", "plan.md", env={**env, "GITHUB_EVENT_PATH": "event.json"}).out == "Comment created on #5.\n"
    )
    run = pdsync("comment", "plan.md", env=env)
    assert (run.code, run.out) == (0, "")
    assert "has no pull request" in run.err
    host.pulls_of_commit = [5]
    assert pdsync("comment", "plan.md", env=env).out == "Comment unchanged on #5.\n"
    gitlab = environment("gitlab", host)
    host.comments.clear()
    assert pdsync("comment", "plan.md", env={**gitlab, "CI_MERGE_REQUEST_IID": "5"}).out == "Comment created on !5.\n"
    assert pdsync("comment", "plan.md", env=gitlab).out == "Comment unchanged on !5.\n"


@BOTH
@pytest.mark.parametrize("status", [401, 403, 404, 422, 302])
def test_a_refusal_is_an_error_without_the_token(
    pdsync: Pdsync, host: FakeHost, report: Path, kind: str, status: int
) -> None:
    host.refuse = status
    run = pdsync("comment", "plan.md", "--pr", "5", env=environment(kind, host))
    assert (run.code, run.out) == (1, "")
    assert f"HTTP {status}: Resource not accessible by integration" in run.err
    assert ("may not write comments" in run.err) == (status in (401, 403))
    assert GITHUB_TOKEN not in run.err
    assert GITLAB_TOKEN not in run.err


def test_a_redirect_is_not_followed(pdsync: Pdsync, host: FakeHost, report: Path) -> None:
    host.redirect = f"{host.url}/elsewhere"
    assert pdsync("comment", "plan.md", "--pr", "5", env=environment("gitlab", host)).code == 1
    assert [path for _, path in host.asked] == ["/user"]


def test_reads_are_tried_again_and_writes_are_not() -> None:
    with fake_host() as host:
        waited: list[float] = []
        api = ForgeApi(host.url, {"PRIVATE-TOKEN": GITLAB_TOKEN}, waited.append)
        host.fail = [502, 503]
        assert api.get("/user")["id"] == 7
        assert waited == [1.0, 2.0]
        host.fail = [500] * 3
        with pytest.raises(ForgeError, match="HTTP 500: unwell"):
            api.get("/user")
        host.fail = [502]
        host.asked.clear()
        with pytest.raises(ForgeError, match="HTTP 502"):
            api.send("POST", "/projects/42/merge_requests/5/notes", {"body": "x"})
        assert host.writes == ["POST"]


@pytest.mark.parametrize(
    "url", ["http://example.com", "ftp://127.0.0.1", "example.com", "http://127.0.0.1.example.com"]
)
def test_no_token_goes_where_everyone_can_read_it(url: str) -> None:
    with pytest.raises(ForgeError, match="not an https address"):
        ForgeApi(url, {})


@pytest.mark.parametrize(
    ("change", "code", "said"),
    [
        ({"GITHUB_TOKEN": ""}, 1, "GITHUB_TOKEN is not set"),
        ({"GITHUB_REPOSITORY": "acme/on-call/../x"}, 1, "is not OWNER/NAME"),
        ({"GITHUB_API_URL": "http://example.com"}, 1, "not an https address"),
        ({"GITHUB_ACTIONS": ""}, 64, "Choose the code host with --host"),
    ],
)
def test_what_is_missing_is_named(
    pdsync: Pdsync, host: FakeHost, report: Path, change: dict[str, str], code: int, said: str
) -> None:
    run = pdsync("comment", "plan.md", "--pr", "5", env={**environment("github", host), **change})
    assert run.code == code
    assert said in run.err


@pytest.mark.parametrize("text", ["", "hello\n", "\n<!-- pdsync:acme -->\n", "<!-- pdsync:acme --> and more\n"])
def test_what_is_no_report_is_not_posted(pdsync: Pdsync, host: FakeHost, report: Path, text: str) -> None:
    report.write_text(text)
    assert pdsync("comment", "plan.md", "--pr", "5", env=environment("github", host)).code == 64
    assert host.asked == []


def test_from_plan_to_apply_there_is_one_comment(
    pdsync: Pdsync, host: FakeHost, manifests: Path, online: SandboxServer, folder: Path
) -> None:
    env = environment("github", host)
    assert pdsync("plan", "--report", "report.md", "-o", "github").code == 0
    assert pdsync("comment", "report.md", "--pr", "5", env=env).code == 0
    assert "## pdsync plan: `acme`" in host.comments[0]["body"]
    assert pdsync("apply", "--yes", "--report", "report.md").code == 0
    assert pdsync("comment", "report.md", "--pr", "5", env=env).code == 0
    (comment,) = host.comments
    assert comment["body"] == (folder / "report.md").read_text()
    assert "## pdsync apply: `acme`" in comment["body"]
    assert "**Done: 3 applied.**" in comment["body"]

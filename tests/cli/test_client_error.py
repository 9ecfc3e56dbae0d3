"""Errors that are not the user's: the service, the network, and pdsync itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from requests import exceptions

from pdsync.cli.client_error import explain_client_error
from pdsync.cli.files.crash_report import render_crash_report
from pdsync.cli.invocation import Invocation
from pdsync.cli.secret import Secrets
from pdsync.client import NetworkError
from pdsync.sandbox import SandboxServer
from tests.cli.conftest import Pdsync
from tests.support.world import TOKEN

Answer = Callable[[int, str], str]


@pytest.fixture
def answering() -> Iterator[Answer]:
    """Starts a server that gives one answer to everything; gives its address."""
    servers: list[tuple[ThreadingHTTPServer, Thread]] = []

    def start(status: int, body: str) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(status)
                self.send_header("Content-Length", str(len(body.encode())))
                self.send_header("X-Request-Id", "req-1")
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, format: str, *args: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        servers.append((server, thread))
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server, thread in servers:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(
    ("status", "body", "says"),
    [
        (401, '{"error": {"message": "Unauthorized", "code": 2006}}', ["the token from PAGERDUTY_TOKEN is refused", "HTTP 401: Unauthorized, code 2006, request req-1"]),
        (403, '{"error": {"message": "Access \\u001b[2JDenied"}}', ["may not GET /users.", "Access \\x1b[2JDenied", "read-only"]),
        (500, "<html>", ["answered HTTP 500", "status.pagerduty.com"]),
        (503, "", ["answered HTTP 503", "status.pagerduty.com"]),
        (200, "not json", ["not JSON", "Is 127.0.0.1"]),
        (200, '{"users": 7}', []),
    ],
)  # fmt: skip
def test_what_the_service_answers_is_told_in_a_sentence_or_two(
    pdsync: Pdsync, manifests: Path, answering: Answer, status: int, body: str, says: list[str]
) -> None:
    url = answering(status, body)
    run = pdsync("plan", env={"PAGERDUTY_TOKEN": TOKEN, "PDSYNC_API_URL": url})
    assert (run.code, run.out) == (1, "")
    for words in says:
        assert words in run.err
    assert url.removeprefix("http://") in run.err
    errors = run.err[run.err.index("error: ") :]
    assert len(errors.splitlines()) <= 2
    assert "\x1b" not in run.err
    assert TOKEN not in run.err


@pytest.mark.parametrize(
    ("cause", "says"),
    [
        (exceptions.SSLError("certificate verify failed"), "its certificate is not trusted"),
        (exceptions.ReadTimeout("slow"), "no answer in time"),
        (exceptions.ProxyError("no"), "the proxy cannot be reached"),
        (exceptions.ConnectionError("[Errno 111] Connection refused"), "cannot be reached (Connection refused)"),
    ],
)
def test_a_network_error_names_the_host_and_the_cause(cause: Exception, says: str) -> None:
    error = NetworkError.caused_by(cause, "GET x: no answer")
    error.__cause__ = cause
    message, hint = explain_client_error(error, Invocation(base_url="https://api.pagerduty.com"))
    assert message.startswith("api.pagerduty.com: ")
    assert says in message
    assert hint


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--api-url", "http://example.com", "plan"], "--api-url: plain http"),
        (["--api-url", "ftp://127.0.0.1", "plan"], "--api-url: the base URL must look like"),
        (["--sandbox", "--region", "eu", "plan"], "exclude each other"),
        (["-q", "-v", "plan"], "exclude each other"),
        (["plan", "--workers", "3"], "there is no option --workers"),
        (["--region", "asia", "plan"], "'asia' is not one of"),
        (["aply"], "no command 'aply'. Did you mean 'apply'?"),
        (["plan", "--target"], "requires an argument"),
        (["apply", "--workers", "0"], "--workers"),
        (["completion", "tcsh"], "'tcsh' is not one of"),
        (["schema", "Servce"], "Did you mean 'Service'"),
        ([], "Usage: pdsync"),
    ],
)
def test_wrong_usage_exits_with_64(pdsync: Pdsync, manifests: Path, arguments: list[str], says: str) -> None:
    run = pdsync(*arguments, env={"PAGERDUTY_TOKEN": TOKEN})
    assert (run.code, run.out) == (64, "")
    assert says in run.err


def test_a_fault_of_pdsync_leaves_a_report_and_no_traceback(
    pdsync: Pdsync, manifests: Path, online: SandboxServer, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / ".pdsync").mkdir()

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError(f"boom with {TOKEN} in it")

    monkeypatch.setattr("pdsync.engine.plan.fetch_account", broken)
    run = pdsync("plan")
    assert (run.code, run.out) == (1, "")
    assert run.err.startswith("error: unexpected error: RuntimeError\n")
    assert TOKEN not in run.err
    place = re.search(r"with the file (\S+)\.txt", run.err)
    assert place is not None
    report = Path(place[1] + ".txt")
    text = report.read_text()
    assert f"RuntimeError: boom with *{TOKEN[-4:]} in it" in text
    assert "Traceback" in text
    assert report.stat().st_mode & 0o077 == 0


def test_a_report_blots_out_credentials_it_was_not_told_of() -> None:
    text = render_crash_report(ValueError("header 'Token token=abcdef' and Bearer xyz"), Secrets())
    assert "abcdef" not in text
    assert "xyz" not in text


def test_a_file_that_cannot_be_written_is_told_by_name(
    pdsync: Pdsync, manifests: Path, online: SandboxServer, folder: Path
) -> None:
    (folder / ".pdsync").write_text("a file in the way")
    run = pdsync("--sandbox", "plan")
    assert run.code == 1
    assert ".pdsync" in run.err
    assert "unexpected" not in run.err

"""A code host on loopback, with as much of GitHub's and GitLab's API as a comment needs, in their documented forms."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

GITHUB_TOKEN, GITLAB_TOKEN = "ghs_test", "glpat-test"
SHA = "a" * 40


@dataclass
class FakeHost:
    """What is stored, and what was asked."""

    url: str = ""
    comments: list[dict[str, Any]] = field(default_factory=list)
    """``id``, ``body``, and ``author`` as a login."""
    asked: list[tuple[str, str]] = field(default_factory=list)
    pulls_of_commit: list[int] = field(default_factory=list)
    fail: list[int] = field(default_factory=list)
    """Statuses that the next requests are answered with."""
    refuse: int | None = None
    """A status that every write is answered with."""
    redirect: str = ""

    def add(self, body: str, author: str) -> None:
        """A comment that is there."""
        self.comments.append({"id": 100 + len(self.comments), "body": body, "author": author})

    @property
    def writes(self) -> list[str]:
        """The methods of requests that could have changed something."""
        return [method for method, _ in self.asked if method != "GET"]


ME = {"github": "github-actions[bot]", "gitlab": "bot"}


def _handler(host: FakeHost) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _handle(self) -> None:
            parts = urlsplit(self.path)
            host.asked.append((self.command, parts.path))
            length = int(self.headers.get("Content-Length") or 0)
            sent = json.loads(self.rfile.read(length)) if length else {}
            if host.redirect:
                self._answer(302, {}, {"Location": host.redirect})
            elif host.fail:
                self._answer(host.fail.pop(0), {"message": "unwell"})
            elif not self._knows_token():
                self._answer(401, {"message": "Bad credentials"})
            elif host.refuse and self.command != "GET":
                self._answer(host.refuse, {"message": "Resource not accessible by integration"})
            else:
                self._answer(*self._route(parts.path, parse_qs(parts.query), sent))

        do_GET = do_POST = do_PATCH = do_PUT = _handle

        def _knows_token(self) -> bool:
            if self.path.startswith("/repos/"):
                return self.headers.get("Authorization") == f"Bearer {GITHUB_TOKEN}"
            return self.headers.get("PRIVATE-TOKEN") == GITLAB_TOKEN

        def _route(self, path: str, query: dict[str, list[str]], sent: dict[str, str]) -> tuple[int, Any]:
            kind = "github" if path.startswith("/repos/") else "gitlab"
            if path == "/user":
                return 200, {"id": 7, "username": ME["gitlab"]}
            if path == f"/repos/acme/on-call/commits/{SHA}/pulls":
                return 200, [{"number": number} for number in host.pulls_of_commit]
            if path == f"/projects/42/repository/commits/{SHA}/merge_requests":
                return 200, [{"iid": number} for number in host.pulls_of_commit]
            lists = ("/repos/acme/on-call/issues/5/comments", "/projects/42/merge_requests/5/notes")
            if path in lists and self.command == "GET":
                size, page = int(query["per_page"][0]), int(query["page"][0])
                return 200, [self._shown(c, kind) for c in host.comments[(page - 1) * size : page * size]]
            if path in lists and self.command == "POST":
                host.add(sent["body"], ME[kind])
                return 201, self._shown(host.comments[-1], kind)
            one = re.fullmatch(
                r"/repos/acme/on-call/issues/comments/(\d+)|/projects/42/merge_requests/5/notes/(\d+)", path
            )
            if one and self.command == ("PATCH" if kind == "github" else "PUT"):
                found = next(c for c in host.comments if c["id"] == int(one[1] or one[2]))
                found["body"] = sent["body"]
                return 200, self._shown(found, kind)
            return 404, {"message": "Not Found"}

        def _shown(self, comment: dict[str, Any], kind: str) -> dict[str, Any]:
            body = {"id": comment["id"], "body": comment["body"]}
            if kind == "github":
                return {**body, "user": {"login": comment["author"], "type": "Bot"}}
            return {**body, "author": {"id": 7 if comment["author"] == ME["gitlab"] else 8}}

        def _answer(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
            data = json.dumps(body).encode()
            self.send_response(status)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    return Handler


class _Server(ThreadingHTTPServer):
    def server_bind(self) -> None:
        """Binds without asking for the machine's name, which can take long."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = "127.0.0.1", self.server_address[1]


@contextmanager
def fake_host() -> Iterator[FakeHost]:
    """Serves until the context ends."""
    host = FakeHost()
    server = _Server(("127.0.0.1", 0), _handler(host))
    host.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield host
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def environment(kind: str, host: FakeHost) -> dict[str, str]:
    """What a job of that host finds in its environment, for pull request 5."""
    if kind == "github":
        return {
            "GITHUB_ACTIONS": "true",
            "GITHUB_REPOSITORY": "acme/on-call",
            "GITHUB_API_URL": host.url,
            "GITHUB_TOKEN": GITHUB_TOKEN,
            "GITHUB_SHA": SHA,
        }
    return {
        "GITLAB_CI": "true",
        "CI_API_V4_URL": host.url,
        "CI_PROJECT_ID": "42",
        "CI_COMMIT_SHA": SHA,
        "GITLAB_TOKEN": GITLAB_TOKEN,
    }

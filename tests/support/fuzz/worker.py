"""Worker: one process of a campaign, with a sandbox of its own for each account profile."""

from __future__ import annotations

from functools import cache
from typing import Any

from pdsync.sandbox import SandboxServer, app
from tests.support.api_description import load_description
from tests.support.fuzz.account import PROFILES, Rows, fill
from tests.support.fuzz.operation import Found, Share
from tests.support.fuzz.operation import examine as examine_at
from tests.support.traffic import Traffic


def examine(profile: str, share: Share) -> Found:
    server, rows = _ground(profile)
    found = examine_at(share, server, rows)
    judge = _judge()
    if judge is not None:
        found.faults += judge.problems(of_requests=False)
    return found


@cache
def _ground(profile: str) -> tuple[SandboxServer, Rows]:
    _judge()  # it must be there before the sandbox is
    server = SandboxServer(seed="example").start()
    rows = fill(server)
    server.control.set_account(PROFILES[profile])
    return server, rows


@cache
def _judge() -> Traffic | None:
    description = load_description()
    if description is None:
        return None
    judge, make_app = Traffic(description), app.make_app

    def make_watched(*args: Any, **options: Any) -> Any:
        return judge.watch(make_app(*args, **options))

    app.make_app = make_watched
    return judge

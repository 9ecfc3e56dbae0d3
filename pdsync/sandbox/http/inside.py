"""Inside: requests that the sandbox makes to itself: its seed, and the edits of an imagined third party.

They go through the same rules as any request, but need no connection, are not recorded, and no fault strikes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Flask, request

from pdsync.sandbox.http.token import Token

_KEY = "pdsync.sandbox.inside"
_TOKEN = Token("u+sandbox-asks-itself")


def inside() -> Token | None:
    """The token of a request that comes from inside; None for one from outside, which cannot say that it does not."""
    return _TOKEN if is_inside(request.environ) else None


def is_inside(environ: Mapping[str, Any]) -> bool:
    return bool(environ.get(_KEY))


def request_inside(app: Flask, method: str, path: str, body: Any) -> tuple[int, Any]:
    """Status and JSON (None for 204) of the answer."""
    answer = app.test_client().open(path, method=method, json=body, environ_overrides={_KEY: True})
    return answer.status_code, answer.get_json(silent=True)

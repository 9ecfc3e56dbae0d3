"""What the sandbox was asked."""

from __future__ import annotations

from collections import Counter

import requests

from pdsync.sandbox import SandboxServer


def forget(sandbox: SandboxServer) -> None:
    """Empties the list of requests."""
    requests.post(f"{sandbox.url}/_sandbox/reset", timeout=10).raise_for_status()


def asked(sandbox: SandboxServer) -> list[tuple[str, str]]:
    """Method and path of every request since the last `forget`, in order."""
    answer = requests.get(f"{sandbox.url}/_sandbox/requests", timeout=10)
    answer.raise_for_status()
    body = answer.json()
    rows = body["requests"] if isinstance(body, dict) else body
    return [(row["method"], row["path"]) for row in rows]


def count_methods(sandbox: SandboxServer) -> Counter[str]:
    """How many requests of each method there were."""
    return Counter(method for method, _ in asked(sandbox))


def writes(sandbox: SandboxServer) -> list[tuple[str, str]]:
    """The requests that could have changed something."""
    return [request for request in asked(sandbox) if request[0] != "GET"]

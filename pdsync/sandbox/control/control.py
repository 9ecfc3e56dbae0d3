"""Control: what a test can do to a running sandbox, in this process: faults, state, edits, requests.

sandbox.control.set_faults([{"match": {"method": "POST"}, "action": {"type": "drop", "when": "after"}}])
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pdsync.sandbox.http.recording import Recorded, Recording

Editor = Callable[[str, str, Any], tuple[int, Any]]
"""Makes one request inside: method, path and body in, status and the answer's JSON (None for 204) out."""


class Control:
    """Of one server, while it runs. The same over HTTP is under ``/_sandbox`` (docs/sandbox.md)."""

    def __init__(self, app: Any, recording: Recording) -> None:
        self._parts, self._recording = app.extensions["pdsync.sandbox"], recording

    def faults(self) -> list[dict[str, Any]]:
        """The rules in force, with how many requests each ``matched`` and ``struck``."""
        return list(self._parts.injector.rules())

    def set_faults(self, rules: Any) -> None:
        """Replaces the rules: a list, or ``{"seed": 1, "rules": [...]}``. Raises ValueError that names every problem."""
        self._parts.set_faults(rules)

    def clear_faults(self) -> None:
        self._parts.clear_faults()

    def account(self) -> dict[str, Any]:
        """The account profile in force, with the reading of every open question."""
        return dict(self._parts.account())

    def set_account(self, document: Any) -> None:
        """Replaces the account profile. Raises ValueError that names every problem; then nothing changed."""
        self._parts.set_account(document)

    def state(self) -> dict[str, list[dict[str, Any]]]:
        """Everything that is stored, as :meth:`restore` takes it."""
        return dict(self._parts.state())

    def restore(self, state: Any) -> None:
        """Makes the account what a state says. Raises ValueError that names what is wrong; then nothing changed."""
        self._parts.restore(state)

    def advance(self, seconds: float) -> None:
        """Makes it that much later in the sandbox: other people are on call, windows and tokens end. Raises ValueError
        for a negative span, and beyond twenty years."""
        self._parts.clock.advance(seconds)

    def reset_clock(self) -> None:
        """Back to the real time; best together with :meth:`restore`."""
        self._parts.clock.reset()

    def edit(self, method: str, path: str, body: Any = None) -> Any:
        """A request of another client: not recorded, not limited, struck by no fault. The answer's JSON, None for 204.
        Raises ValueError when it is refused."""
        status, answer = self._parts.edit(method, path, body)
        if status >= 400:
            raise ValueError(f"{method} {path}: {status} {answer}")
        return answer

    def requests(self) -> list[Recorded]:
        """The requests since the start or the last :meth:`forget`, oldest first."""
        return self._recording.requests()

    def events(self) -> list[dict[str, Any]]:
        """What happened to the events that went by rules, the last thousand, oldest first."""
        return list(self._parts.events())

    def forget(self) -> None:
        """Empties the list of requests."""
        self._recording.reset()

    def breaks(self) -> list[str]:
        """A sentence for whatever does not hang together in what is stored; empty unless the sandbox has a bug."""
        return list(self._parts.breaks())

"""Probe: how an open question is asked of an account."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from pdsync.probe.answer import Finding
from pdsync.probe.workbench import Workbench

Key = Literal["any", "account", "user"]


@dataclass(frozen=True, slots=True)
class Probe:
    """One question. `ask` makes what it needs on the workbench, which removes everything afterwards."""

    question: str
    """The name of the question in `pdsync.sandbox.profile.QUESTIONS`."""
    request: str
    """The request that decides it, as a sentence."""
    ask: Callable[[Workbench], Finding]
    """Asks it, and says which of the question's readings the answer shows."""
    opens_incidents: bool = False
    """Whether it has to open an incident. The user must agree to that."""
    key: Key = "any"
    """The kind of key that it can be asked with."""

"""How long a run may take in all, and what is said while it waits."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import click

from pdsync.cli.error import UsageError
from pdsync.cli.invocation import Invocation, take_option

if TYPE_CHECKING:
    from pdsync.client import RestApiV2Client

READING_S, WRITING_S = 5 * 60, 30 * 60
"""Unless the user says otherwise."""
GRACE_S = 60.0
"""How much longer a write may take that was under way when the time was up."""
VARIABLE = "PDSYNC_TIMEOUT"
_TOLD_EVERY_S = 20.0
_NEARLY_S = 0.25
_LONGEST_S = 366 * 86_400


@dataclass(slots=True)
class TimeLimit:
    """The time of one run, which began when this was made."""

    seconds: int
    is_default: bool = False
    _ends_s: float = field(init=False)

    def __post_init__(self) -> None:
        self._ends_s = time.monotonic() + self.seconds

    @property
    def left_s(self) -> float:
        """Seconds that are left; not below zero."""
        return max(0.0, self._ends_s - time.monotonic())

    @property
    def is_over(self) -> bool:
        """True when the time is up, or so nearly that no call can end in time: a wait for a socket may end a little early."""
        return self.left_s <= _NEARLY_S

    def extend(self, seconds: float) -> None:
        """The time that a person takes to answer does not count."""
        self._ends_s += seconds

    def __str__(self) -> str:
        from pdsync.model.instant import render_duration

        return f"{render_duration(self.seconds)}{' by default' if self.is_default else ''}"


def seconds(context: click.Context, option: click.Parameter, value: str | None) -> int | None:
    """A length of time in seconds, written like 30m or 24h; None where the option is not given."""
    if value is None:
        return None
    found = read_seconds(value)
    if found is None:
        raise click.BadParameter(f"{value!r} is not a duration of up to a year: write it like 30m, 24h or 7d.")
    return found


def take_duration(context: click.Context, option: click.Parameter, value: str | None) -> None:
    """Tells the run of an option that every command takes, and that is a length of time."""
    take_option(context, option, seconds(context, option, value))


def read_seconds(text: str) -> int | None:
    """The seconds of a duration of up to a year; None for anything else."""
    from pdsync.model.instant import parse_duration

    found = parse_duration(text)
    return found if found and found <= _LONGEST_S else None


def start_time_limit(invocation: Invocation, default_s: int) -> TimeLimit:
    """The limit that the user gave, else the default of the command. Raises UsageError."""
    given = invocation.options.timeout_s
    text = invocation.env(VARIABLE)
    if given is None and text is not None:
        given = read_seconds(text)
        if given is None:
            raise UsageError(f"{VARIABLE}: {text!r} is not a duration of up to a year", "Write it like 30m, 24h or 7d.")
    limit = TimeLimit(given or default_s, is_default=given is None)
    invocation.time_limit = limit
    return limit


@contextmanager
def waiting_told(invocation: Invocation, host: str, client: RestApiV2Client) -> Iterator[None]:
    """Says now and then that a call waits, so that such a run does not look as if it did nothing."""
    ended = threading.Event()

    def watch() -> None:
        before, since = client.total_call_count, time.monotonic()
        while not ended.wait(_TOLD_EVERY_S):
            now = client.total_call_count
            if now != before or not client.calls_under_way:
                before, since = now, time.monotonic()
                continue
            limit = invocation.time_limit
            left = f"; the time limit is in {limit.left_s:.0f} s (--timeout)" if limit is not None else ""
            invocation.terminal.note(f"still waiting for {host} after {time.monotonic() - since:.0f} s{left}")

    thread = threading.Thread(target=watch, name="pdsync waiting", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()

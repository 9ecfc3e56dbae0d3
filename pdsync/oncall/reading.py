"""How pdsync interprets what PagerDuty's pages leave open: the one place for it. Everything here must be verified.

Where two readings are possible, the one is taken that agrees with PagerDuty's schedule editor. docs/sandbox.md lists the
same points, to be tried with a real account.
"""

from __future__ import annotations

from pdsync.model.wall_clock import to_instant as to_instant
from pdsync.model.wall_clock import to_local as to_local

DAY_S = 86_400
SHORTEST_TURN_S = 60
"""A shorter turn is not valid: PagerDuty accepts no less than an hour."""


def keeps_wall_clock(turn_s: int) -> bool:
    """Whether turns of this many seconds change at the same wall-clock time all year.

    The editor shows a hand-off time for daily and weekly rotations, so turns of whole days follow the clock on the wall;
    those of other lengths are counted in elapsed time.
    """
    return turn_s % DAY_S == 0


def window_of(zone: str, start_local_s: int, duration_s: int) -> tuple[int, int]:
    """The window of a restriction: it begins and ends at wall-clock times, whatever the clocks do in between."""
    return to_instant(zone, start_local_s), to_instant(zone, start_local_s + duration_s)


def support_window_of(zone: str, day: int, start_s: int, end_s: int) -> tuple[int, int]:
    """Support hours of a day (days since 1970). An end that is not after the start is on the next day."""
    until = end_s if end_s > start_s else end_s + DAY_S
    return to_instant(zone, day * DAY_S + start_s), to_instant(zone, day * DAY_S + until)


def turn_before_the_first(number: int, users: int) -> int:
    """Who has a turn before the virtual start (a negative number): the rotation goes on backwards."""
    return number % users

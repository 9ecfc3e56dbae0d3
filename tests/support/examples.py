"""How many examples a random test draws: a few among the tests, and as many as are asked for in a long form."""

from __future__ import annotations

import os

_NUMBER = "PDSYNC_TEST_EXAMPLES"
IS_LONG = _NUMBER in os.environ


def examples(few: int) -> int:
    """The number for `max_examples`."""
    return int(os.environ.get(_NUMBER, few))

"""Time is PagerDuty's: the clock of this machine is read in few places, each for a reason."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.house.source import modules

_READS = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"), ("time", "time")}
_MAY = {
    "client/server_clock.py",  # where no answer has a date
    "client/events_api_v2_client.py",  # the time of an event is the sender's
    "client/oauth_token_client.py",  # how long a token lasts, counted from its arrival
    "cli/files/journal_file.py",  # names and lines of a file on this machine
    "cli/files/crash_report.py",  # the same
}


def reads(module: ast.AST) -> Iterator[str]:
    """Every reading of the clock of this machine."""
    for node in ast.walk(module):
        if (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and (node.value.id, node.attr) in _READS
        ):
            yield f"{node.value.id}.{node.attr}"


def test_the_clock_of_this_machine_is_read_where_that_has_a_reason() -> None:
    found = {name for name, module in modules().items() if any(reads(module)) and not name.startswith("sandbox/")}
    assert found == _MAY


def test_a_reading_is_found() -> None:
    text = "import time\nfrom datetime import datetime\na = datetime.now\nb = time.time()\nc = time.monotonic()\n"
    assert list(reads(ast.parse(text))) == ["datetime.now", "time.time"]

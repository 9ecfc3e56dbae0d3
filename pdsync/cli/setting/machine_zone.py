"""The time zone of this machine, where TZ names one.

The C library looks TZ up in the machine's own database. Small images have none, and the library then takes UTC without a word.
pdsync carries the zones itself, so it reads TZ first.
"""

from __future__ import annotations

import os
import re
from datetime import UTC, tzinfo

from pdsync.model.instant import load_zone

_RULE = re.compile(r"(?:[A-Za-z]{3,}|<[A-Za-z0-9+-]{3,}>)[+-]?[0-9]{1,2}(?::[0-9]{2}){0,2}(?:[A-Za-z<].*)?")
"""A rule as POSIX has it, such as ``CET-1CEST,M3.5.0,M10.5.0/3``: the C library needs no database for it."""


def read_machine_zone(text: str | None) -> tuple[tzinfo | None, str]:
    """The zone that a value of TZ means, and a warning, or "". The zone is None where the C library knows better: without TZ, and
    for rules and files. An unknown zone is UTC, as the C library has it."""
    name = (text or "").strip().removeprefix(":")
    if not name:
        return None, ""
    try:
        return load_zone(name), ""
    except (KeyError, ValueError):
        if _RULE.fullmatch(name) or (os.path.isabs(name) and os.path.isfile(name)):
            return None, ""
        from pdsync.model.zone_hint import suggest_zone

        return UTC, f"TZ={text!r} is not a time zone, so times are in UTC. {suggest_zone(name)}"

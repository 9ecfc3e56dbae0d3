"""Placeholder: what stands in a recording for a value that is another one at each replay.

``{user:1}`` is what an answer told, ``{url}`` the server's address, ``{now}``, ``{now+1d}`` and ``{now-90s}`` are moments.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

PLACEHOLDER = re.compile(r"\{([a-z0-9_]+:\d+|url|now(?:[+-]\d+[ds])?)\}")
_LOCAL = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?"
_MOMENT = re.compile(_LOCAL + r"(?:Z|[+-]\d\d:?\d\d)")
ANY_MOMENT = re.compile(_LOCAL + r"(?:Z|[+-]\d\d:?\d\d)?")
"""Without an offset too: such a text in an answer says when, in a zone that the request names."""
_UNIT_S = {"d": 86400, "s": 1}
_SLACK_S = 5
"""So long a client may take from looking at the clock to asking."""


class UnknownPlaceholderError(Exception):
    """No answer has told its value."""


def fill(value: Any, known: Mapping[str, str], now: datetime) -> Any:
    """The value with every placeholder replaced, in keys too."""
    if isinstance(value, dict):
        return {key: fill(item, known, now) for key, item in value.items()}
    if isinstance(value, list):
        return [fill(item, known, now) for item in value]
    if not isinstance(value, str):
        return value

    def tell(found: re.Match[str]) -> str:
        name = found.group(1)
        if name.startswith("now"):
            seconds = int(name[3:-1]) * _UNIT_S[name[-1]] if name != "now" else 0
            return (now + timedelta(seconds=seconds)).astimezone(UTC).isoformat(timespec="milliseconds")[:-6] + "Z"
        if name not in known:
            raise UnknownPlaceholderError(name)
        return known[name]

    return PLACEHOLDER.sub(tell, value)


def with_placeholders(value: Any, names: Mapping[str, str], now: datetime) -> Any:
    """The opposite: ``names`` has the placeholder for each value that an answer told before."""
    if isinstance(value, dict):
        return {key: with_placeholders(item, names, now) for key, item in value.items()}
    if isinstance(value, list):
        return [with_placeholders(item, names, now) for item in value]
    if not isinstance(value, str):
        return value
    for told in sorted(names, key=len, reverse=True):
        value = value.replace(told, "{" + names[told] + "}")
    return _MOMENT.sub(lambda found: _relative(found.group(), now), value)


def _relative(moment: str, now: datetime) -> str:
    seconds = round((datetime.fromisoformat(moment) - now).total_seconds())
    if (seconds + _SLACK_S) % 60 <= 2 * _SLACK_S:
        seconds = 60 * round(seconds / 60)
    if seconds == 0:
        return "{now}"
    return f"{{now{seconds // 86400:+d}d}}" if seconds % 86400 == 0 else f"{{now{seconds:+d}s}}"

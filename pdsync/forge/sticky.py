"""The one comment that is found again by its hidden first line, and updated."""

from __future__ import annotations

import re
from typing import Literal

from pdsync.forge.host import Host

_MARKER = re.compile(r"<!-- pdsync:[a-z0-9._-]+ -->")

Outcome = Literal["created", "updated", "unchanged"]


def marker_of(body: str) -> str | None:
    """The hidden line that a report begins with, or None where it is not a report."""
    first = body.partition("\n")[0].strip()
    return first if _MARKER.fullmatch(first) else None


def put_comment(host: Host, body: str) -> Outcome:
    """Makes the comment say `body`: updates the oldest one that has the same marker and is ours, or adds one.

    A comment that someone else wrote is never touched, whatever it begins with. Raises ForgeError, and ValueError where the
    body has no marker.
    """
    marker = marker_of(body)
    if marker is None:
        raise ValueError("a report begins with its marker")
    for comment in host.comments():
        if comment.is_ours and marker_of(comment.body) == marker:
            if _same(comment.body, body):
                return "unchanged"
            host.update(comment, body)
            return "updated"
    host.create(body)
    return "created"


def _same(one: str, other: str) -> bool:
    """Hosts store other line breaks, and none at the end."""
    return one.replace("\r\n", "\n").strip() == other.strip()

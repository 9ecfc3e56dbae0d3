"""Line break: whether a kind of object keeps the line breaks of its description."""

from __future__ import annotations

from collections.abc import Callable

from pdsync.sandbox.http.call import Call


def description_cleaner(call: Call, question: str) -> Callable[[str], str]:
    """What is stored of a description, as the account answers ``question``."""
    if call.profile.reads(question, "kept"):
        return str.rstrip
    return lambda text: " ".join(text.split())

"""Title template: what the titles of incidents of one kind have in common.

PagerDuty learns templates from many incidents. Here a word with a digit in it is variable, and all others are not: equal
texts, apart from numbers, hosts and measurements, are one template.
"""

from __future__ import annotations

import hashlib
import re

from pdsync.sandbox.store.record import Record

VARIABLE = "<*>"
_DIGIT = re.compile(r"[0-9]")


def template(incident: Record) -> str:
    words = str(incident.body["title"]).split()
    return " ".join(VARIABLE if _DIGIT.search(word) else word for word in words)


def similarity(one: Record, other: Record) -> float:
    """From 0 to 100: the share of the words of both titles that is in each of them."""
    left, right = (set(template(it).casefold().split()) for it in (one, other))
    return round(100 * len(left & right) / len(left | right), 4) if left | right else 0.0


def stable_id(*texts: str) -> str:
    """An id that is the same whenever the same texts are asked for."""
    return "P" + hashlib.sha256("\n".join(texts).encode("utf-8", "replace")).hexdigest()[:13].upper()

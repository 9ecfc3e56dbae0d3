"""What moves where a list gets another order, and where items go that the new order does not have. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Sequence


def find_unmoved(before: Sequence[str], after: Sequence[str]) -> list[str]:
    """The longest row of keys that both have in the same order: what is not among them has moved. Keys are there once each."""
    places = {key: at for at, key in enumerate(after)}
    common = [key for key in before if key in places]
    ends: list[int] = []
    """For each length the smallest place at which a row of that length ends."""
    rows: list[int] = []
    for key in common:
        at = bisect_left(ends, places[key])
        ends[at : at + 1] = [places[key]]
        rows.append(at)
    found: list[str] = []
    wanted = len(ends) - 1
    for key, length in zip(reversed(common), reversed(rows), strict=True):
        if length == wanted and (not found or places[key] < places[found[-1]]):
            found.append(key)
            wanted -= 1
    return found[::-1]


def merge_keys(before: Sequence[str], after: Sequence[str], stays: Collection[str]) -> list[str]:
    """The new order with those of the old one that stay: each is directly behind the last one before it that has not moved."""
    unmoved = set(find_unmoved(before, after))
    behind: dict[str | None, list[str]] = {}
    last = None
    for key in before:
        if key in unmoved:
            last = key
        elif key in stays:
            behind.setdefault(last, []).append(key)
    found = list(behind.get(None, ()))
    for key in after:
        found += [key, *behind.get(key, ())]
    return found

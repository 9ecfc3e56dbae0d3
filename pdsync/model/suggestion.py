"""Near misses: what somebody probably meant to write."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache


def did_you_mean(value: object, options: Iterable[object]) -> str:
    """A hint such as ``Did you mean 'high'?``, or an empty string when nothing is near."""
    return _nearest(value, tuple(map(str, options))) if isinstance(value, str) else ""


@lru_cache(maxsize=64)  # a mistake in a template comes a thousand times over, and comparing is slow
def _nearest(value: str, options: tuple[str, ...]) -> str:
    by_fold = {option.casefold(): option for option in options}
    near = get_close_matches(value.casefold(), list(by_fold), n=1, cutoff=0.6)
    return f"Did you mean {by_fold[near[0]]!r}?" if near else ""

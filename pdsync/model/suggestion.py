"""Near misses, which a person probably meant."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache


def did_you_mean(value: object, options: Iterable[object]) -> str:
    """A hint such as ``Did you mean 'high'?``, or an empty string when nothing is near."""
    near = find_nearest(value, options)
    return f"Did you mean {near!r}?" if near is not None else ""


def find_nearest(value: object, options: Iterable[object]) -> str | None:
    """The option that was probably meant; None when nothing is near."""
    return _nearest(value, tuple(map(str, options))) if isinstance(value, str) else None


@lru_cache(maxsize=64)  # a mistake in a template comes a thousand times over, and comparing is slow
def _nearest(value: str, options: tuple[str, ...]) -> str | None:
    by_fold = {option.casefold(): option for option in options}
    near = get_close_matches(value.casefold(), list(by_fold), n=1, cutoff=0.6)
    if not near:  # the first word of a long name, such as phone for phone_contact_method
        near = [option for option in by_fold if value and option.startswith(f"{value.casefold()}_")]
    return by_fold[near[0]] if len(near) == 1 else None

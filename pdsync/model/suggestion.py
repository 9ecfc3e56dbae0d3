"""Near misses, which a person probably meant."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache

_JUDGED = 5
"""Of so many near words the nearest is chosen."""


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
    folded = value.casefold()
    near = get_close_matches(folded, list(by_fold), n=_JUDGED, cutoff=0.6)
    if not near:  # the first word of a long name, such as phone for phone_contact_method
        near = [option for option in by_fold if value and option.startswith(f"{folded}_")]
        return by_fold[near[0]] if len(near) == 1 else None
    # Letters in the wrong order count as one slip: `inti` is init, although lint has more letters in the right place.
    return by_fold[min(near, key=lambda option: _count_slips(folded, option))]


def _count_slips(left: str, right: str) -> int:
    """How many letters are missing, added, wrong or swapped with the next one."""
    before: list[int] = []
    row = list(range(len(right) + 1))
    for at, letter in enumerate(left, 1):
        two_before, before, row = before, row, [at]
        for to, other in enumerate(right, 1):
            slips = min(before[to] + 1, row[-1] + 1, before[to - 1] + (letter != other))
            if at > 1 and to > 1 and letter == right[to - 2] and left[at - 2] == other:
                slips = min(slips, two_before[to - 2] + 1)
            row.append(slips)
    return row[-1]

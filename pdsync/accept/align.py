"""Matches the items of a list as written with the items of the desired list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from typing import Any

from pdsync.model import Canonical
from pdsync.model.codec.structure import ListOf, Object, SetOf, Variants
from pdsync.model.name import fold_name
from pdsync.model.sort_key import sort_key

Aligned = list[tuple[int | None, Any]]
"""For each item of the result, in order: the index of the written item that it is, if any, and its value."""


def align(
    codec: ListOf,
    old: Sequence[Any],
    new: Sequence[Any],
    canonical: Callable[[Any], Canonical],
    key_of: Callable[[Canonical], str] | None,
) -> Aligned:
    """Pairs items by key, by meaning, or (where the order means something) by place."""
    old_values, new_values = [canonical(item) for item in old], [canonical(item) for item in new]
    if key_of is None and codec.key:
        name = codec.key

        def key_of(value: Canonical) -> str:
            return fold_name(str(value.get(name, "")))

    if key_of is not None:
        olds, news = (_counted([key_of(value) for value in values]) for values in (old_values, new_values))
        return _by_key(olds, news, new, isinstance(codec, SetOf))
    olds, news = [sort_key(v) for v in old_values], [sort_key(v) for v in new_values]
    if isinstance(codec, SetOf):
        return _as_sets(olds, news, new, pairs_rest=isinstance(codec.item, Object | Variants))
    return _in_order(olds, news, new, pairs_rest=isinstance(codec.item, Object | Variants))


def _counted(keys: Sequence[str]) -> list[str]:
    """The keys, each with how often it was there before: several items of a list may have one key, and each is paired once."""
    return [f"{keys[:at].count(key)} {key}" for at, key in enumerate(keys)]


def _by_key(olds: list[str], news: list[str], new: Sequence[Any], any_order: bool) -> Aligned:
    if not any_order:
        return [(olds.index(key) if key in olds else None, item) for key, item in zip(news, new, strict=True)]
    kept: Aligned = [(at, new[news.index(key)]) for at, key in enumerate(olds) if key in news]
    return [*kept, *((None, item) for key, item in zip(news, new, strict=True) if key not in olds)]


def _as_sets(olds: list[str], news: list[str], new: Sequence[Any], *, pairs_rest: bool) -> Aligned:
    """In the order in which they are written; what is new comes last."""
    fresh = [at for at, key in enumerate(news) if key not in olds]
    gone = [at for at, key in enumerate(olds) if key not in news]
    pairs = dict(zip(gone, fresh, strict=False)) if pairs_rest else {}
    result: Aligned = []
    for at, key in enumerate(olds):
        if key in news:
            result.append((at, new[news.index(key)]))
        elif at in pairs:
            result.append((at, new[pairs[at]]))
    return [*result, *((None, new[at]) for at in fresh if at not in pairs.values())]


def _in_order(olds: list[str], news: list[str], new: Sequence[Any], *, pairs_rest: bool) -> Aligned:
    result: Aligned = []
    for tag, old_from, old_to, new_from, new_to in SequenceMatcher(a=olds, b=news, autojunk=False).get_opcodes():
        for offset in range(new_to - new_from):
            at = old_from + offset
            same = at < old_to and (tag == "equal" or pairs_rest)
            result.append((at if same else None, new[new_from + offset]))
    return result

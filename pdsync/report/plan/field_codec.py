"""Finds the codec of the place that a path such as ``schedule_layers[Nights].users`` names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from pdsync.kinds import BY_SLUG
from pdsync.model import Canonical
from pdsync.model.codec.composed import Composed
from pdsync.model.codec.plain import Codec, Nullable
from pdsync.model.codec.structure import ListOf, MapOf, Object, Variants

_NAME = re.compile(r"[A-Za-z0-9_]+")


@lru_cache(maxsize=4096)
def find_codec(slug: str, path: str) -> Codec | None:
    """The codec at a delta's path, or None where the path leads nowhere that is declared.

    A key in brackets is free text and may hold brackets and dots itself, so the declared names decide how to read it.
    """
    name = _NAME.match(path)
    kind = BY_SLUG.get(slug)
    part = next((p for p in kind.spec.parts if p.name == name[0]), None) if kind and name else None
    if part is None or name is None:
        return None
    if path.endswith(" (moved)"):  # what is shown are the names of lists
        return None
    return _descend(part.codec, path[name.end() :].removesuffix(" (order)").removesuffix(" (renamed)"))


def find_child_codec(slug: str, list_name: str, path: str) -> Codec | None:
    """The codec at a path inside an item of a child list."""
    kind = BY_SLUG.get(slug)
    declared = kind.child(list_name) if kind else None
    return _descend(declared.item, "." + path) if declared else None


def member_codec(codec: Codec | None, value: Mapping[str, Canonical], name: str) -> Codec | None:
    """The codec of a member of a mapping; the mapping itself says which variant it is."""
    inner = unwrapped(codec) if codec is not None else None
    if isinstance(inner, Variants):
        inner = inner.option_of(value.get(inner.tag))
    return _descend(inner, "." + name) if inner is not None else None


def item_codec(codec: Codec | None) -> Codec | None:
    """The codec of the items of a list."""
    inner = unwrapped(codec) if codec is not None else None
    return inner.item if isinstance(inner, ListOf) else None


def unwrapped(codec: Codec) -> Codec:
    """The codec of the value itself, where that may be null."""
    while isinstance(codec, Nullable):
        codec = codec.inner
    return codec


def _descend(codec: Codec, rest: str) -> Codec | None:
    codec = unwrapped(codec)
    if not rest:
        return codec
    if isinstance(codec, Composed):
        shown = codec.shown_part(rest)
        return _descend(*shown) if shown is not None else None
    if rest[0] == "[" and isinstance(codec, ListOf):
        ends = (index + 1 for index, char in enumerate(rest) if char == "]")
        return next((found for end in ends if (found := _descend(codec.item, rest[end:])) is not None), None)
    if rest[0] == "." and isinstance(codec, MapOf):
        # The name in it is free text: what follows it is what leads further.
        ends = (index for index in range(1, len(rest)) if rest[index] in ".[")
        inner = (_descend(codec.value, rest[end:]) for end in ends)
        return next((found for found in inner if found is not None), unwrapped(codec.value))
    if rest[0] == "." and isinstance(codec, Variants):
        options = (_descend(option, rest) for _, option in codec.options)
        return next((found for found in options if found is not None), None)
    if rest[0] == "." and isinstance(codec, Object):
        name = _NAME.match(rest, 1)
        part = next((part for part in codec.parts if name and part.name == name[0]), None)
        return _descend(part.codec, rest[name.end() :]) if part and name else None
    return None

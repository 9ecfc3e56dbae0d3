"""The secrets inside a value as open parts: PagerDuty keeps them to itself, and the record in the ownership line knows what was applied.

Terms. A *secret part* is a value that a codec of `pdsync.model.codec.secret` reads, with its path inside the field. The *frame* is the
value without them. A secret part that an answer hides or leaves out counts as what was applied last; one that it shows is
compared with the value of the secret text, where this process can have that.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pdsync.model.codec.open import IsApplied, Open
from pdsync.model.codec.plain import MAPPING, MISSING, Canonical, Codec, Wrapper
from pdsync.model.codec.secret import LEAF, Hidden, Secret, SecretTree, is_hidden
from pdsync.model.codec.secret_text import SecretReference, as_value, known_value, references_in, variable_for
from pdsync.model.codec.structure import ListOf, MapOf, Object, Variants

_Path = tuple[str, ...]
_Change = Callable[[_Path, Canonical], Canonical]


@dataclass(frozen=True, slots=True)
class SecretParts(Open):
    """The open side of a codec whose values hold secrets."""

    codec: Codec

    SEALED = True

    def parts(self, value: Canonical) -> Mapping[str, Canonical]:
        return {_path_text(path): part for path, part in find_secrets(self.codec, value)}

    def frame(self, value: Canonical) -> Canonical:
        return map_secrets(self.codec, value, lambda path, part: None)

    def meet(self, desired: Canonical, live: Canonical, is_applied: IsApplied) -> tuple[Canonical, Canonical]:
        met = _meet(self.codec, desired, live, lambda path: is_applied(_path_text(path)), ())
        return desired, live if met is MISSING else met

    def is_shown(self, part: Canonical) -> bool:
        return not is_hidden(part)

    def shows(self, desired: Canonical, live: Canonical) -> bool:
        shown = {path for path, part in self.parts(live).items() if self.is_shown(part)}
        return self.parts(desired).keys() <= shown

    def narrowed(self, live: Canonical, desired: Canonical) -> Canonical:
        return self.meet(desired, live, lambda path: True)[1]

    def references(self, value: Canonical) -> Sequence[SecretReference]:
        texts = (part for _, part in find_secrets(self.codec, value) if isinstance(part, str))
        return list(dict.fromkeys(it for text in texts for it in references_in(text)))

    def shown_path(self, path: str) -> str:
        return "".join(step if step.startswith("[") else f".{step}" for step in json.loads(path))

    def named(self, value: Canonical, prefix: str) -> Canonical:
        """The value with a variable in place of each secret that only PagerDuty knows, for a manifest: a person has to set it."""
        return map_secrets(
            self.codec, value, lambda path, part: variable_for(prefix, path) if is_hidden(part) else part
        )


def _path_text(path: _Path) -> str:
    return json.dumps(path, ensure_ascii=False)


def _inside(codec: Codec, value: Canonical) -> Iterator[tuple[str, str | int, Codec, Canonical]]:
    """What is inside a value: its step in paths, its place in the value, its codec and itself."""
    if isinstance(codec, Object):
        yield from ((it.name, it.name, it.codec, value[it.name]) for it in codec.parts if it.name in value)
    elif isinstance(codec, MapOf):
        yield from ((name, name, codec.value, inner) for name, inner in value.items())
    elif isinstance(codec, ListOf):
        for at, item in enumerate(value):
            key = item.get(codec.key) if codec.key and isinstance(item, MAPPING) else None
            yield f"[{at if key is None else key}]", at, codec.item, item
    elif isinstance(codec, SecretTree) and isinstance(value, MAPPING):
        yield from ((name, name, codec, inner) for name, inner in value.items())
    elif isinstance(codec, SecretTree) and isinstance(value, list):
        yield from ((f"[{at}]", at, codec, item) for at, item in enumerate(value))


def _plain(codec: Codec, value: Canonical) -> Codec:
    """The codec that reads a value, without those around it."""
    while isinstance(codec, Wrapper):
        codec = codec.inner
    if isinstance(codec, Variants):
        return codec.option_of(value.get(codec.tag) if isinstance(value, MAPPING) else None) or Codec()
    if isinstance(codec, SecretTree) and (isinstance(value, str) or is_hidden(value)):
        return LEAF
    return codec


def find_secrets(codec: Codec, value: Canonical, path: _Path = ()) -> Iterator[tuple[_Path, Canonical]]:
    """Every secret part of a canonical value by its path: a secret text, or what is held in its place."""
    if value is None or value is MISSING or not codec.has_secrets():
        return
    codec = _plain(codec, value)
    if isinstance(codec, Secret):
        yield path, value
        return
    for step, _, inner, held in _inside(codec, value):
        yield from find_secrets(inner, held, (*path, step))


def map_secrets(codec: Codec, value: Canonical, change: _Change, path: _Path = ()) -> Canonical:
    """The value with each secret part replaced by what `change` gives for it; the very same where nothing is replaced."""
    if value is None or value is MISSING or not codec.has_secrets():
        return value
    codec = _plain(codec, value)
    if isinstance(codec, Secret):
        return change(path, value)
    found = {at: map_secrets(inner, held, change, (*path, step)) for step, at, inner, held in _inside(codec, value)}
    if all(value[at] is now for at, now in found.items()):
        return value
    return [found[at] for at in range(len(value))] if isinstance(value, list) else {**value, **found}


def _meet(
    codec: Codec, desired: Canonical, live: Canonical, is_applied: Callable[[_Path], bool], path: _Path
) -> Canonical:
    """The live value with the secret texts of the desired one where it may have their values. MISSING where it has nothing."""
    if desired is None or desired is MISSING or not codec.has_secrets():
        return live
    if isinstance(codec, SecretTree) and live is MISSING:
        return MISSING  # an answer shows every member, and what is there in place of a secret
    codec = _plain(codec, desired)
    if isinstance(codec, Secret):
        return _meet_secret(desired, live, is_applied, path)
    if not isinstance(desired, (list, *MAPPING)) or (_is_there(live) and not isinstance(live, (list, *MAPPING))):
        return live  # a number and the like
    if (
        live is not None
        and live is not MISSING
        and (isinstance(live, list) != isinstance(desired, list) or is_hidden(live))
    ):
        return live
    held = {step: (at, part) for step, at, _, part in _inside(codec, live)} if _is_there(live) else {}
    met: dict[Any, Canonical] = {}
    for step, at, inner, wanted in _inside(codec, desired):
        now = _meet(inner, wanted, held[step][1] if step in held else MISSING, is_applied, (*path, step))
        if now is not MISSING:
            met[held[step][0] if step in held else at] = now
    if isinstance(desired, list):
        return _with_items(live, {at: now for at, now in met.items() if at in {place for place, _ in held.values()}})
    return {**live, **met} if _is_there(live) else met or live


def _with_items(live: Canonical, met: Mapping[int, Canonical]) -> Canonical:
    """A list with other items. Items that only the desired list has are not there."""
    there = list(live) if _is_there(live) else []
    return [met.get(at, item) for at, item in enumerate(there)] or live


def _is_there(value: Canonical) -> bool:
    return value is not None and value is not MISSING


def _meet_secret(desired: Canonical, live: Canonical, is_applied: Callable[[_Path], bool], path: _Path) -> Canonical:
    shown = live if isinstance(live, str) else None
    value = as_value(shown) if shown is not None else live.value if isinstance(live, Hidden) else None
    if not _is_there(live) and not references_in(str(desired)):
        return live  # plain text is shown where it is
    if value is None:
        return desired if is_applied(path) else live
    if shown is not None and (shown == desired or not references_in(str(desired))):
        return shown
    wanted = known_value(str(desired))
    if wanted == value or (wanted is None and is_applied(path)):
        return desired
    return Hidden(value)

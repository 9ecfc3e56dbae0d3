"""Text that may hold references: ``${id:service/checkout-api}`` in it is the id of that object.

The canonical value is the text as a manifest writes it. A reference in it is by key where a manifest manages the target; of
any other object the id is in the text as PagerDuty has it, and means the same on both sides. ``$${id:`` is the text ``${id:``.
An answer does not say which of its words are ids. So a word that may be one is asked for as a reference to an object of any kind
(`ANY_KIND`), and stays as it is where nothing of that id is known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, cast

from pdsync.model.codec.plain import Canonical, Codec, Wrapper
from pdsync.model.marker import KEY_PATTERN
from pdsync.model.ref import ANY_KIND, ID_PATTERN, By, Ref
from pdsync.model.scope import Path, RefMap, Scope

FORM = "${id:kind/key}"
_LONGEST = 400
"""No reference has as many characters."""
_OPENING = re.compile(r"(?<!\$)(?P<dollars>\$+)\{id:")
_REFERENCE = (
    r"\$\{id:(?P<kind>[A-Za-z0-9_]+)/"
    rf"(?:(?P<key>{KEY_PATTERN})|\{{ ?(?P<by>name|id): ?(?P<value>[^{{}}\n]{{0,254}}[^{{}}\n ]) ?\}})\}}"
)
_WORD = rf"(?<![\w$]){ID_PATTERN}(?!\w)"
"""What may be an id. Inside a longer word there is none, and behind a dollar it could not be written."""
_IN_MANIFEST = re.compile(rf"(?<!\$)\$\$+\{{id:|{_REFERENCE}|(?P<word>{_WORD})")
_ID = re.compile(_WORD)
_HINT = f"Write {FORM}, such as ${{id:service/checkout-api}}, or $${{id: for these characters themselves."


class ReferringString(str):
    """A text as a manifest writes it, in which ``${id:`` is a reference and must not be marked as plain text."""

    __slots__ = ()


def has_reference(text: str) -> bool:
    """False where a text cannot hold a written reference."""
    return "{id:" in text


def written_out(text: str) -> str:
    """Text that holds no references as a manifest writes it: ``${id:`` becomes ``$${id:``."""
    return _OPENING.sub(r"$\g<0>", text) if has_reference(text) else text


def plain_of(text: str) -> tuple[str, bool]:
    """The text that a manifest means where no reference may be: ``$${id:`` becomes ``${id:``. And whether there is a reference."""
    found = [len(opening["dollars"]) == 1 for opening in _OPENING.finditer(text)]
    plain = _OPENING.sub(lambda opening: opening[0] if len(opening["dollars"]) == 1 else opening[0][1:], text)
    return plain, any(found)


@dataclass(frozen=True, slots=True)
class ReferringText(Wrapper):
    """A text, of which `inner` is the codec, and in which ``${id:kind/key}`` is the id of an object."""

    ALWAYS_REFERS: ClassVar[bool] = True

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        text = self.inner.desired(value, scope, path)
        if isinstance(text, str) and has_reference(text):
            scope.refs.extend((path, ref) for ref in _read_references(text, scope, path))
        return text

    def live(self, value: Any, scope: Scope) -> Canonical:
        text = self.inner.live(value, scope)
        return written_out(text) if isinstance(text, str) else text

    def to_api(self, value: Canonical, refs: RefMap) -> Any:
        def sent(match: re.Match[str]) -> str:
            ref = _ref_in(match)
            if ref is None:
                return match[0][1:]
            return match[0] if ref.kind == ANY_KIND else str(cast(dict[str, Any], refs(ref))["id"])

        text = _IN_MANIFEST.sub(sent, value) if isinstance(value, str) and has_reference(value) else value
        return self.inner.to_api(text, refs)

    def to_manifest(self, value: Canonical) -> Any:
        return ReferringString(value) if isinstance(value, str) else value

    def map_refs(self, value: Canonical, refs: RefMap) -> Canonical:
        def mapped(match: re.Match[str]) -> str:
            ref = _ref_in(match)
            now = refs(ref) if ref is not None else None
            return _render(now) if isinstance(now, Ref) and now != ref else match[0]

        if not isinstance(value, str):
            return value
        text = _IN_MANIFEST.sub(mapped, value)
        return value if text == value else text

    def part(self, step: str | int) -> Codec | None:
        found = self.inner.part(step)
        return self if found is self.inner else found  # what is inside is text too, as in an input that is sent as JSON

    def takes_ids(self) -> bool:
        return True


def _ref_in(match: re.Match[str]) -> Ref | None:
    """The reference at a place of a text as a manifest writes it; None where ``${id:`` itself is meant."""
    if match["word"] is not None:
        return Ref(ANY_KIND, "id", match["word"])
    if match["kind"] is None:
        return None
    by, value = ("key", match["key"]) if match["key"] is not None else (match["by"], match["value"])
    return Ref(match["kind"], cast(By, by), value)


def _render(ref: Ref) -> str:
    """A reference as it is in a text: an id is in the text itself, in the form that PagerDuty has."""
    if ref.by == "key":
        return f"${{id:{ref.kind}/{ref.value}}}"
    if ref.by == "id" and _ID.fullmatch(ref.value):
        return ref.value
    return f"${{id:{ref.kind}/{{{ref.by}: {ref.value}}}}}"


def _read_references(text: str, scope: Scope, path: Path) -> Iterator[Ref]:
    """The references that a text names; what is wrong with one is a problem."""
    ended = -1
    at = 0
    while (opening := _OPENING.search(text, at)) is not None:
        at = opening.end()
        if len(opening["dollars"]) > 1:
            continue
        match = _IN_MANIFEST.match(text, opening.start())
        ref = _ref_in(match) if match is not None else None
        if match is None or ref is None:
            _note_malformed(text, opening.start(), scope, path)
            continue
        at = match.end()
        before, after = text[match.start() - 1 : match.start()], text[at : at + 1]
        if match.start() == ended or _is_of_word(before) or _is_of_word(after):
            message = f"{match[0]} is part of a longer word, where pdsync cannot find the id again"
            scope.problem(path, message, "Put a space or a punctuation mark between them.")
        ended = at
        yield ref


def _note_malformed(text: str, start: int, scope: Scope, path: Path) -> None:
    line = text[start : start + _LONGEST].partition("\n")[0]
    inside, closing, _ = line.partition("}")
    says = f"{inside}}} is not a reference" if closing else "'${id:' is not closed"
    scope.problem(path, says, _HINT)


def _is_of_word(char: str) -> bool:
    return re.fullmatch(r"\w", char) is not None

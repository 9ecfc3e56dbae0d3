"""Codecs of single values: how a field is written in a manifest, compared, and sent.

A codec is the one source of a field's JSON Schema, its canonical form and its request form. The schema says what a valid
value looks like, so `desired` gets nothing else, and brings it into canonical form. Desired and live values of a field
become the same canonical value when they mean the same, so a plan is quiet because normalisation is right.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final, TypeAlias
from unicodedata import normalize

from pdsync.model.pattern import EMAIL, NOT_BLANK, whole, without
from pdsync.model.scope import Path, RefMap, Scope

Canonical: TypeAlias = Any
"""None, bool, int, str, `Ref`, or a list or dict of those."""

MAPPING: Final = (dict, Mapping)
"""For `isinstance`: almost every mapping is a dict, and to ask the abstract class about one takes five times as long."""
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x80-\x9f]")


class _Missing:
    """The absence of a default."""

    def __repr__(self) -> str:
        return "MISSING"


MISSING = _Missing()


def unchanged(value: Any, *_: Any) -> Any:
    """The value as it is: what happens where a kind declares nothing else."""
    return value


def plain_number(value: Any) -> Any:
    """JSON Schema counts 4.0 as the whole number 4, and so do we."""
    # Most values are text, and to ask what it is costs less than to ask whether it is a number.
    return int(value) if type(value) is not str and isinstance(value, float) and value.is_integer() else value


@dataclass(frozen=True, slots=True)
class Codec:
    """Base of all codecs. `desired` reads a manifest, `live` an API answer; both give the canonical value."""

    ALWAYS_REFERS: ClassVar[bool] = False
    """True for a codec that is of references itself."""

    def schema(self) -> dict[str, Any]:
        """The JSON Schema of the manifest form."""
        return {}

    def canonical(self, value: Any, scope: Scope) -> Canonical:
        """The canonical value, where manifest and answer have the same form. Never complains: the account is as it is."""
        return value

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        """The canonical value of what a manifest says, which fits the schema; problems go to `scope`."""
        return self.canonical(value, scope)

    def live(self, value: Any, scope: Scope) -> Canonical:
        """The canonical value of what PagerDuty answered."""
        return self.canonical(value, scope)

    def to_api(self, value: Canonical, refs: RefMap) -> Any:
        """What to send for a canonical value; `refs` turns each `Ref` into its request form."""
        return value

    def to_manifest(self, value: Canonical) -> Any:
        """How a manifest writes a canonical value."""
        return value

    def map_refs(self, value: Canonical, refs: RefMap) -> Canonical:
        """The same canonical value with every `Ref` replaced by ``refs(ref)``; the very same where nothing is replaced."""
        return value

    def refs_in(self, value: Canonical) -> list[Any]:
        """Every reference in a canonical value."""
        found: list[Any] = []

        def note(ref: Any) -> Any:
            found.append(ref)
            return ref

        self.map_refs(value, note)
        return found

    def refers(self) -> bool:
        """Whether a value may hold a `Ref`; where not, `map_refs` gives back what it was given, and does not have to be called."""
        return self.ALWAYS_REFERS

    def takes_ids(self) -> bool:
        """Whether ``${id:kind/key}`` in a text that a manifest writes here is the id of an object."""
        return False

    def takes_secrets(self) -> bool:
        """Whether ``${env:NAME}`` in a text that a manifest writes here is a secret, which is sent and never shown."""
        return False

    def has_secrets(self) -> bool:
        """Whether a value may be a secret, or hold one at any depth."""
        return False

    def part(self, step: str | int) -> Codec | None:
        """The codec of a member or item of what a manifest writes; None where there is none of that name, or no members at all."""
        return None

    def is_short(self, value: Any) -> bool:
        """Whether a manifest wrote a value in a short form. A short form that changes is replaced by the long form as a whole."""
        return False

    def means(self, desired: Canonical, live: Canonical) -> bool:
        """True where `live` is what `desired` asks for, which may leave something to the server."""
        return bool(desired == live)

    def show(self, value: Canonical) -> str:
        """The value in the label of an item."""
        return str(value)


def needs_place(codec: Codec) -> bool:
    """False where `desired` is `canonical`, which says nothing about places."""
    return type(codec).desired is not Codec.desired


@dataclass(frozen=True, slots=True)
class CheckedCodec(Codec):
    """Base of codecs whose schema cannot say all of what a manifest may write."""

    def check(self, value: Any, scope: Scope, path: Path) -> None:
        """Reports what no schema can say about a value."""
        raise NotImplementedError(type(self).__name__)

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        self.check(value, scope, path)
        return self.canonical(value, scope)


@dataclass(frozen=True, slots=True)
class Text(CheckedCodec):
    """A string, trimmed as PagerDuty trims it."""

    max_length: int | None = None
    min_length: int = 0
    forbidden: str = ""
    collapse: bool = False
    """True where the server turns each run of white space into one space (user names, terraform #810)."""
    empty_is_null: bool = False
    multiline: bool = False
    exact: bool = False
    """True for patterns, in which every code point counts. All other text is compared and sent in Unicode NFC."""

    def schema(self) -> dict[str, Any]:
        schema: dict[str, Any] = {"type": "string"}
        if self.min_length:
            schema.update({"minLength": self.min_length, "pattern": NOT_BLANK})
        if self.max_length:
            schema["maxLength"] = self.max_length
        if self.forbidden:
            schema.update({**without(self.forbidden), "errorMessage": "PagerDuty refuses these characters here."})
        return schema

    def canonical(self, value: Any, scope: Scope) -> Canonical:
        text = "" if value is None else self._trimmed(str(value))
        return text or (None if self.empty_is_null else "")

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        if (
            value.isascii() and value.isprintable() and not self.collapse
        ):  # nearly every text: there is nothing to report or to fix
            return value.strip() or (None if self.empty_is_null else "")
        return CheckedCodec.desired(self, value, scope, path)

    def _trimmed(self, value: str) -> str:
        value = value.replace("\r\n", "\n")
        if not self.exact and not value.isascii():
            value = normalize("NFC", value)
        return " ".join(value.split()) if self.collapse else value.strip()

    def check(self, value: Any, scope: Scope, path: Path) -> None:
        """What is not seen: control characters, line breaks, and where characters are forbidden tabs and the like too.

        Which characters are seen is a table of Unicode's, and at both ends all of them are trimmed.
        """
        if value.isprintable():
            return
        text = self._trimmed(value)
        unseen = not text.isprintable() and (self.forbidden or _CONTROL.search(text))
        if unseen or (not self.multiline and "\n" in text):
            scope.problem(path, "contains control characters or line breaks", "Remove them.")


@dataclass(frozen=True, slots=True)
class Verbatim(Codec):
    """Any text, exactly as written, white space at its ends included."""

    def schema(self) -> dict[str, Any]:
        return {"type": "string"}


@dataclass(frozen=True, slots=True)
class Token(Codec):
    """A short machine-readable string, exactly as written."""

    pattern: str
    """A regular expression for the whole text."""
    expected: str = ""
    """What it is, with an article."""
    hint: str = ""

    def schema(self) -> dict[str, Any]:
        words = {"x-expected": self.expected, "errorMessage": self.hint}
        return {"type": "string", **whole(self.pattern), **{name: said for name, said in words.items() if said}}


@dataclass(frozen=True, slots=True)
class Email(CheckedCodec):
    """An email address; PagerDuty stores it in lower case."""

    def schema(self) -> dict[str, Any]:
        expected = "an email address of 6 to 100 characters"
        return {"type": "string", "minLength": 6, "maxLength": 100, "pattern": EMAIL, "x-expected": expected}

    def canonical(self, value: Any, scope: Scope) -> Canonical:
        return str(value or "").strip().lower()

    def check(self, value: Any, scope: Scope, path: Path) -> None:
        """White space around it does not count."""
        if len(value.strip()) < 6:
            scope.problem(path, f"{value!r} is not an email address of 6 to 100 characters")


@dataclass(frozen=True, slots=True)
class Choice(Codec):
    """One of a fixed set of strings or numbers."""

    options: tuple[str | int, ...]
    explain: tuple[str, ...] = ()
    instead: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Values that people know and that cannot be written, each with what to do instead."""
    otherwise: str = ""
    """What to do about a value that is like none of these, with ``{}`` in its place."""

    def schema(self) -> dict[str, Any]:
        schema: dict[str, Any] = {"enum": list(self.options)}
        if self.explain:
            schema["markdownEnumDescriptions"] = list(self.explain)
        if self.instead:
            schema["x-instead"] = dict(self.instead)
        if self.otherwise:
            schema["x-otherwise"] = self.otherwise
        return schema

    def canonical(self, value: Any, scope: Scope) -> Canonical:
        return plain_number(value)


@dataclass(frozen=True, slots=True)
class Integer(Codec):
    """A whole number within bounds."""

    minimum: int | None = None
    maximum: int | None = None

    def schema(self) -> dict[str, Any]:
        schema: dict[str, Any] = {"type": "integer"}
        if self.minimum is not None:
            schema["minimum"] = self.minimum
        if self.maximum is not None:
            schema["maximum"] = self.maximum
        return schema

    def canonical(self, value: Any, scope: Scope) -> Canonical:
        return plain_number(value)


@dataclass(frozen=True, slots=True)
class Boolean(Codec):
    """true or false."""

    def schema(self) -> dict[str, Any]:
        return {"type": "boolean"}

    def canonical(self, value: Any, scope: Scope) -> Canonical:
        return bool(value)


@dataclass(frozen=True, slots=True)
class Wrapper(Codec):
    """Base of codecs around another one, of which they change a part."""

    inner: Codec

    def schema(self) -> dict[str, Any]:
        return self.inner.schema()

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        return self.inner.desired(value, scope, path)

    def live(self, value: Any, scope: Scope) -> Canonical:
        return self.inner.live(value, scope)

    def to_api(self, value: Canonical, refs: RefMap) -> Any:
        return self.inner.to_api(value, refs)

    def to_manifest(self, value: Canonical) -> Any:
        return self.inner.to_manifest(value)

    def map_refs(self, value: Canonical, refs: RefMap) -> Canonical:
        return self.inner.map_refs(value, refs)

    def refers(self) -> bool:
        return self.ALWAYS_REFERS or self.inner.refers()

    def takes_ids(self) -> bool:
        return self.inner.takes_ids()

    def takes_secrets(self) -> bool:
        return self.inner.takes_secrets()

    def has_secrets(self) -> bool:
        return self.inner.has_secrets()

    def part(self, step: str | int) -> Codec | None:
        return self.inner.part(step)


@dataclass(frozen=True, slots=True)
class Nullable(Wrapper):
    """A value that an explicit null clears; `nulls` are further answers of the server that mean null."""

    nulls: tuple[Any, ...] = ()

    def schema(self) -> dict[str, Any]:
        inner = self.inner.schema()
        if "enum" in inner:
            return {**inner, "enum": [*inner["enum"], None]}
        if isinstance(inner.get("type"), str):
            return {**inner, "type": [inner["type"], "null"]}
        if "anyOf" in inner:
            return {**inner, "anyOf": [*inner["anyOf"], {"type": "null"}]}
        return {"anyOf": [inner, {"type": "null"}]}

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        return None if value is None else self.inner.desired(value, scope, path)

    def live(self, value: Any, scope: Scope) -> Canonical:
        return None if value is None or value in self.nulls else self.inner.live(value, scope)

    def to_api(self, value: Canonical, refs: RefMap) -> Any:
        return None if value is None else self.inner.to_api(value, refs)

    def map_refs(self, value: Canonical, refs: RefMap) -> Canonical:
        return None if value is None else self.inner.map_refs(value, refs)

"""Codecs of secrets: values that are sent and never shown.

A manifest writes ``${env:NAME}`` or ``${file:PATH}`` (see `pdsync.model.codec.secret_text`), and the canonical value is that text. What
PagerDuty answers in place of a secret (``--redacted--``, null, or the secret itself) is held as `Hidden`: it is unknown, never
shown and never sent back. `pdsync.model.codec.secret_part` brings the two sides together.

A kind uses these at any depth of its fields::

    Field("runbook_api_key", Secret(), ...)                                   # always a secret
    Field("custom_headers", SecretMap(listed=True), ...)                      # name: text or secret; [{name, value}] in the API
    Field("secrets", SecretMap(Secret()), ...)                                # name: secret; always null in answers
    Field("config", SecretTree(), ...)                                        # any JSON, in which each text may be a secret
    Field("config", Object.of(snow_user=required(Text()), snow_password=required(Secret())), ...)
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pdsync.model.codec.plain import MAPPING, Canonical, CheckedCodec, Codec
from pdsync.model.codec.secret_text import (
    KNOWN,
    SecretString,
    as_text,
    as_value,
    flaws_of,
    references_in,
    resolve,
)
from pdsync.model.codec.structure import MapOf
from pdsync.model.scope import Path, RefMap, Scope

HIDDEN: Final = "hidden"
"""The only member of what is held in place of a secret."""
_REDACTED = re.compile(r"\s*(?:-*\s*<?\[?redacted\]?>?\s*-*|\*{3,}|-- ?hidden ?--)\s*", re.IGNORECASE)
_SOUNDS_SECRET = re.compile(r"token|secret|passw|credential|signature|authorization|api_?key|apikey", re.IGNORECASE)
_NO_TEXT = "a secret is written here as plain text"
_WRITE = "Write ${env:NAME} or ${file:PATH}: a secret does not belong in git. Replace it if it was committed."


class Hidden(dict[str, str]):
    """What is held in place of a secret that the account has. No output and no comparison shows anything about the secret.

    `value` is the secret where the answer held it, for a comparison in this process. It is in no plan file: there it is lost.
    """

    __slots__ = ("value",)

    def __init__(self, value: str | None = None) -> None:
        super().__init__({HIDDEN: ""})
        self.value = value

    def __repr__(self) -> str:
        return "<hidden>"

    def __deepcopy__(self, memo: object) -> Hidden:
        return self

    def __reduce__(self) -> tuple[type[Hidden], tuple[()]]:
        return Hidden, ()


def is_hidden(value: Canonical) -> bool:
    """Whether a canonical value is held in place of a secret."""
    return isinstance(value, MAPPING) and value == {HIDDEN: ""}


def is_redacted(value: object) -> bool:
    """Whether PagerDuty answered this in place of a secret (terraform-provider-pagerduty #94, #280, #462, #862, #923)."""
    return value is None or (isinstance(value, str) and _REDACTED.fullmatch(value) is not None)


@dataclass(frozen=True, slots=True)
class Secret(CheckedCodec):
    """One secret. With `literal` it may be plain text as well, as a header is; without, plain text is refused."""

    literal: bool = False

    def schema(self) -> dict[str, Any]:
        if self.literal:
            return {"type": "string"}
        return {"type": "string", "x-expected": "${env:NAME} or ${file:PATH}", "errorMessage": _WRITE}

    def check(self, value: Any, scope: Scope, path: Path) -> None:
        for message, hint in flaws_of(value):
            scope.problem(path, message, hint)
        if not self.literal and not references_in(value):
            scope.problem(path, _NO_TEXT, _WRITE)

    def live(self, value: Any, scope: Scope) -> Canonical:
        if is_redacted(value):
            return Hidden()
        return as_text(str(value)) if self.literal else Hidden(str(value))

    def to_api(self, value: Canonical, refs: RefMap) -> Any:
        """The value. Raises `MissingSecretError`, also for a value that only PagerDuty knows."""
        return resolve(value) if isinstance(value, str) else value

    def to_manifest(self, value: Canonical) -> Any:
        return SecretString(KNOWN.get(as_value(value), value)) if isinstance(value, str) and value else value

    def takes_secrets(self) -> bool:
        return True

    def has_secrets(self) -> bool:
        return True

    def show(self, value: Canonical) -> str:
        return "hidden" if is_hidden(value) else str(value)


@dataclass(frozen=True, slots=True)
class SecretMap(MapOf):
    """Texts by name, each of which is or may be a secret. PagerDuty answers it redacted, in part, as null, or not at all."""

    value: Codec = Secret(literal=True)
    listed: bool = False
    """True where requests and answers have ``[{name: ..., value: ...}]``."""

    def schema(self) -> dict[str, Any]:
        return {**MapOf.schema(self), "propertyNames": {"minLength": 1}}

    def live(self, value: Any, scope: Scope) -> Canonical:
        return {name: self.value.live(inner, scope) for name, inner in self._members(value)}

    def _members(self, value: Any) -> Iterator[tuple[str, Any]]:
        if isinstance(value, MAPPING):
            yield from ((str(name), inner) for name, inner in sorted(value.items()))
        elif isinstance(value, list):
            rows = (it for it in value if isinstance(it, MAPPING) and it.get("name") is not None)
            yield from sorted(((str(it["name"]), it.get("value")) for it in rows), key=lambda it: it[0])

    def to_api(self, value: Mapping[str, Canonical], refs: RefMap) -> Any:
        said = MapOf.to_api(self, value, refs)
        return [{"name": name, "value": inner} for name, inner in said.items()] if self.listed else said


@dataclass(frozen=True, slots=True)
class SecretTree(Codec):
    """Any JSON, in which each text may be a secret. A text of an answer whose name sounds like one is hidden."""

    def schema(self) -> dict[str, Any]:
        return {"type": "object", "x-expected": "a mapping"}

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        return _read_tree(value, scope, path)

    def live(self, value: Any, scope: Scope) -> Canonical:
        return _live_tree(value, "") if isinstance(value, MAPPING) else {}

    def to_api(self, value: Canonical, refs: RefMap) -> Any:
        if isinstance(value, MAPPING) and not is_hidden(value):
            return {name: self.to_api(inner, refs) for name, inner in value.items()}
        if isinstance(value, list):
            return [self.to_api(inner, refs) for inner in value]
        return LEAF.to_api(value, refs)

    def to_manifest(self, value: Canonical) -> Any:
        if isinstance(value, MAPPING) and not is_hidden(value):
            return {name: self.to_manifest(inner) for name, inner in value.items()}
        return [self.to_manifest(inner) for inner in value] if isinstance(value, list) else LEAF.to_manifest(value)

    def takes_secrets(self) -> bool:
        return True

    def has_secrets(self) -> bool:
        return True

    def part(self, step: str | int) -> Codec | None:
        """What is inside is of the same kind."""
        return self


LEAF: Final = Secret(literal=True)
"""The codec of a text in a tree."""


def _read_tree(value: Any, scope: Scope, path: Path) -> Canonical:
    if isinstance(value, MAPPING):
        return {
            str(name): _read_tree(inner, scope, (*path, name))
            for name, inner in sorted(value.items(), key=lambda member: str(member[0]))
            if (*path, name) not in scope.unreadable
        }
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_read_tree(inner, scope, (*path, at)) for at, inner in enumerate(value)]
    return LEAF.desired(value, scope, path) if isinstance(value, str) else value


def _live_tree(value: Any, name: str) -> Canonical:
    if isinstance(value, MAPPING):
        # A header is answered as {name: ..., value: ...}: what it is called says whether it is a secret.
        called = str(value["name"]) if isinstance(value.get("name"), str) and "value" in value else ""
        found = {
            str(it): _live_tree(inner, called if it == "value" and called else str(it)) for it, inner in value.items()
        }
        return dict(sorted(found.items()))
    if isinstance(value, list):
        return [_live_tree(inner, name) for inner in value]
    if not isinstance(value, str):
        return value
    if is_redacted(value):
        return Hidden()
    return Hidden(value) if _SOUNDS_SECRET.search(name) else as_text(value)

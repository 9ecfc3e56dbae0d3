"""Headers of webhooks. Many hold a credential, and PagerDuty shows them to everyone who may read the rules.

A manifest writes ``${env:NAME}`` for a secret, and that is what plans, records and exports hold. What PagerDuty shows of a header is held as a
fingerprint, except for headers that never are secret. So the two sides meet where both are known: a fingerprint is told apart from
that of the variable, or, where the variable is not there, counts as what was applied last.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pdsync.model.codec.plain import MAPPING, Canonical, Text
from pdsync.model.codec.secret import HIDDEN, Secret
from pdsync.model.codec.secret_text import MissingSecretError, SecretString, as_text, known_value, resolve
from pdsync.model.codec.structure import ListOf, Object, required
from pdsync.model.scope import Scope

_NEVER_SECRET: Final = frozenset(
    {"accept", "accept-encoding", "accept-language", "cache-control", "content-type", "host", "user-agent"}
)


def fingerprint(text: str) -> str:
    """The fingerprint of a secret. It is short, so that it does not reveal the secret."""
    return hashlib.sha256(b"pdsync header\n" + text.encode("utf-8", "surrogatepass")).hexdigest()[:6]


@dataclass(frozen=True, slots=True)
class HeaderValue(Secret):
    """The value of a header: a secret, or plain text."""

    literal: bool = True

    def schema(self) -> dict[str, Any]:
        return {"type": "string"}

    def live(self, value: Any, scope: Scope) -> Canonical:
        return as_text(str(value))

    def to_manifest(self, value: Canonical) -> Any:
        """A hidden value becomes a variable, which a person has to set."""
        if isinstance(value, MAPPING):
            return SecretString(f"${{env:HEADER_{str(value[HIDDEN]).upper()}}}")
        return Secret.to_manifest(self, value)


@dataclass(frozen=True, slots=True)
class Header(Object):
    """A header. What PagerDuty shows of it is hidden unless it never is secret."""

    def live(self, value: Any, scope: Scope) -> Canonical:
        found = Object.live(self, value, scope)
        if str(found.get("key", "")).casefold() in _NEVER_SECRET or "value" not in found:
            return found
        return {**found, "value": {HIDDEN: fingerprint(resolve(found["value"]))}}


HEADERS: Final = ListOf(
    Header.of(
        key=required(Text(min_length=1), "The name."),
        value=required(HeaderValue(), "The value. Write ${env:NAME} for a secret."),
    ),
    noun="header",
)

Place = tuple[str, str, str, str]
"""The set, the label of the rule, the name of the header, and which one of that name it is."""


def headers_in(document: Mapping[str, Canonical]) -> Iterator[tuple[Place, dict[str, Canonical]]]:
    """Every header of the rules of a document in canonical form."""
    for name, held in document.items():
        rules = held if isinstance(held, list) else [held] if isinstance(held, MAPPING) else []
        for rule in rules:
            counts: dict[str, int] = defaultdict(int)
            for webhook in rule.get("automation_actions", ()):
                for header in webhook.get("headers", ()):
                    counts[header["key"]] += 1
                    yield (name, str(rule.get("label", "")), header["key"], str(counts[header["key"]])), header


def with_values(
    document: Mapping[str, Canonical], value_of: Callable[[Place, Canonical], Canonical]
) -> Mapping[str, Canonical]:
    """The document with other values of its headers; the very same where none is another one."""
    new = {id(header): value_of(place, header["value"]) for place, header in headers_in(document)}
    if not new:
        return document

    def copied(value: Canonical) -> Canonical:
        if isinstance(value, MAPPING):
            if id(value) in new:
                return {**value, "value": new[id(value)]}
            return {name: copied(inner) for name, inner in value.items()}
        return [copied(item) for item in value] if isinstance(value, list) else value

    return {name: copied(held) for name, held in document.items()}


def is_same(written: Canonical, shown: Canonical, *, is_applied: bool) -> bool:
    """Whether what PagerDuty shows of a header may be what a manifest writes."""
    if not isinstance(shown, MAPPING) or not isinstance(written, str):
        return bool(written == shown)
    value = known_value(written)
    return is_applied if value is None else bool(shown.get(HIDDEN) == fingerprint(value))


def put_back(webhooks: Sequence[Any], raw: Sequence[Any]) -> list[Any]:
    """The webhooks of a request with the headers that only PagerDuty knows the value of, from those that it answered."""
    known = {
        (header.get("key"), fingerprint(str(header.get("value") or ""))): header.get("value")
        for webhook in raw
        if isinstance(webhook, MAPPING)
        for header in webhook.get("headers") or ()
        if isinstance(header, MAPPING)
    }
    return [
        {**it, "headers": [_known(header, known) for header in it["headers"]]} if "headers" in it else it
        for it in webhooks
    ]


def _known(header: Mapping[str, Any], known: Mapping[tuple[Any, str], Any]) -> Mapping[str, Any]:
    held = header["value"]
    if not isinstance(held, MAPPING):
        return header
    found = known.get((header["key"], held[HIDDEN]))
    if found is None:
        raise MissingSecretError(f"the value of the header {header['key']!r} is no longer known")
    return {**header, "value": found}

"""Headers of webhooks. Many hold a credential, and PagerDuty shows them to everyone who may read the rules.

A manifest writes ``${env:NAME}`` for a secret, and that is what plans, records and exports hold. What PagerDuty shows of a header is
hidden, except for headers that never are secret: this process compares the value itself, and a saved plan, page or digest has nothing of it,
not even a hash that a guess could be tested against. Where one side is not known, what was applied last counts. That the rules changed
since a plan was saved shows in their version (`pdsync.model.document`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, count
from typing import Any, Final

from pdsync.model.codec.plain import MAPPING, Canonical, Text
from pdsync.model.codec.secret import Hidden, Secret, is_hidden
from pdsync.model.codec.secret_text import (
    MissingSecretError,
    SecretString,
    as_text,
    as_value,
    known_value,
    references_in,
    variable_for,
)
from pdsync.model.codec.structure import ListOf, Object, required
from pdsync.model.scope import Scope

_NEVER_SECRET: Final = frozenset(
    {"accept", "accept-encoding", "accept-language", "cache-control", "content-type", "host", "user-agent"}
)


class HiddenHeader(Hidden):
    """What PagerDuty shows of a header. Two are the same unless this process knows that their values differ."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        if isinstance(other, HiddenHeader) and None not in (self.value, other.value):
            return self.value == other.value
        return dict.__eq__(self, other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = None  # type: ignore[assignment]


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
        return SecretString("${env:HEADER}") if is_hidden(value) else Secret.to_manifest(self, value)


@dataclass(frozen=True, slots=True)
class Header(Object):
    """A header. What PagerDuty shows of it is hidden unless it never is secret."""

    def live(self, value: Any, scope: Scope) -> Canonical:
        found = Object.live(self, value, scope)
        if str(found.get("key", "")).casefold() in _NEVER_SECRET or "value" not in found:
            return found
        held = value["value"]
        return {**found, "value": held if is_hidden(held) else HiddenHeader(str(held))}


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


def name_hidden(document: Mapping[str, Canonical], prefix: str) -> dict[Place, SecretString]:
    """A variable of the environment for each header whose value is hidden, by place: one for all that have the same value."""
    taken: dict[str, Canonical] = {}
    found = {}
    for place, header in headers_in(document):
        held = header["value"]
        if is_hidden(held):
            text = next((it for it, other in taken.items() if _has_value(other, held)), None)
            if text is None:
                names = (variable_for(prefix, (*place[:3], number)) for number in chain(("",), map(str, count(2))))
                text = next(it for it in names if it not in taken)
                taken[text] = held
            found[place] = SecretString(text)
    return found


def _has_value(one: Canonical, other: Canonical) -> bool:
    """Whether both are known to be the same."""
    return getattr(one, "value", None) is not None and bool(one == other)


def is_same(written: Canonical, shown: Canonical, *, is_applied: bool) -> bool:
    """Whether what PagerDuty shows of a header may be what a manifest writes."""
    if not isinstance(written, str) or not (is_hidden(shown) or isinstance(shown, str)):
        return bool(written == shown)
    value, held = known_value(written), as_value(shown) if isinstance(shown, str) else getattr(shown, "value", None)
    return is_applied if value is None or held is None else bool(value == held)


def hidden_beside(written: Canonical, shown: Canonical) -> Canonical:
    """What PagerDuty shows of a header, hidden where a manifest writes a secret in its place: it may be the value before that."""
    is_secret = isinstance(written, str) and bool(references_in(written))
    return HiddenHeader(as_value(shown)) if is_secret and isinstance(shown, str) else shown


def put_back(webhooks: Sequence[Any], raw: Sequence[Any]) -> list[Any]:
    """The webhooks of a request with the headers that only PagerDuty knows the value of, as this process read them, or from those that
    it answered. Raises `MissingSecretError`."""
    known = {place: str(header.get("value") or "") for place, header in _placed(raw)}
    values = {
        id(header): _known(place, header, known) for place, header in _placed(webhooks) if is_hidden(header["value"])
    }
    if not values:
        return list(webhooks)
    return [{**it, "headers": [values.get(id(one), one) for one in it.get("headers") or ()]} for it in webhooks]


_Known = tuple[str, int, str, int]
"""The name of the webhook and which one of that name it is, the name of the header and which one of that name it is."""


def _placed(webhooks: Sequence[Any]) -> Iterator[tuple[_Known, Mapping[str, Any]]]:
    counts: dict[str, int] = defaultdict(int)
    for webhook in webhooks:
        if not isinstance(webhook, MAPPING):
            continue
        name = str(webhook.get("name"))
        counts[name] += 1
        keys: dict[str, int] = defaultdict(int)
        for header in webhook.get("headers") or ():
            if isinstance(header, MAPPING):
                key = str(header.get("key"))
                keys[key] += 1
                yield (name, counts[name], key, keys[key]), header


def _known(place: _Known, header: Mapping[str, Any], known: Mapping[_Known, str]) -> Mapping[str, Any]:
    value = getattr(header["value"], "value", None) or known.get(place)
    if not value:
        raise MissingSecretError(f"the value of the header {header['key']!r} is no longer known")
    return {**header, "value": value}

"""What PagerDuty holds, in canonical form."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from pdsync.kinds.child import LiveChild
from pdsync.kinds.codec import MAPPING, Canonical
from pdsync.kinds.incident import OpenIncident
from pdsync.kinds.license import License
from pdsync.kinds.marker import Marker
from pdsync.kinds.reference import Ref, decode_ref, encode_ref

_PLAIN = frozenset({str, int, float, bool})


def _encode_other(value: Canonical) -> Any:
    """What JSON does not know by itself: a reference, or a mapping that is no dict."""
    if isinstance(value, Ref):
        return encode_ref(value)
    return dict(value)


_COMPACT = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_encode_other)


def encode(value: Canonical) -> Any:
    """A canonical value as plain JSON, references included."""
    if value is None or type(value) in _PLAIN:  # most of what there is, and an isinstance of a Mapping is slow
        return value
    if isinstance(value, Ref):
        return encode_ref(value)
    if isinstance(value, MAPPING):
        return {str(name): encode(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [encode(inner) for inner in value]
    return value


def decode(value: Any) -> Canonical:
    """The canonical value that `encode` wrote."""
    if isinstance(value, dict):
        return decode_ref(value) or {name: decode(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [decode(inner) for inner in value]
    return value


def compact_bytes(value: Canonical) -> bytes:
    """A canonical value as JSON, the same for every order of dictionary keys: what digests are taken of."""
    return _COMPACT.encode(value).encode("utf-8", "surrogatepass")


def digest_of(value: Canonical) -> str:
    """A SHA-256 of a canonical value, the same for every order of dictionary keys."""
    return hashlib.sha256(compact_bytes(value)).hexdigest()


def digest_of_each(values: Iterable[Canonical]) -> str:
    """`digest_of` the list of these values, of which never more than one is held as text."""
    digest, lead = hashlib.sha256(), b"["
    for value in values:
        digest.update(lead)
        digest.update(compact_bytes(value))
        lead = b","
    digest.update(b"]" if lead == b"," else b"[]")
    return digest.hexdigest()


@dataclass(frozen=True)
class LiveObject:
    """One object of the account. `children` holds only the child lists that were read."""

    kind: str
    id: str
    fields: Mapping[str, Canonical]
    raw: Mapping[str, Any] = field(repr=False)
    children: Mapping[str, tuple[LiveChild, ...]] = field(default_factory=dict)
    marker: Marker | None = None

    @property
    def name(self) -> str:
        """What PagerDuty shows."""
        return str(self.fields.get("name") or "")

    @property
    def url(self) -> str:
        """Where a person finds it in the web application."""
        return str(self.raw.get("html_url") or "")

    def digest(self, children: Iterable[str] = (), without: frozenset[str] = frozenset()) -> str:
        """A digest of what pdsync knows of the object: its fields, marker, and the named child lists.

        `without` holds ids of child items that do not count (memberships which PagerDuty adds by itself).
        """
        lists = {
            name: [[child.id, dict(child.value)] for child in self.children.get(name, ()) if child.id not in without]
            for name in sorted(children)
        }
        return digest_of([self.id, dict(self.fields), str(self.marker or ""), lists])


@dataclass(frozen=True)
class Account:
    """A snapshot of the live account. A kind outside `complete_for` was not read to its end: nothing of it is pruned."""

    objects: Mapping[str, tuple[LiveObject, ...]]
    complete_for: frozenset[str]
    fetched_at: str
    """RFC 3339 in UTC. Whether a layer has started or ended is judged at this moment, in plan and apply alike."""
    subdomain: str = ""
    vendors: Mapping[str, str] = field(default_factory=dict)
    """Ids of vendors by case-folded name."""
    includes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The ``include[]`` that this account allows, by kind: a re-read must ask for the same."""
    user_token: bool = True
    """False for an account-level key, which needs a ``From`` address to create users."""
    abilities: frozenset[str] | None = None
    """What the account can, by PagerDuty's names; None where it was not asked or may not be known."""
    licenses: tuple[License, ...] | None = None
    """The licences; None where they were not asked for or may not be known."""
    incidents: tuple[OpenIncident, ...] | None = None
    """All open incidents; None where they were not asked for, or could not be read whole."""
    incidents_unread: str = ""
    """Why the incidents that were asked for are not known."""

    @cached_property
    def _by_id(self) -> dict[tuple[str, str], LiveObject]:
        return {(live.kind, live.id): live for group in self.objects.values() for live in group}

    def find(self, kind: str, identity: str) -> LiveObject | None:
        """The object of that kind and id, if the account has it."""
        return self._by_id.get((kind, identity))

"""What PagerDuty holds, in canonical form."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from pdsync.model.child import LiveChild
from pdsync.model.codec.plain import MAPPING, Canonical
from pdsync.model.document import LiveDocument
from pdsync.model.marker import Marker
from pdsync.model.ref import Ref, decode_ref, encode_ref

if TYPE_CHECKING:
    from msgspec.json import Encoder

_PLAIN = frozenset({str, int, float, bool})


def encode_other(value: Canonical) -> Any:
    """What JSON does not know by itself: a reference, a mapping that is not a dict, or text of a class of its own."""
    if isinstance(value, Ref):
        return encode_ref(value)
    return str(value) if isinstance(value, str) else dict(value)


@cache
def _writer() -> Callable[[Canonical], bytes]:
    """Writes compact JSON with sorted names, ten times as fast as `json`. What only validates writes none and does not import it."""
    return _encoder().encode


@cache
def _line_writer() -> Callable[[Sequence[Canonical]], bytes]:
    """Writes such JSON of several values, each with a line break after it."""
    return _encoder().encode_lines


def _encoder() -> Encoder:
    from msgspec.json import Encoder

    return Encoder(order="deterministic", enc_hook=encode_other)


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
    try:
        return _writer()(value)
    except UnicodeEncodeError:  # half of a pair of surrogates, which only `json` writes
        text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=encode_other)
        return text.encode("utf-8", "surrogatepass")


def compact_lines(values: Sequence[Canonical]) -> list[bytes]:
    """`compact_bytes` of each of the values, written in one go: JSON has no line breaks inside."""
    try:
        return _line_writer()(values).split(b"\n")[:-1]
    except UnicodeEncodeError:
        return list(map(compact_bytes, values))


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


@dataclass(frozen=True, slots=True)
class ListPlace:
    """One child list or document of one object."""

    kind: str
    id: str
    """The id of the object."""
    list_name: str


@dataclass(frozen=True)
class LiveObject:
    """One object of the account. `children` holds only the child lists that were read."""

    kind: str
    id: str
    fields: Mapping[str, Canonical]
    raw: Mapping[str, Any] = field(repr=False)
    children: Mapping[str, tuple[LiveChild, ...]] = field(default_factory=dict)
    marker: Marker | None = None
    label: str = "name"
    """The field that people know it by."""
    partial: frozenset[str] = frozenset()
    """The child lists that were read in bulk: what that does not show of an item is not known. Such a list is never written: a plan
    that has something to write reads it in full."""
    refused: frozenset[str] = frozenset()
    """The child lists that no manifest names, that the plan wanted to know, and that PagerDuty refuses to show."""
    documents: Mapping[str, LiveDocument] = field(default_factory=dict, repr=False)
    """The documents that were read, by the names of their fields. `fields` lacks those that were not: they are not known."""
    unknown: Mapping[str, str] = field(default_factory=dict)
    """Why PagerDuty refuses to show a document, by the name of its field."""

    @property
    def name(self) -> str:
        """What PagerDuty shows."""
        return str(self.fields.get(self.label) or "")

    @property
    def url(self) -> str:
        """Where a person finds it in the web application."""
        return str(self.raw.get("html_url") or "")

    def digest(
        self,
        parts: Iterable[str] = (),
        without: frozenset[str] = frozenset(),
        uncounted: frozenset[str] = frozenset(),
    ) -> str:
        """A digest of what pdsync knows about the object: its fields, marker, and the named child lists and documents.

        `without` holds ids of child items that do not count (memberships which PagerDuty adds by itself), `uncounted` names fields that
        do not.
        """
        parts = frozenset(parts)
        lists = {
            name: [[child.id, dict(child.value)] for child in self.children.get(name, ()) if child.id not in without]
            for name in sorted(parts)
            if name not in self.documents
        }
        fields = {name: value for name, value in self.fields.items() if name in parts or name not in self.documents}
        fields = {name: value for name, value in fields.items() if name not in uncounted}
        said = [self.id, fields, str(self.marker or ""), lists]
        read = {name: [*held.version, held.is_on] for name, held in self.documents.items() if name in parts}
        return digest_of([*said, read] if read else said)

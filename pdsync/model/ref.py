"""A reference from one object to another, as it is in a canonical value."""

from __future__ import annotations

from dataclasses import dataclass
from functools import total_ordering
from typing import Final, Literal

from pdsync.model.address import Address, render_address

By = Literal["key", "id", "name", "email"]
_UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
# The longer form first: the beginning of some has the form of the shorter one.
ID_PATTERN: Final = rf"(?:{_UUID}|[A-Z0-9]{{5,32}})"
ANY_KIND: Final = "*"
"""The kind of a reference by an id that a text holds: nothing says what it is the id of."""


@total_ordering
class Ref:
    """Points at an object of `kind` (a slug such as ``user``). A value: nothing of it is changed.

    ``by`` says how: ``key`` is the ``metadata.name`` of a manifest, ``id`` a PagerDuty id; ``name`` and ``email``
    are looked up in the live account and become ``key`` or ``id`` before anything is compared.

    It is written by hand because there are more of it than of anything else: a frozen dataclass takes twice as long to make, and
    msgspec writes every dataclass member by member, where a reference has a form of its own (`encode_ref`).
    """

    __slots__ = ("by", "kind", "value")
    __match_args__ = ("kind", "by", "value")

    def __init__(self, kind: str, by: By, value: str) -> None:
        self.kind: Final = kind
        self.by: Final = by
        self.value: Final = value

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Ref):
            return NotImplemented
        return self.value == other.value and self.kind == other.kind and self.by == other.by

    def __hash__(self) -> int:
        return hash((self.kind, self.by, self.value))

    def __lt__(self, other: Ref) -> bool:
        return (self.kind, self.by, self.value) < (other.kind, other.by, other.value)

    def __repr__(self) -> str:
        return f"Ref(kind={self.kind!r}, by={self.by!r}, value={self.value!r})"

    @classmethod
    def of_address(cls, address: str) -> Ref:
        """The reference to the manifest of that address."""
        kind, key = Address.parse(address)
        return cls(kind, "key", key)

    @property
    def address(self) -> str | None:
        """The address of the manifest that this points at, or None when it points outside of them."""
        return render_address(self.kind, self.value) if self.by == "key" else None

    def __str__(self) -> str:
        if self.by == "key":
            return render_address(self.kind, self.value)
        return f"{self.kind}[{self.by}={self.value}]"


@dataclass(frozen=True, slots=True)
class StandIn:
    """A kind of target that PagerDuty answers in place of a managed kind, and that no listing holds.

    A manifest names such a target as one of the managed kind, by id or name, once a live object refers to it.
    """

    slug: str
    hint: str
    """Why one may not be found."""


def encode_ref(ref: Ref) -> dict[str, str]:
    """The form of a reference in a plan file; `decode_ref` is its inverse."""
    return {"$ref": ref.kind, ref.by: ref.value}


def decode_ref(value: object) -> Ref | None:
    """The reference that `encode_ref` wrote, or None when `value` is something else."""
    if not isinstance(value, dict) or "$ref" not in value or len(value) != 2:
        return None
    for by in ("key", "id", "name", "email"):
        if by in value:
            return Ref(str(value["$ref"]), by, str(value[by]))
    return None

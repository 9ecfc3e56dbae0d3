"""Fragments: items of a list of one object that the manifests of other objects declare. Pure.

Terms. The *target* is the object whose list it is. The *owner* of a fragment is the object whose manifest declares it. A fragment is
read and checked as a part of its owner's spec, and it is never sent with its owner: not in its record, its differences or an export of it.
All fragments become part of the target's field before anything is compared (`pdsync.manifest.gather`), in the order that
`pdsync.model.fragment_order` gives. Such a field is *shared*: the account may hold items in it that no manifest declares
(`pdsync.plan.pairing.shared_field`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, TypeAlias

from pdsync.model.codec.plain import Canonical, Integer, Text
from pdsync.model.codec.reference import Reference
from pdsync.model.codec.structure import ListOf, Object, Part
from pdsync.model.name import with_article
from pdsync.model.pattern import NOT_BLANK
from pdsync.model.ref import By, Ref
from pdsync.model.scope import Path, Scope

Item: TypeAlias = Mapping[str, Canonical]
BEFORE, AFTER, PRIORITY = "before", "after", "priority"
_MOST = 1_000_000


@dataclass(frozen=True, slots=True)
class KeyReference(Reference):
    """A reference to an object that a manifest of this workspace describes: by its key and in no other way."""

    ways: tuple[By, ...] = ()

    def schema(self) -> dict[str, Any]:
        noun = self.kind.replace("_", " ")
        return {
            "type": "string",
            "minLength": 1,
            "pattern": NOT_BLANK,
            "x-expected": f"the key of {with_article(noun)}",
            "errorMessage": f"Write the key of its manifest: {with_article(noun)} that is not managed here cannot be named.",
        }


@dataclass(frozen=True, slots=True)
class Fragment:
    """One item as its owner's manifest declares it."""

    target: Ref
    owner: Ref
    key: str
    """The key of the item in the target's list."""
    item: Item
    """The item as it is in the target's list."""
    before: str = ""
    """The key of the item that it is directly before; empty where that is not said."""
    after: str = ""
    """The key of the item that it is directly after; empty where that is not said."""
    priority: int = 0
    """Of fragments that say neither, smaller numbers come first."""
    at: int = 0
    """Its position in the manifest, which says where it is and nothing else."""

    @property
    def order(self) -> tuple[int, str, str]:
        """The order of fragments that say nothing about each other. It does not depend on files."""
        return self.priority, self.owner.value, self.key


@dataclass(frozen=True, slots=True)
class FragmentList:
    """Declares a part of a spec whose items are fragments."""

    name: str
    """Its name in manifests."""
    description: str
    target: str
    """The member that names the target, which must have a manifest."""
    target_kind: str
    """The slug of the kind of targets."""
    into: str
    """The field of the target. Its codec is a `Gathering`."""
    key: str
    """The member that is the key of items, there and here."""
    members: tuple[Part, ...]
    """What a fragment can say about its item, the key included."""
    owner: str
    """The member of the item that refers to the owner."""
    noun: str = "item"
    codec: ListOf = field(init=False, repr=False, compare=False)
    """The codec of the list in a spec."""

    def __post_init__(self) -> None:
        target = Part(
            self.target,
            KeyReference(self.target_kind),
            f"The object that gets this {self.noun}, by key.",
            required=True,
        )
        codec = ListOf(Object((target, *self.members, *_order_parts(self.noun))), noun=self.noun)
        object.__setattr__(self, "codec", codec)

    def read(self, spec: Mapping[str, Any], scope: Scope, path: Path, owner: Ref) -> tuple[Fragment, ...]:
        """The fragments of a spec that fits its schema, except for what `scope` says is unreadable; those are left out."""
        place = (*path, self.name)
        if self.name not in spec or place in scope.unreadable:
            return ()
        items = self.codec.read_items(spec[self.name], scope, place)
        return tuple(
            self._fragment(item, owner, at) for at, item in items.items() if {self.target, self.key} <= item.keys()
        )

    def _fragment(self, said: Mapping[str, Canonical], owner: Ref, at: int) -> Fragment:
        own = {self.target, BEFORE, AFTER, PRIORITY}
        item = {name: value for name, value in said.items() if name not in own}
        return Fragment(
            target=said[self.target],
            owner=owner,
            key=str(said[self.key]),
            item={**item, self.owner: owner},
            before=said.get(BEFORE, ""),
            after=said.get(AFTER, ""),
            priority=said.get(PRIORITY, 0),
            at=at,
        )


def _order_parts(noun: str) -> Iterator[Part]:
    yield Part(BEFORE, Text(min_length=1), f"The label of the {noun} that comes directly after this one.")
    yield Part(AFTER, Text(min_length=1), f"The label of the {noun} that comes directly before this one.")
    says = (
        "Without before and after, smaller numbers come first; then the keys of the manifests decide, then the labels."
    )
    yield Part(PRIORITY, Integer(-_MOST, _MOST), says, default=0)


class Gathering:
    """The additional methods of a codec of values that take fragments. A codec has this as a further base."""

    item_key: ClassVar[str] = "label"
    """The member that is the key of its items."""
    item_noun: ClassVar[str] = "rule"

    def takes_fragments(self, value: Canonical) -> bool:
        """Whether this value of the target's manifest lets other manifests declare items of its list."""
        raise NotImplementedError(type(self).__name__)

    def own_items(self, value: Canonical) -> tuple[Sequence[Item], Sequence[Item]]:
        """The items that the target's manifest declares itself: those before all fragments, and those after them."""
        raise NotImplementedError(type(self).__name__)

    def gathered(self, value: Canonical, items: Sequence[Item]) -> Canonical:
        """The value with all of these items in place of its own, and without what says that it takes fragments."""
        raise NotImplementedError(type(self).__name__)

    def items(self, value: Canonical) -> Sequence[Item]:
        """The items of a value that was gathered, or that is live."""
        raise NotImplementedError(type(self).__name__)

    def with_items(self, value: Canonical, items: Sequence[Item]) -> Canonical:
        """The value with these items in place of its own."""
        raise NotImplementedError(type(self).__name__)

    def own_places(self, value: Canonical) -> Mapping[str, Path]:
        """Where the items are that the target's manifest declares itself, by key, below the field."""
        raise NotImplementedError(type(self).__name__)

    def check_gathered(self, items: Sequence[Item], scope: Scope) -> None:
        """Reports what is wrong with the items of all manifests compared with each other; the first step of each path is an index of these."""

    def find_hidden(self, items: Sequence[Item]) -> Iterator[tuple[int, str]]:
        """The items that have no effect, by index, each with the key of the item before it that is the reason."""
        yield from ()

    def stem_of(self, key: str) -> str:
        """A key without what tells live items of one key apart."""
        return key

    def shown_path(self, key: str) -> str:
        """Where an item is as a reader is shown it, after the name of the field."""
        return f"[{key}]"

    def share_hint(self) -> str:
        """What to write in the target's manifest so that the value takes fragments."""
        raise NotImplementedError(type(self).__name__)


def items_by_key(codec: Gathering, value: Canonical) -> dict[str, Item]:
    """The items of a value by what tells them apart, in their order."""
    return {str(item[codec.item_key]): item for item in codec.items(value)}

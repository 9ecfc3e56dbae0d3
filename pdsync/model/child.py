"""A list of things that belong to one object but have requests of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Literal

from pdsync.model.codec.plain import Canonical
from pdsync.model.codec.structure import Object, SetOf
from pdsync.model.fact import Coverage, RestsOn
from pdsync.model.hosted_list import HostedList
from pdsync.model.scope import Path, Scope
from pdsync.model.sort_key import sort_key, sort_key_of_list

Mode = Literal["additive", "exclusive"]
MODES: tuple[Mode, ...] = ("additive", "exclusive")
ReadFrom = Literal["parent", "request", "listing"]
NUMBER = "number"
"""The member that distinguishes items with the same key, in lists that may hold several: 2 and up. It is in no manifest and no request."""
AddedBy = Literal["POST", "PUT", "pairs", "name"]


def _none_refused(answer: object, pairs: Sequence[Mapping[str, Any]]) -> Mapping[int, str]:
    return {}


@dataclass(frozen=True, slots=True)
class Pairs:
    """Requests that add or remove several items at once, each a pair of the parent and what it is associated with."""

    add: str
    """The path to POST new pairs to. It may hold ``{parent}``."""
    remove: str
    """The path to POST the pairs to that are to go. It may hold ``{parent}``."""
    wrapper: str
    """The member of the request that holds the list of pairs."""
    pair_of: Callable[[Mapping[str, str], Mapping[str, Any]], Mapping[str, Any]]
    """One pair, from the reference to the parent and the item as a request holds it."""
    most: int = 50
    """How many pairs one request holds."""
    is_serial: bool = True
    """Whether PagerDuty takes only one such request at a time."""
    refused: Callable[[object, Sequence[Mapping[str, Any]]], Mapping[int, str]] = _none_refused
    """From an answer and the pairs that were sent: why single pairs were refused, by their number. A request that succeeds may
    refuse some of its pairs."""


@dataclass(frozen=True, slots=True)
class ByName:
    """One request that adds items to one parent by their names, and takes others away by their ids.

    PagerDuty finds the item of that name or makes it, and deletes none, so the request means the same however often it is sent.
    An item may be missing from the list for minutes after it was added: the answer to the request is what counts."""

    path: str
    """The path to POST to, with ``{parent}``."""
    type: str
    """The type of an item in the request, and with ``_reference`` that of one to take away: ``tag``."""
    add: str = "add"
    """The member of the request that holds what is added."""
    remove: str = "remove"
    """The member of the request that holds what is taken away."""
    names: str = ""
    """The path that lists all items that there are; empty where nothing does."""
    holders: str = ""
    """The path that lists the parents that have one of them, with ``{id}`` for the id of the item."""

    def body(self, added: Iterable[Mapping[str, Any]], removed: Iterable[str]) -> dict[str, Any]:
        """The request for these items, as a request holds them, and these ids. A side without items is left out."""
        sides = {
            self.add: [{"type": self.type, **item} for item in added],
            self.remove: [{"type": f"{self.type}_reference", "id": identity} for identity in removed],
        }
        return {name: items for name, items in sides.items() if items}


@dataclass(frozen=True, slots=True)
class InBulk:
    """The listing of another kind that says which of its objects are items of which parents: it saves a request for each parent.

    It may not show what the parent's own list shows. So nothing is written on its word alone: where a list differs from
    what is asked for, the parent's own list is read too."""

    kind: str
    """The kind whose objects are the items."""
    parents: str
    """The member of its answers that holds references to the parents."""
    unshown: tuple[str, ...]
    """The members of an item that only the parent's own list shows."""


@dataclass(frozen=True, slots=True)
class LiveChild:
    """One live item: its id (of the user, for a membership) and its canonical value."""

    id: str
    value: Mapping[str, Canonical]
    answer: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)
    """What PagerDuty answered of it, where the list completes its requests from that."""


def _as_is(item: dict[str, Any], parent: Mapping[str, Any]) -> dict[str, Any]:
    return item


def _key_text(value: Mapping[str, Canonical]) -> str:
    return sort_key_of_list([value])


def _any_two(desired: Mapping[str, Canonical], live: Mapping[str, Canonical]) -> bool:
    return True


def without_number(item: Mapping[str, Canonical]) -> Mapping[str, Canonical]:
    """An item as it would be if no other one had its key."""
    return {name: said for name, said in item.items() if name != NUMBER} if NUMBER in item else item


def _as_filled(body: dict[str, Any], answer: Mapping[str, Any]) -> dict[str, Any]:
    return body


def _never(value: Mapping[str, Canonical]) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class ChildList:
    """Declares a child list. Its natural key is a tuple of members; there is no place for a marker."""

    name: str
    item: Object
    key: tuple[str, ...]
    description: str
    source: str
    default_mode: Mode
    collection: str
    """The path to list and to POST to, with ``{parent}``."""
    member: str
    """The path of one item, with ``{parent}`` and ``{id}``."""
    wrapper: str | None
    """The name of the item in a request; None where the body is bare."""
    read_from: ReadFrom = "parent"
    """Where the items are read: with the parent (its answer holds them, or an include brings them), by a request for each parent
    that needs them, or from one listing that holds those of all parents."""
    added_by: AddedBy = "POST"
    """How an item is added: a POST to the collection, a PUT to the item's path (memberships), a POST of several pairs, or a POST of
    several names."""
    parent_member: str = ""
    """The member of an item that refers to its parent, where a listing holds items of other parents too."""
    other_member: str = ""
    """The member of an item that refers to what the parent is associated with, where the listing of an object also holds the items that
    lead to it: ``supporting_service``."""
    empty_if_missing: bool = False
    """True where PagerDuty may answer 404 for a list without items."""
    acyclic: bool = False
    """True where items refer to objects that have such a list too, and no object may lead to itself."""
    when_removed: str = ""
    """What a reviewer reads about an item that is removed, with ``{}`` in its place."""
    in_bulk: InBulk | None = None
    """Where one listing says who the items of all parents are, in addition to the requests for each parent."""
    pairs: Pairs | None = None
    """The requests, where items are added by pairs."""
    by_name: ByName | None = None
    """The request, where items are added by name."""
    may_be_refused: bool = False
    """True where a token or plan may lack the list and have its parents. Where no manifest names the list it is unknown then, and
    nothing else is."""
    item_noun: str = ""
    """What one item is called, where that is not the name of the list without its last letter."""
    identified_by: str = "id"
    """The member of an answer that holds the id; ``user`` for memberships."""
    constant: Mapping[str, Any] | None = field(default=None, hash=False)
    """Members that every request must hold and that are always the same."""
    prepare: Callable[[dict[str, Any], Mapping[str, Any]], dict[str, Any]] = _as_is
    """Brings an answered item into the form that the manifest has."""
    lasting: Callable[[Mapping[str, Canonical]], bool] = _never
    """True for an item that is never removed, because it cannot be made again through the API."""
    server_key: tuple[str, ...] = ()
    """Members of the key that the server fills in where a manifest leaves them out."""
    refers_as: str = ""
    """The kind of references to its items from other lists of the same object; empty where there are none."""
    name_of: Callable[[Mapping[str, Canonical]], str] = _key_text
    """What such a reference calls an item."""
    fixed: tuple[str, ...] = ()
    """Members that cannot change: a request that changes an item leaves them out."""
    defaults: Mapping[str, Canonical] = field(default_factory=dict, hash=False)
    """Values that members of a new item have by default: an export does not write them."""
    fill: Callable[[dict[str, Any]], dict[str, Any]] = dict
    """Completes the body of a request with members that PagerDuty requires and a manifest may leave out."""
    finish: Callable[[dict[str, Any], Mapping[str, Any]], dict[str, Any]] = _as_filled
    """Makes the body of a request that changes an item, from its members and what was answered of it: ids that only PagerDuty
    knows. It takes the place of `fill`."""
    immutable: tuple[str, ...] = ()
    """Members that a new item has for good: a manifest that says something else is refused."""
    params: Mapping[str, str] = field(default_factory=dict, hash=False)
    """The parameters of the request that reads the list."""
    unique: tuple[str, ...] = ()
    """Members whose value only one item of the whole account can have."""
    address_member: str = ""
    """The member that holds an email address of the account's own domain."""
    lasting_because: str = ""
    """Why the API cannot make an item that is `lasting`."""
    loses: str = ""
    """What stops working when an item is removed, if other people depend on it: ``routing key``."""
    loses_many: bool = False
    """True where `loses` names several things that are lost with one item: ``values``."""
    is_numbered: bool = False
    """True where several items may have one key: they are distinguished by their content, and then by position."""
    names_parent_by: Literal["reference", "id", "text", "path"] = "reference"
    """Whether a request that adds an item takes a whole reference to the parent, one of its id alone, that id, or nothing but its path."""
    says: Callable[[Mapping[str, Canonical]], str] | None = None
    """How a reviewer sees an item, where its key alone would not say much."""
    rests_on: RestsOn | None = None
    """The list whose items these refer to and are removed with."""
    hosted: HostedList | None = None
    """Where another host keeps the list."""
    coverage: Coverage | None = None
    """The values for each of which there should be an item."""
    beside_key: tuple[str, ...] = field(init=False, repr=False, compare=False)
    """The members of an item that do not belong to its key, in the order in which the record counts them."""
    refers: bool = field(init=False, repr=False, compare=False)
    """Whether an item may hold references."""

    def __post_init__(self) -> None:
        beside = tuple(part.name for part in self.item.parts if part.name not in self.key)
        object.__setattr__(self, "beside_key", beside)
        object.__setattr__(self, "refers", self.item.refers())

    @property
    def is_written_together(self) -> bool:
        """Whether one request writes several of its items."""
        return self.pairs is not None or self.by_name is not None

    @property
    def may_last(self) -> bool:
        """Whether some of its items are never removed, since the API cannot make them again."""
        return self.lasting is not _never

    @property
    def noun(self) -> str:
        """One item in running text: ``contact method``. A list of associations may have a verb for a name, and says its own."""
        return self.item_noun or self.name.replace("_", " ").rstrip("s")

    def is_of(self, item: object, parent: str) -> bool:
        """Whether an answered item belongs to the parent of this id. What was listed for one parent alone does."""
        if not isinstance(item, Mapping):
            return True  # what is not an item at all counts for every parent, so that the answer cannot be read
        return not self.parent_member or self.parent_of(item) == parent

    def parent_of(self, item: Mapping[str, Any]) -> str:
        """The id of the parent that an item refers to; empty where it refers to none."""
        held = item.get(self.parent_member)
        if isinstance(held, str):
            return held
        return str(held.get("id") or "") if isinstance(held, Mapping) else ""

    @property
    def unshown(self) -> tuple[str, ...]:
        """The members of an item that a reading in bulk does not show."""
        return self.in_bulk.unshown if self.in_bulk is not None else ()

    def names_unshown(self, items: Iterable[Mapping[str, Canonical]]) -> bool:
        """Whether one of these items says something that a reading in bulk does not show."""
        return any(name in item for item in items for name in self.unshown)

    def shown(self, value: Mapping[str, Canonical]) -> Mapping[str, Canonical]:
        """An item without the members that a reading in bulk does not show."""
        return {name: said for name, said in value.items() if name not in self.unshown}

    def items_of(self, rows: Iterable[Mapping[str, Any]]) -> dict[str, list[dict[str, Any]]] | None:
        """The items of each parent by the parent's id, from the rows of the listing in bulk: as the parent's own list answers them,
        without what is unshown. None where a row does not say whose item it is: a row that lacks the member proves nothing."""
        assert self.in_bulk is not None
        found: dict[str, dict[str, dict[str, Any]]] = {}
        for row in rows:
            parents = row.get(self.in_bulk.parents)
            if not isinstance(parents, list):
                return None
            for parent in parents:
                if not isinstance(parent, Mapping) or not isinstance(parent.get("id"), str):
                    return None
                item = {"id": row["id"], "type": f"{self.in_bulk.kind}_reference", "summary": row.get("summary")}
                found.setdefault(parent["id"], {})[row["id"]] = {self.identified_by: item}
        return {parent: list(items.values()) for parent, items in found.items()}

    def codec(self) -> SetOf:
        """The codec of the whole list as a manifest writes it."""
        return SetOf(self.item, noun=self.noun)

    def key_of(self, value: Mapping[str, Canonical]) -> str:
        """The natural key of an item as one string; items with the same key are the same thing."""
        texts = []  # what `sort_key_of_list` does: this is asked for every item again and again
        for name in self.key:
            held = value.get(name, "")
            texts.append(held if type(held) is str else sort_key(held))
        if self.is_numbered and NUMBER in value:
            texts.append(str(value[NUMBER]))
        return f"[{','.join(texts)}]"

    def with_numbers(self, items: Iterable[Mapping[str, Canonical]]) -> list[Mapping[str, Canonical]]:
        """The items with a number on the second one of a key and on those after it."""
        counts: dict[str, int] = {}
        numbered = []
        for item in map(without_number, items):
            key = self.key_of(item)
            counts[key] = counts.get(key, 0) + 1
            numbered.append(item if counts[key] == 1 else {**item, NUMBER: counts[key]})
        return numbered

    def align(
        self, desired: Sequence[Mapping[str, Canonical]], live: Sequence[LiveChild]
    ) -> tuple[Mapping[str, Canonical], ...]:
        """The desired items, numbered like the live ones that they mean: first those that say the same, then by position."""
        if not self.is_numbered:
            return tuple(desired)
        free: dict[str, list[Mapping[str, Canonical]]] = {}
        for child in live:
            free.setdefault(self.key_of(without_number(child.value)), []).append(child.value)
        numbers: dict[int, int] = {}
        for is_same in (self.covers, _any_two):
            for at, item in enumerate(desired):
                alike = free.get(self.key_of(without_number(item)), [])
                found = next((value for value in alike if is_same(item, value)), None) if at not in numbers else None
                if found is not None:
                    alike.remove(found)
                    numbers[at] = found.get(NUMBER, 1)
        aligned = []
        taken = {(self.key_of(without_number(desired[at])), number) for at, number in numbers.items()}
        for at, item in enumerate(map(without_number, desired)):
            key = self.key_of(item)
            number = numbers.get(at) or next(it for it in count(1) if (key, it) not in taken)
            taken.add((key, number))
            aligned.append(item if number == 1 else {**item, NUMBER: number})
        return tuple(aligned)

    def label_of(self, value: Mapping[str, Canonical]) -> str:
        """How a reviewer is shown the item."""
        if self.says is not None:
            return self.says(value)
        shown = []
        for name in self.key:
            said = value.get(name)
            if said is not None and said != "":
                shown.append(self.item.codec_of(name).show(said))
        return " ".join(shown)

    def note_duplicates(self, items: Mapping[int, Canonical], scope: Scope, path: Path) -> None:
        """Reports items that differ and have the same natural key; items that are equal were reported as such."""
        if len(set(map(self.key_of, items.values()))) == len(items):
            return
        seen: dict[str, list[Any]] = {}
        for index, item in sorted(items.items()):
            alike = seen.setdefault(self.key_of(item), [])
            if alike and item not in alike and not scope.is_faulty((*path, index)):
                hint = f"Items need different values of {', '.join(self.key)}."
                scope.problem((*path, index), f"{self.label_of(item)!r} is listed twice", hint)
            alike.append(item)

    def covers(self, desired: Mapping[str, Canonical], live: Mapping[str, Canonical]) -> bool:
        """True where the live item says all that the desired one asks for, the server's part of its key left open."""
        for part in self.item.parts:
            if part.name in desired:
                if not part.codec.means(desired[part.name], live.get(part.name)):
                    return False
            elif part.name in self.key and part.name not in self.server_key and live.get(part.name) not in (None, ""):
                return False
        return True

    def read_live(self, items: list[dict[str, Any]], parent: Mapping[str, Any]) -> tuple[LiveChild, ...]:
        """The live items in a stable order. Raises ValueError for one without an id: nothing could be said or done about it."""
        scope = Scope()
        children = []
        holds_id = f"_{self.identified_by}".endswith("_id")
        for item in items:
            held = item.get(self.identified_by)
            # A membership is identified by its user, and a user is an object with an id, whatever else is there.
            identity = held if holds_id else held.get("id") if isinstance(held, Mapping) else None
            if not isinstance(identity, str) or not identity:
                raise ValueError(f"an item of {self.name} has no id")
            answer = item if self.finish is not _as_filled else {}
            children.append(LiveChild(identity, self.item.live(self.prepare(dict(item), parent), scope), answer))
        if self.is_numbered:
            children.sort(key=lambda child: (sort_key(child.value), child.id))
            numbered = self.with_numbers(child.value for child in children)
            children = [LiveChild(child.id, value) for child, value in zip(children, numbered, strict=True)]
        return tuple(sorted(children, key=lambda child: (self.key_of(child.value), child.id)))


def align_lists(
    lists: Iterable[ChildList],
    desired: Mapping[str, tuple[Mapping[str, Canonical], ...]],
    live: Mapping[str, tuple[LiveChild, ...]],
) -> dict[str, tuple[Mapping[str, Canonical], ...]]:
    """Desired child lists with their items numbered like the live ones, where several items may have one key."""
    numbered = [it for it in lists if it.is_numbered and it.name in desired]
    return {**desired, **{it.name: it.align(desired[it.name], live.get(it.name, ())) for it in numbered}}

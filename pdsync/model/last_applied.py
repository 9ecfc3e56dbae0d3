"""What was last applied to an object, as one word in its ownership line. Pure.

The word begins with the version of its form, and its parts are separated by points:

    2px.WRITTEN.FOUND.STABLE.LISTS.ID.CHECK

``p`` says that the object is protected, ``x`` that fields are left out for lack of room, each ``k`` that ID ends in one more key which
the manifest had before, and ``r`` that the object which this one replaces is at its very end. WRITTEN and FOUND name each managed field
by two characters and its value by six: the value was written by pdsync, or was there already. STABLE holds a second form of a value
where the server rewrites parts of it. LISTS holds the child lists and their items. ID stands for the id of the object, where that
was known: a copy of the line on another object is recognised by it. Among LISTS is also, with a ``w``, each document
that PagerDuty warned about when it was written last, and what it said. CHECK stands for the whole record and for the manifest, so that a line
that was cut or edited is recognised.

The word decides what is taken back, so a value is compared by 36 bits, and what cannot be read decides nothing. An older version
of pdsync takes it for a record of another state, and replaces it by its own; see `pdsync.model.last_applied_v1`.
"""

from __future__ import annotations

import hashlib
import re
from binascii import b2a_base64
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from itertools import repeat
from typing import NamedTuple

from pdsync.model.codec.plain import Canonical
from pdsync.model.live import compact_bytes, compact_lines
from pdsync.model.marker import Marker
from pdsync.model.ref import Ref

_VERSION = "2"
_NAME, _VALUE, _KEY, _MASK, _CHECK = 2, 6, 4, 2, 5
_ANY_VERSION = re.compile(r"(\d+)[a-z]*\..*")
_SHORT = 256
"""How long what is hashed may be, so that the result is kept: what is longer takes much memory, and is rarely said twice."""
_FEW = frozenset({type(None), bool, int, Ref})
_URL_SAFE = bytes.maketrans(b"+/", b"-_")
_CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_WARNED = "w"
MOST_FORMER_KEYS = 4
"""How many keys that a manifest had before are recorded: each move that is in one revert with others needs one."""
MOST_MEMBERS = 11
"""How many members an item can have besides its key: more do not fit into the characters that say which ones were written."""


def hash_of(value: Canonical, length: int) -> str:
    """So many characters that stand for a value; six bits each."""
    said = compact_bytes(value)
    return _short(said, length) if len(said) <= _SHORT else _characters(said, length)


def _characters(said: bytes, length: int) -> str:
    # Nine bytes are twelve characters, more than are ever asked for.
    text = b2a_base64(hashlib.sha256(said).digest()[:9], newline=False)
    return text[:length].translate(_URL_SAFE).decode()


# Thousands of manifests say the same of most of what they set.
_short = lru_cache(maxsize=4096)(_characters)


@cache
def name_hash(name: str) -> str:
    """The characters for the name of a field or list, of which there are a few dozen."""
    return hash_of(name, _NAME)


@lru_cache(maxsize=4096, typed=True)
def _common(value: Canonical) -> str:
    """The characters for a value of which there may be many."""
    return _characters(compact_bytes(value), _VALUE)


def value_hash(value: Canonical) -> str:
    """The characters for a value."""
    its = type(value)
    if its in _FEW or (its is str and len(value) <= _SHORT):
        return _common(value)
    return hash_of(value, _VALUE)


def value_hashes(values: Sequence[Canonical]) -> Iterable[str]:
    """`value_hash` of each of the values, which takes half as long."""
    lines = compact_lines(values)
    if sum(map(len, lines)) > _SHORT * len(lines):
        return map(hash_of, values, repeat(_VALUE))
    return map(_short, lines, repeat(_VALUE))


@lru_cache(maxsize=1024)
def in_record_order(names: tuple[str, ...]) -> tuple[str, ...]:
    """The names of fields in the order in which the record has them. Most manifests of a kind name the same ones."""
    return tuple(sorted(names, key=name_hash))


def key_hash(key: str) -> str:
    """The characters for the key of an item."""
    return hash_of(key, _KEY)


def keys_hash(hashes: Iterable[str]) -> str:
    """The characters for the keys of all items of a list, from the hashes of these keys."""
    return hash_of(sorted(hashes), _VALUE)


def id_hash(kind: str, identity: str) -> str:
    """The characters for an object of the account."""
    return hash_of([kind, identity], _VALUE)


def former_key_hash(key: str) -> str:
    """The characters for a key that a manifest had before."""
    return hash_of(key, _VALUE)


class AppliedField(NamedTuple):
    """One field on record."""

    value: str
    stable: str
    """The value without what the server rewrites by itself; the same as `value` for most fields."""
    is_written: bool
    """True where a write of pdsync set the value, False where the account had it already."""


class AppliedItem(NamedTuple):
    """One item of a child list on record."""

    key: str
    members: int
    """Which members besides the key the manifest named, one bit each, in the order of the list's declaration."""
    value: str
    """The hash of the key and those members."""
    is_added: bool
    """True where pdsync added the item, False where it was there already."""


@dataclass(frozen=True, slots=True)
class AppliedList:
    """One child list on record."""

    is_exclusive: bool
    value: str = ""
    """The hash of the whole list, where it is exclusive; of the keys of its items, where it is additive and they are left out."""
    stable: str = ""
    """The hash of the keys of its items, where it is exclusive."""
    items: tuple[AppliedItem, ...] | None = ()
    """None where they are left out for lack of room."""

    def without_items(self) -> AppliedList:
        """The same, where there is no room for the items."""
        if self.items is None:
            return self
        value = self.value if self.is_exclusive else keys_hash(item.key for item in self.items)
        return replace(self, value=value, items=None)


@dataclass(frozen=True)
class LastApplied:
    """The record of one object. Fields and lists are under the hash of their name."""

    fields: Mapping[str, AppliedField] = field(default_factory=dict)
    lists: Mapping[str, AppliedList] = field(default_factory=dict)
    is_protected: bool = False
    id: str = ""
    """The hash of the object's id; empty where it was not known."""
    lacks_fields: bool = False
    """True where fields are left out for lack of room."""
    former_keys: tuple[str, ...] = ()
    """The hashes of the keys that the manifest had before, the latest first. A revert of the moves makes such a key again."""
    warned: Mapping[str, str] = field(default_factory=dict)
    """The documents that PagerDuty warned about when they were written last: the hash of its warnings under that of their name."""
    replaces: str = ""
    """The hash of the id of the object in whose place this one was made. It says which of two is the old one, and is never left out."""

    def __bool__(self) -> bool:
        """Whether anything is on record."""
        return bool(self.fields or self.lists or self.is_protected or self.lacks_fields or self.replaces)

    def of_field(self, name: str) -> AppliedField | None:
        """What is on record of a field."""
        return self.fields.get(name_hash(name))

    def of_list(self, name: str) -> AppliedList | None:
        """What is on record of a child list."""
        return self.lists.get(name_hash(name))

    def warned_of(self, name: str) -> str:
        """The hash of the warnings that PagerDuty gave when a document was written last; empty where it gave none."""
        return self.warned.get(name_hash(name), "")

    def agrees_with(self, live: LastApplied) -> bool:
        """Whether this record does not have to be written: what `live`, the one that it has, leaves out, it leaves out for lack
        of room or because it was not known."""
        if (self.is_protected, bool(self)) != (live.is_protected, bool(live)):
            return False
        if not _same(self.fields, live.fields, may_lack=live.lacks_fields or self.lacks_fields):
            return False
        return self.lists.keys() == live.lists.keys() and all(
            mine == live.lists[name] or mine.without_items() == live.lists[name] for name, mine in self.lists.items()
        )

    def render(self, marker: Marker, room: int) -> str:
        """The word for the line of `marker`, in so many characters. Empty where there is no room for any.

        What is left out first: the id, then the items of lists (the longest first), then the fields that were found,
        then the warnings, then all.
        """
        if not self:
            return ""
        for record in self._shortened():
            text = record._render(marker)
            if len(text) <= room:
                return text
        return ""

    def _shortened(self) -> Iterator[LastApplied]:
        yield self
        record = replace(self, id="")
        yield record
        for name in sorted(self.lists, key=lambda name: (-len(self.lists[name].items or ()), name)):
            record = replace(record, lists={**record.lists, name: record.lists[name].without_items()})
            yield record
        written = {name: held for name, held in self.fields.items() if held.is_written}
        record = replace(record, fields=written, lacks_fields=len(written) < len(self.fields))
        yield record
        yield replace(record, warned={})
        # Next time these values count as found. That must not give a record which fits, or the line would change with each plan.
        yield replace(record, fields={}, lacks_fields=True, warned={})

    def _render(self, marker: Marker) -> str:
        flags = ("p" if self.is_protected else "") + ("x" if self.lacks_fields else "")
        flags += "k" * len(self.former_keys) + "r" * bool(self.replaces)
        written: list[str] = []
        found: list[str] = []
        stable: list[str] = []
        for name, held in sorted(self.fields.items()):
            (written if held.is_written else found).append(name + held.value)
            if held.stable != held.value:
                stable.append(name + held.stable)
        identity = "".join((self.id, *self.former_keys, self.replaces))
        lists = ",".join(filter(None, (_render_lists(self.lists), *_render_warned(self.warned))))
        return _join(marker, flags, ("".join(written), "".join(found), "".join(stable)), lists, identity)


def render_first(
    marker: Marker,
    written: Sequence[str],
    stable: Sequence[str],
    lists: Mapping[str, AppliedList],
    *,
    is_protected: bool,
) -> str:
    """What `LastApplied.render` gives for a new object, where there is room for the whole record: the short way, since most of a
    large plan may be such objects. `written` and `stable` are the hashes of names with those of their values, in order."""
    if not written and not lists and not is_protected:
        return ""
    return _join(marker, "p" if is_protected else "", ("".join(written), "", "".join(stable)), _render_lists(lists), "")


def _join(marker: Marker, flags: str, fields: tuple[str, str, str], lists: str, identity: str) -> str:
    """The word of these parts; `fields` are those written, those found, and the stable forms."""
    text = f"{_VERSION}{flags}.{'.'.join(fields)}.{lists}.{identity}"
    return f"{text}.{_check(marker, text)}"


def _render_lists(lists: Mapping[str, AppliedList]) -> str:
    return ",".join([name + _render_list(lists[name]) for name in sorted(lists)])


def _render_warned(warned: Mapping[str, str]) -> Iterator[str]:
    for name, said in sorted(warned.items()):
        yield f"{name}{_WARNED}{said}"


def parse_last_applied(marker: Marker | None) -> LastApplied | None:
    """The record in an ownership line of this version. None where there is none, or where it was cut or edited."""
    text, _, check = marker.applied.rpartition(".") if marker is not None else ("", "", "")
    if marker is None or not text.startswith(_VERSION) or check != _check(marker, text):
        return None
    head, written, found, stable, lists, identity = text.split(".")
    others = dict(_pieces(stable, _NAME, _VALUE))
    fields = {
        name: AppliedField(value, others.get(name, value), is_written)
        for side, is_written in ((written, True), (found, False))
        for name, value in _pieces(side, _NAME, _VALUE)
    }
    pieces = [(each[:_NAME], each[_NAME:]) for each in lists.split(",") if each]
    read = {name: _parse_list(said) for name, said in pieces if not said.startswith(_WARNED)}
    warned = {name: said[len(_WARNED) :] for name, said in pieces if said.startswith(_WARNED)}
    identity, replaces = (identity[:-_VALUE], identity[-_VALUE:]) if "r" in head else (identity, "")
    at = len(identity) - _VALUE * head.count("k")
    former = tuple(identity[each : each + _VALUE] for each in range(at, len(identity), _VALUE))
    return LastApplied(fields, read, "p" in head, identity[:at], "x" in head, former, warned, replaces)


def is_of_later_version(marker: Marker) -> bool:
    """Whether the line holds a record in a form that a later version of pdsync wrote."""
    found = _ANY_VERSION.fullmatch(marker.applied)
    return found is not None and int(found[1]) > int(_VERSION)


def is_copied(marker: Marker | None, kind: str, identity: str) -> bool:
    """Whether the line was written for another object than the one of this id, which carries it: people clone objects."""
    record = parse_last_applied(marker)
    return record is not None and record.id not in ("", id_hash(kind, identity))


def without_parts(marker: Marker, *, lists: bool, names: Iterable[str]) -> Marker:
    """The marker with a record without what is written later: all lists, where `lists` says so, and the fields and lists of these
    names."""
    record = parse_last_applied(marker)
    if record is None:
        return replace(marker, applied="")
    later = set(map(name_hash, names))
    fields = {name: held for name, held in record.fields.items() if name not in later}
    kept = {} if lists else {name: held for name, held in record.lists.items() if name not in later}
    return replace(marker, applied=replace(record, fields=fields, lists=kept).render(marker, len(marker.applied)))


def same_but_for(one: Marker, other: Marker, name: str) -> bool:
    """Whether two lines hold the same record apart from the list of this name."""
    if one.applied == other.applied:
        return True
    mine, theirs = parse_last_applied(one), parse_last_applied(other)
    if mine is None or theirs is None:
        return False
    left = name_hash(name)
    first, second = ({at: held for at, held in it.lists.items() if at != left} for it in (mine, theirs))
    return replace(mine, lists=first) == replace(theirs, lists=second)


def with_warnings(marker: Marker, warned: Mapping[str, str], room: int) -> Marker:
    """The marker with a record of what PagerDuty said about documents that were just written: hashes of its warnings by name, each empty
    where it said nothing. `room` is how many characters the record may have."""
    record = parse_last_applied(marker)
    if record is None:
        return marker
    said = {name_hash(name): text for name, text in warned.items()}
    left = {name: text for name, text in {**record.warned, **said}.items() if text}
    return replace(marker, applied=replace(record, warned=left).render(marker, room))


def names_collide(names: Iterable[str]) -> bool:
    """Whether two of the names would be taken for one another; a test keeps the kinds free of that."""
    given = list(names)
    return len(set(map(name_hash, given))) < len(given)


def members_mask(names: Iterable[str], is_named: Callable[[str], bool]) -> int:
    """Which of the names are named, one bit each."""
    return sum(1 << at for at, name in enumerate(names) if is_named(name))


def _same(mine: Mapping[str, AppliedField], live: Mapping[str, AppliedField], *, may_lack: bool) -> bool:
    if not may_lack:
        return mine == live
    return all(live[name] == held for name, held in mine.items() if name in live) and live.keys() <= mine.keys()


def _check(marker: Marker, text: str) -> str:
    return _characters(compact_bytes([marker.workspace, marker.kind, marker.key, text]), _CHECK)


def _pieces(text: str, first: int, second: int) -> Iterator[tuple[str, str]]:
    step = first + second
    for at in range(0, len(text), step):
        yield text[at : at + first], text[at + first : at + step]


def _render_list(held: AppliedList) -> str:
    mode = "e" if held.is_exclusive else "a"
    if held.items is None:
        return f"{mode.upper()}{held.value}{held.stable}"
    return f"{mode}{held.value}{held.stable}{''.join(map(_render_item, held.items))}"


def _render_item(item: AppliedItem) -> str:
    bits = item.members << 1 | item.is_added
    return f"{item.key}{_CHARACTERS[bits >> 6]}{_CHARACTERS[bits & 63]}{item.value}"


def _parse_list(text: str) -> AppliedList:
    mode, rest = text[0], text[1:]
    is_exclusive = mode.lower() == "e"
    values = rest[: 2 * _VALUE] if is_exclusive else rest[:_VALUE] if mode.isupper() else ""
    step = _KEY + _MASK + _VALUE
    rest = rest[len(values) :]
    items = tuple(_parse_item(rest[at : at + step]) for at in range(0, len(rest), step))
    return AppliedList(is_exclusive, values[:_VALUE], values[_VALUE:], None if mode.isupper() else items)


def _parse_item(text: str) -> AppliedItem:
    high, low = (_CHARACTERS.index(each) for each in text[_KEY : _KEY + _MASK])
    bits = high << 6 | low
    return AppliedItem(text[:_KEY], bits >> 1, text[_KEY + _MASK :], bool(bits & 1))

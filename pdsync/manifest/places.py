"""The places of the parts of documents, read from the text a second time.

Hardly any place is ever asked for: problems, annotations and the people paged by a changed object name one. A mark for each key and
value would take more memory than the values. So the text is kept, and its places are read when the first of them is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from yaml.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from pdsync.manifest.events import EventSource, open_events
from pdsync.model import Source
from pdsync.model.scope import Path

Place: TypeAlias = tuple[int, int]
"""Line and column, from 1."""
Below: TypeAlias = "dict[str, tuple[Place, Place, Below | None]] | list[tuple[Place, Below | None]] | str"
"""Key, value and what is below it, by key; or value and what is below it, by index; or a text, where it may name an item."""
_NAMING = frozenset({"name", "label"})
"""The members by which lists identify their items."""
ROOTS = frozenset({AliasEvent, MappingStartEvent, ScalarEvent, SequenceStartEvent})
"""The events that begin a value."""


class SourceText:
    """The text of a file. `roots` counts its documents that could be read, the empty ones too."""

    __slots__ = ("_below", "_utf8", "file", "roots")

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.roots = 0
        self._utf8 = text.encode()  # a text with one emoji would take four bytes a character
        self._below: list[Below | None] | None = None

    def below(self, index: int) -> Below | None:
        """The places in the document of this index. All of them are read with the first: a file with one problem often has more."""
        if self._below is None:
            source = open_events(self._utf8.decode())
            try:
                self._below = _Reader(source).read(self.roots)
            finally:
                source.dispose()
        return self._below[index]


class Places:
    """Where a document and its parts are."""

    __slots__ = ("_index", "_text", "begins")

    def __init__(self, text: SourceText, index: int, begins: Place) -> None:
        self._text = text
        self._index = index
        self.begins = begins

    @property
    def file(self) -> str:
        """As shown to the user."""
        return self._text.file

    def locate(self, path: Path, *, on_key: bool = False) -> Place:
        """Line and column, from 1, of what is at `path`, or of its nearest parent that is there.

        With `on_key` the key is meant and not its value.
        """
        place = self.begins
        below = self._text.below(self._index) if path else None
        for at, step in enumerate(path):
            last = at == len(path) - 1
            if isinstance(below, dict) and isinstance(step, str) and step in below:
                key, value, below = below[step]
                place = key if on_key and last else value
            elif isinstance(below, list) and isinstance(step, int) and step < len(below):
                place, below = below[step]
            else:
                break
        return place

    def locate_members(self, path: Path) -> dict[str, Place]:
        """Line and column, from 1, of every key of the mapping at `path`; empty where there is none."""
        below = self._at(path)
        return {name: key for name, (key, _, _) in below.items()} if isinstance(below, dict) else {}

    def text_at(self, path: Path) -> str:
        """The name or label at a path; empty where there is none."""
        below = self._at(path)
        return below if isinstance(below, str) else ""

    def count_items(self, path: Path) -> int:
        """How many items the list at `path` has; none where there is no list."""
        below = self._at(path)
        return len(below) if isinstance(below, list) else 0

    def _at(self, path: Path) -> Below | None:
        below = self._text.below(self._index)
        for step in path:
            if isinstance(below, dict) and isinstance(step, str) and step in below:
                below = below[step][2]
            elif isinstance(below, list) and isinstance(step, int) and step < len(below):
                below = below[step][1]
            else:
                return None
        return below


class Positions(Mapping[str, Source]):
    """Where the fields of one manifest are written, and the members of items in the lists that are named, such as
    ``schedule_layers[1].end`` or ``steps[0].inputs.Message``. `base` is the path of the fields."""

    __slots__ = ("_base", "_known", "_lists", "_places", "_shorts")

    def __init__(
        self,
        places: Places,
        lists: tuple[str, ...] = (),
        shorts: tuple[tuple[str, str], ...] = (),
        base: Path = ("spec",),
    ) -> None:
        """`shorts` are names under which a manifest may say the value of a field, each with the name of that field."""
        self._base = base
        self._places = places
        self._lists = lists
        self._shorts = shorts
        self._known: dict[str, Place] | None = None

    def _found(self) -> dict[str, Place]:
        if self._known is None:
            self._known = self._read()
        return self._known

    def _read(self) -> dict[str, Place]:
        base = self._base
        found = self._places.locate_members(base)
        found |= {name: found[short] for short, name in self._shorts if short in found and name not in found}
        for name in self._lists:
            for at in range(self._places.count_items((*base, name))):
                members = self._places.locate_members((*base, name, at))
                found.update({f"{name}[{at}].{member}": place for member, place in members.items()})
                for member in members:
                    inner = self._places.locate_members((*base, name, at, member))
                    found.update({f"{name}[{at}].{member}.{key}": place for key, place in inner.items()})
        return found

    def __getitem__(self, name: str) -> Source:
        return Source(self._places.file, *self._found()[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._found())

    def __len__(self) -> int:
        return len(self._found())

    def __repr__(self) -> str:
        return repr(dict(self))


def is_merge_key(event: Any) -> bool:
    """Whether a scalar is YAML 1.1's ``<<``, which is refused."""
    return bool(event.value == "<<" and event.implicit[0])


class _Reader:
    """Reads places from events by the rules that values are read by (`yaml_text`): what is left out there has no place here.

    The text was read before, so it is valid and not nested too deeply.
    """

    def __init__(self, source: EventSource) -> None:
        self._get = source.get_event
        self._anchors: dict[str, Below | None] = {}
        self._open: set[str] = set()

    def read(self, roots: int) -> list[Below | None]:
        """What is below each of the first roots of the text."""
        found: list[Below | None] = []
        while len(found) < roots:
            event = self._get()
            if type(event) in ROOTS:
                self._anchors = {}
                found.append(self._node(event))
        return found

    def _node(self, event: Any) -> Below | None:
        kind, anchor = type(event), event.anchor
        if kind is AliasEvent:
            return None if anchor in self._open else self._anchors.get(anchor)
        below: Below | None = None
        if kind is not ScalarEvent:
            if anchor is not None:
                self._open.add(anchor)
            below = self._mapping() if kind is MappingStartEvent else self._sequence()
            self._open.discard(anchor)
        if anchor is not None:
            self._anchors[anchor] = below
        return below

    def _mapping(self) -> Below:
        below: dict[str, tuple[Place, Place, Below | None]] = {}
        while type(key := self._get()) is not MappingEndEvent:
            is_kept = type(key) is ScalarEvent and key.value not in below and not is_merge_key(key)
            if is_kept or type(key) is not ScalarEvent:
                self._node(key)
            value = self._get()
            inner = self._node(value)
            if is_kept:
                if key.value in _NAMING and type(value) is ScalarEvent:
                    inner = value.value
                below[key.value] = _place(key), _place(value), inner
        return below

    def _sequence(self) -> Below:
        below: list[tuple[Place, Below | None]] = []
        while type(event := self._get()) is not SequenceEndEvent:
            below.append((_place(event), self._node(event)))
        return below


def _place(event: Any) -> Place:
    mark = event.start_mark
    return mark.line + 1, mark.column + 1

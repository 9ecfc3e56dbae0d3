"""YAML text as documents that know where every part of them is: the part of YAML that manifests need, and none of its traps."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, NoReturn, TypeAlias

from yaml import YAMLError
from yaml.error import MarkedYAMLError
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from pdsync.manifest.conflict import find_conflict
from pdsync.manifest.events import EventSource, Mark, open_events
from pdsync.manifest.flaw import Flaw, flaw_at, flaw_at_index
from pdsync.manifest.scalar import SCALAR_TAGS, UnusableNumberError, read_plain, read_tagged
from pdsync.manifest.syntax import HIDDEN, explain_syntax_error
from pdsync.model.scope import Path

Places: TypeAlias = (
    "dict[str, tuple[Mark, Mark, Places | None]] | list[tuple[Mark, Places | None]]"  # key, value, below; value, below
)


@dataclass(slots=True)
class Document:
    """A document of a file. `value` holds dicts with text keys, lists and scalars; parts may be shared by aliases."""

    file: str
    """As shown to the user."""
    value: Any
    mark: Mark
    places: Places | None
    flaws: list[Flaw] = field(default_factory=list)
    hidden: dict[tuple[int, int], str] = field(default_factory=dict)
    """The comments that are in the place of a value, by the line and column of that value."""

    def locate(self, path: Path, *, on_key: bool = False) -> tuple[int, int]:
        """Line and column, from 1, of what is at `path`, or of its nearest parent that is there.

        With `on_key` the key is meant and not its value.
        """
        mark, places = self.mark, self.places
        for at, step in enumerate(path):
            last = at == len(path) - 1
            if isinstance(places, dict) and isinstance(step, str) and step in places:
                key, value, below = places[step]
                mark, places = (key if on_key and last else value), below
            elif isinstance(places, list) and isinstance(step, int) and step < len(places):
                mark, places = places[step]
            else:
                break
        return mark.line + 1, mark.column + 1

    def hint_at(self, place: tuple[int, int], hint: str = "") -> str:
        """What to do about a problem at a place; of a value that a comment hides nothing else is the cause."""
        return HIDDEN if place in self.hidden else hint

    def locate_members(self, path: Path) -> dict[str, tuple[int, int]]:
        """Line and column, from 1, of every key of the mapping at `path`; empty where there is none."""
        places = self.places
        for step in path:
            if isinstance(places, dict) and isinstance(step, str) and step in places:
                places = places[step][2]
            elif isinstance(places, list) and isinstance(step, int) and step < len(places):
                places = places[step][1]
            else:
                return {}
        if not isinstance(places, dict):
            return {}
        return {name: (key.line + 1, key.column + 1) for name, (key, _, _) in places.items()}


MAX_DEPTH = 60
MAX_ALIASED = 20_000
"""How many values aliases may stand for in one file."""
_CHARACTERS_PER_VALUE = 64
_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_COMMENT = re.compile(r"[ \t]+(#[^\r\n]*)")
_SURROGATE = re.compile("[\ud800-\udfff]")
_NODES = frozenset({AliasEvent, MappingStartEvent, ScalarEvent, SequenceStartEvent})
_MAPPING_TAG = "tag:yaml.org,2002:map"
_SEQUENCE_TAG = "tag:yaml.org,2002:seq"


@dataclass(slots=True)
class YamlText:
    """What a text holds. `flaw` says why reading ended early; the documents before it are there."""

    documents: list[Document] = field(default_factory=list)
    flaw: Flaw | None = None


class _StopError(Exception):
    """Reading cannot go on."""

    def __init__(self, flaw: Flaw) -> None:
        super().__init__(flaw.message)
        self.flaw = flaw


def read_yaml(text: str, file: str) -> YamlText:
    """All documents of a text, empty ones left out. Never raises: what is wrong is in the flaws."""
    result = YamlText()
    bad = _FORBIDDEN.search(text)
    if bad:
        message = f"the character U+{ord(bad[0]):04X} is not allowed in YAML"
        result.flaw = flaw_at_index(text, bad.start(), message, "Remove it; in double quotes it can be escaped.")
        return result
    result.flaw = find_conflict(text)
    if result.flaw is not None:
        return result
    source = open_events(text)
    try:
        _Reader(source, file, text, result.documents).read()
    except _StopError as stop:
        result.flaw = stop.flaw
    except MarkedYAMLError as error:
        result.flaw = explain_syntax_error(error, text)
    except YAMLError:
        result.flaw = Flaw(1, 1, "this is not valid YAML")
    finally:
        source.dispose()
    return result


class _Reader:
    """Builds values from events. Recursion is as deep as the text is nested, which is bounded."""

    def __init__(self, source: EventSource, file: str, text: str, documents: list[Document]) -> None:
        self._get = source.get_event
        self._file = file
        self._text = text
        self._documents = documents
        self._flaws: list[Flaw] = []
        self._hidden: dict[tuple[int, int], str] = {}
        self._anchors: dict[str, tuple[Any, Places | None, int]] = {}
        self._open: set[str] = set()
        self._size = 0
        """Values read so far, aliased ones counted each time they are used."""
        self._aliased = 0

    def read(self) -> None:
        """Reads to the end of the text. Raises `_StopError` and `YAMLError`."""
        while True:
            event = self._get()
            kind = type(event)
            if kind is StreamEndEvent:
                return
            if kind is DocumentStartEvent:
                self._flaws, self._hidden, self._anchors = [], {}, {}
            elif kind in _NODES:
                value, places = self._node(event, 0)
                if value is not None or self._flaws:
                    document = Document(self._file, value, event.start_mark, places, self._flaws, self._hidden)
                    self._documents.append(document)

    def _node(self, event: Any, depth: int) -> tuple[Any, Places | None]:
        kind = type(event)
        if kind is ScalarEvent:
            return self._scalar(event), None
        if kind is AliasEvent:
            return self._alias(event)
        if depth >= MAX_DEPTH:
            _stop(event.start_mark, f"nested more than {MAX_DEPTH} levels deep")
        anchor, before = event.anchor, self._size
        if anchor is not None:
            self._open.add(anchor)
        value, places = self._mapping(event, depth) if kind is MappingStartEvent else self._sequence(event, depth)
        if anchor is not None:
            self._open.discard(anchor)
            self._anchors[anchor] = value, places, self._size - before
        return value, places

    def _mapping(self, start: Any, depth: int) -> tuple[dict[str, Any], Places]:
        if start.tag is not None and start.tag != _MAPPING_TAG:
            self._refuse_tag(start)
        values: dict[str, Any] = {}
        places: dict[str, tuple[Mark, Mark, Places | None]] = {}
        get = self._get
        self._size += 1
        while True:
            key = get()
            if type(key) is MappingEndEvent:
                return values, places
            text: str | None = (
                key.value if type(key) is ScalarEvent and key.tag is None and key.anchor is None else None
            )
            if text is None or text in places or text == "<<":
                text = self._key(key, places, depth)
            event = get()
            if type(event) is ScalarEvent:
                value, below = self._scalar(event), None
            else:
                value, below = self._node(event, depth + 1)
            if text is not None:
                values[text] = value
                places[text] = key.start_mark, event.start_mark, below

    def _key(self, event: Any, places: dict[str, tuple[Mark, Mark, Places | None]], depth: int) -> str | None:
        """The text of a key, whatever it looks like; None where the pair is not to be kept."""
        mark: Mark = event.start_mark
        if type(event) is not ScalarEvent:
            self._flaw(mark, "a key must be plain text", "Write it like 'key: value'.")
            self._node(event, depth + 1)
            return None
        text: str = event.value
        if text in places:
            self._flaw(mark, f"duplicate key {text!r}", f"The first one is on line {places[text][0].line + 1}.")
            return None
        if text == "<<" and event.implicit[0]:
            hint = "Write the fields out, or use an alias for a whole value."
            self._flaw(mark, "merge keys ('<<') are not supported", hint)
            return None
        if event.tag is not None or event.anchor is not None:
            self._scalar(event)
        return text

    def _sequence(self, start: Any, depth: int) -> tuple[list[Any], Places]:
        if start.tag is not None and start.tag != _SEQUENCE_TAG:
            self._refuse_tag(start)
        values: list[Any] = []
        places: list[tuple[Mark, Places | None]] = []
        self._size += 1
        while True:
            event = self._get()
            if type(event) is SequenceEndEvent:
                return values, places
            value, below = self._node(event, depth + 1)
            values.append(value)
            places.append((event.start_mark, below))

    def _scalar(self, event: Any) -> Any:
        text = event.value
        size = 1 + len(text) // _CHARACTERS_PER_VALUE
        self._size += size
        value: Any = text
        if event.tag is not None:
            value = self._tagged(event)
        elif event.implicit[0]:
            try:
                value = read_plain(text)
            except UnusableNumberError as problem:
                self._flaw(event.start_mark, str(problem), "Put it in quotes if it is text.")
            if not text:
                self._note_comment(event.start_mark)
        elif not text.isascii() and _SURROGATE.search(text):  # PyYAML's own parser lets "\ud800" through
            self._flaw(event.start_mark, "holds half of a surrogate pair", "Write the character itself.")
            value = _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text)
        if event.anchor is not None:
            self._anchors[event.anchor] = value, None, size
        return value

    def _note_comment(self, mark: Mark) -> None:
        """Where a value is empty because what is written begins with '#'."""
        found = _COMMENT.match(self._text, mark.index)
        if found is not None:
            self._hidden[mark.line + 1, mark.column + 1] = found[1]

    def _tagged(self, event: Any) -> Any:
        if event.tag not in SCALAR_TAGS:
            self._refuse_tag(event)
            return event.value
        try:
            return read_tagged(event.value, event.tag)
        except ValueError as problem:
            self._flaw(event.start_mark, str(problem), "Remove the tag.")
            return event.value

    def _alias(self, event: Any) -> tuple[Any, Places | None]:
        name = event.anchor
        if name in self._open:
            self._flaw(
                event.start_mark, f"the alias *{name} is inside the value that it refers to", "Write the value out."
            )
            return None, None
        if name not in self._anchors:
            self._flaw(event.start_mark, f"the alias *{name} has no anchor &{name} before it", "Put text in quotes.")
            return None, None
        value, places, size = self._anchors[name]
        self._size += size
        self._aliased += size
        if self._aliased > MAX_ALIASED:
            _stop(event.start_mark, f"aliases expand to more than {MAX_ALIASED} values", "Write the values out.")
        return value, places

    def _refuse_tag(self, event: Any) -> None:
        shown = str(event.tag).replace("tag:yaml.org,2002:", "!!")[:60]
        self._flaw(
            event.start_mark, f"the tag {shown!r} is refused", "Remove it; text that begins with '!' needs quotes."
        )

    def _flaw(self, mark: Mark, message: str, hint: str) -> None:
        self._flaws.append(flaw_at(mark, message, hint))


def _stop(mark: Mark, message: str, hint: str = "") -> NoReturn:
    raise _StopError(flaw_at(mark, message, hint))

"""YAML text as documents that know where each of their parts is: the part of YAML that manifests need, without its traps."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from sys import intern
from typing import Any, NoReturn

from yaml import YAMLError
from yaml.error import MarkedYAMLError
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
)

from pdsync.manifest.conflict import find_conflict
from pdsync.manifest.events import EventSource, Mark, open_events
from pdsync.manifest.flaw import Flaw, flaw_at, flaw_at_index
from pdsync.manifest.places import ROOTS, Place, Places, SourceText, is_merge_key
from pdsync.manifest.scalar import SCALAR_TAGS, UnusableNumberError, read_plain, read_tagged
from pdsync.manifest.syntax import HIDDEN, explain_syntax_error


@dataclass(slots=True)
class Document:
    """A document of a file. `value` holds dicts with text keys, lists and scalars; parts may be shared by aliases."""

    value: Any
    places: Places
    flaws: list[Flaw] = field(default_factory=list)
    hidden: dict[Place, str] = field(default_factory=dict)
    """The comments that are in the place of a value, by the line and column of that value."""

    @property
    def kind_name(self) -> str:
        """The kind that it names; empty where it names none."""
        name = self.value.get("kind") if isinstance(self.value, dict) else None
        return name if isinstance(name, str) else ""

    def hint_at(self, place: Place, hint: str = "") -> str:
        """What to do about a problem at a place; of a value that a comment hides nothing else is the cause."""
        return HIDDEN if place in self.hidden else hint


MAX_DEPTH = 60
MAX_ALIASED = 20_000
"""How many values aliases may stand for in one file."""
_CHARACTERS_PER_VALUE = 64
_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_USUAL = b"\t\n\r" + bytes(range(0x20, 0x7F))
"""The characters of nearly every text. To look for others among the bytes takes a tenth of the time of the search above."""
_COMMENT = re.compile(r"[ \t]+(#[^\r\n]*)")
_SURROGATE = re.compile("[\ud800-\udfff]")
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
    is_usual = text.isascii() and not text.encode().translate(None, _USUAL)
    bad = None if is_usual else _FORBIDDEN.search(text)
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
    """Builds values from events. Recursion is as deep as the text is nested, which is bounded.

    This is walked for every value of every manifest, so what is common is done in place, and places are kept only while a mapping is
    read, for the sake of duplicate keys. `places` reads the others, by the same rules.
    """

    def __init__(self, source: EventSource, file: str, text: str, documents: list[Document]) -> None:
        self._get = source.get_event
        self._source = SourceText(file, text)
        self._text = text
        self._documents = documents
        self._flaws: list[Flaw] = []
        self._hidden: dict[Place, str] = {}
        self._anchors: dict[str, Any] = {}
        self._open: set[str] = set()
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
            elif kind in ROOTS:
                value = self._node(event, 0)
                if value is not None or self._flaws:
                    mark = event.start_mark
                    places = Places(self._source, self._source.roots, (mark.line + 1, mark.column + 1))
                    self._documents.append(Document(value, places, self._flaws, self._hidden))
                self._source.roots += 1

    def _node(self, event: Any, depth: int) -> Any:
        kind = type(event)
        if kind is ScalarEvent:
            return self._scalar(event)
        if kind is AliasEvent:
            return self._alias(event)
        if depth >= MAX_DEPTH:
            _stop(event.start_mark, f"nested more than {MAX_DEPTH} levels deep")
        anchor = event.anchor
        if anchor is None:
            return self._mapping(event, depth) if kind is MappingStartEvent else self._sequence(event, depth)
        self._open.add(anchor)
        value: Any = self._mapping(event, depth) if kind is MappingStartEvent else self._sequence(event, depth)
        self._open.discard(anchor)
        self._anchors[anchor] = value
        return value

    def _mapping(self, start: Any, depth: int) -> dict[str, Any]:
        if start.tag is not None and start.tag != _MAPPING_TAG:
            self._refuse_tag(start)
        values: dict[str, Any] = {}
        marks: dict[str, Mark] = {}
        get = self._get
        while True:
            key = get()
            if type(key) is MappingEndEvent:
                return values
            text: str | None = (
                intern(key.value) if type(key) is ScalarEvent and key.tag is None and key.anchor is None else None
            )
            if text is None or text in marks or text == "<<":
                text = self._key(key, marks, depth)
            event = get()
            value: Any = self._node(event, depth + 1) if type(event) is not ScalarEvent else self._scalar(event)
            if text is not None:
                values[text] = value
                marks[text] = key.start_mark

    def _key(self, event: Any, marks: Mapping[str, Mark], depth: int) -> str | None:
        """The text of a key, whatever it looks like; None where the pair is not to be kept."""
        mark: Mark = event.start_mark
        if type(event) is not ScalarEvent:
            self._flaw(mark, "a key must be plain text", "Write it like 'key: value'.")
            self._node(event, depth + 1)
            return None
        text: str = event.value
        if text in marks:
            self._flaw(mark, f"duplicate key {text!r}", f"The first one is on line {marks[text].line + 1}.")
            return None
        if is_merge_key(event):
            hint = "Write the fields out, or use an alias for a whole value."
            self._flaw(mark, "merge keys ('<<') are not supported", hint)
            return None
        if event.tag is not None or event.anchor is not None:
            self._scalar(event)
        return text

    def _sequence(self, start: Any, depth: int) -> list[Any]:
        if start.tag is not None and start.tag != _SEQUENCE_TAG:
            self._refuse_tag(start)
        values: list[Any] = []
        get = self._get
        while True:
            event = get()
            if type(event) is SequenceEndEvent:
                return values
            values.append(self._node(event, depth + 1))

    def _scalar(self, event: Any) -> Any:
        text = event.value
        if text and event.implicit[0] and event.tag is None and event.anchor is None:  # nearly every one
            try:
                return read_plain(text)
            except UnusableNumberError:
                return self._plain(event)
        value: Any = text
        if event.tag is not None:
            value = self._tagged(event)
        elif event.implicit[0]:
            value = self._plain(event)
            if not text:
                self._note_comment(event.start_mark)
        elif not text.isascii() and _SURROGATE.search(text):  # PyYAML's own parser lets "\ud800" through
            self._flaw(event.start_mark, "holds half of a surrogate pair", "Write the character itself.")
            value = _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text)
        if event.anchor is not None:
            self._anchors[event.anchor] = value
        return value

    def _plain(self, event: Any) -> Any:
        try:
            return read_plain(event.value)
        except UnusableNumberError as problem:
            self._flaw(event.start_mark, str(problem), "Put it in quotes if it is text.")
            return event.value

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

    def _alias(self, event: Any) -> Any:
        name = event.anchor
        if name in self._open:
            self._flaw(
                event.start_mark, f"the alias *{name} is inside the value that it refers to", "Write the value out."
            )
            return None
        if name not in self._anchors:
            self._flaw(event.start_mark, f"the alias *{name} has no anchor &{name} before it", "Put text in quotes.")
            return None
        value = self._anchors[name]
        self._aliased += _size(value, MAX_ALIASED - self._aliased)
        if self._aliased > MAX_ALIASED:
            _stop(event.start_mark, f"aliases expand to more than {MAX_ALIASED} values", "Write the values out.")
        return value

    def _refuse_tag(self, event: Any) -> None:
        shown = str(event.tag).replace("tag:yaml.org,2002:", "!!")[:60]
        self._flaw(
            event.start_mark, f"the tag {shown!r} is refused", "Remove it; text that begins with '!' needs quotes."
        )

    def _flaw(self, mark: Mark, message: str, hint: str) -> None:
        self._flaws.append(flaw_at(mark, message, hint))


def _stop(mark: Mark, message: str, hint: str = "") -> NoReturn:
    raise _StopError(flaw_at(mark, message, hint))


def _size(value: Any, limit: int) -> int:
    """How many values it is, each as often as it is there, and a long text as several. Ends soon after `limit`."""
    if isinstance(value, str):
        return 1 + len(value) // _CHARACTERS_PER_VALUE
    if not isinstance(value, dict | list):
        return 1
    size = 1
    for inner in value.values() if isinstance(value, dict) else value:
        size += _size(inner, limit - size)
        if size > limit:
            break
    return size

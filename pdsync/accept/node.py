"""A YAML text as a tree of places: where each key, value and item begins and ends. Values are not read here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

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

from pdsync.manifest.events import EventSource, open_events

Form = Literal["scalar", "mapping", "sequence", "alias"]


@dataclass(slots=True)
class Node:
    """A value and its place. Indexes count characters; `end` is behind the last one that is not white space."""

    form: Form
    start: int
    """Where it begins, with its anchor and tag."""
    end: int
    line: int
    """From 0."""
    column: int
    is_flow: bool = False
    style: str = ""
    """The style of a scalar: empty for plain, else a quote, ``|`` or ``>``."""
    anchor: str | None = None
    """The name that it gives, or (an alias) that it uses."""
    key: str = ""
    """The text of a scalar."""
    pairs: list[tuple[Node, Node]] = field(default_factory=list)
    items: list[Node] = field(default_factory=list)

    def get(self, name: str) -> tuple[Node, Node] | None:
        """Key and value of that name in a mapping."""
        return next((pair for pair in self.pairs if pair[0].key == name), None)

    def walk(self) -> Iterator[Node]:
        """This node and everything below it."""
        yield self
        for key, value in self.pairs:
            yield from key.walk()
            yield from value.walk()
        for item in self.items:
            yield from item.walk()


def read_nodes(text: str) -> list[Node]:
    """The root of each document of a text that is valid YAML."""
    source = open_events(text)
    try:
        return _Reader(source, text).read()
    finally:
        source.dispose()


class _Reader:
    def __init__(self, source: EventSource, text: str) -> None:
        self._get = source.get_event
        self._text = text

    def read(self) -> list[Node]:
        roots: list[Node] = []
        while True:
            event = self._get()
            if isinstance(event, StreamEndEvent):
                return roots
            if isinstance(event, DocumentStartEvent):
                roots.append(self._node(self._get()))

    def _node(self, event: Any) -> Node:
        marks: Any = event
        start, end = marks.start_mark.index, marks.end_mark.index
        place = start, self._trimmed(start, end), marks.start_mark.line, marks.start_mark.column
        if isinstance(event, AliasEvent):
            return Node("alias", *place, anchor=event.anchor)
        if isinstance(event, ScalarEvent):
            return Node("scalar", *place, style=event.style or "", anchor=event.anchor, key=event.value)
        assert isinstance(event, MappingStartEvent | SequenceStartEvent)
        is_mapping = isinstance(event, MappingStartEvent)
        form: Form = "mapping" if is_mapping else "sequence"
        node = Node(form, *place, is_flow=bool(event.flow_style), anchor=event.anchor)
        while True:
            below = self._get()
            if isinstance(below, MappingEndEvent | SequenceEndEvent):
                closing: Any = below.end_mark
                break
            child = self._node(below)
            if is_mapping:
                node.pairs.append((child, self._node(self._get())))
            else:
                node.items.append(child)
        if node.is_flow:
            node.end = closing.index
        else:
            last = [value.end for _, value in node.pairs[-1:]] or [item.end for item in node.items[-1:]]
            node.end = max([node.end, *last])
        return node

    def _trimmed(self, start: int, end: int) -> int:
        """The end of a block scalar is marked where the next thing begins; white space before that is not its own."""
        return max(start, start + len(self._text[start:end].rstrip(" \t\r\n")))

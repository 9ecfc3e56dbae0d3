"""YAML parser events, from libyaml where it is installed."""

from __future__ import annotations

from typing import Any, Protocol

from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner

try:
    from yaml import _yaml
except ImportError:  # PyYAML was built without libyaml: ten times slower, and the same results
    FAST_PARSER: Any = None
else:
    FAST_PARSER = _yaml.CParser


class Mark(Protocol):
    """A place in the text; all three count from 0."""

    index: int
    line: int
    column: int


class EventSource(Protocol):
    """Gives one event after the other; raises `yaml.YAMLError` where the text is not YAML."""

    def get_event(self) -> Any: ...

    def dispose(self) -> None: ...


class _PureParser(Reader, Scanner, Parser):
    """PyYAML's parser in Python, without the composer that would follow aliases."""

    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)


def open_events(text: str) -> EventSource:
    """The events of a text that holds printable characters only."""
    source: EventSource = FAST_PARSER(text) if FAST_PARSER is not None else _PureParser(text)
    return source

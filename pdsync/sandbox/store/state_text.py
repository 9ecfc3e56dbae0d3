"""State text: a dump of the account as JSON text, written and read a piece at a time.

A million log entries are half a gigabyte of text, and several times that as objects; neither is ever held whole.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator, Mapping
from typing import IO, Any

from pdsync.sandbox.store.journal import JOURNAL_KINDS
from pdsync.sandbox.store.record import Record
from pdsync.sandbox.store.store import Store

Piece = tuple[str, int | None, Any]
"""A kind with None and whether it has a list; then each entry of the list with its index."""

_CHUNK_BYTES = 2**20
_SPACE = " \t\r\n"


class NoObjectError(ValueError):
    """A text that is JSON, but not an object."""


def dumped(record: Record) -> dict[str, Any]:
    """A record as it is written in a state."""
    head: dict[str, Any] = {"id": record.id, "number": record.number}
    # A team's own field of that name is a reference or null, a record's parent is a string.
    return {**head, **({"parent": record.parent} if record.parent is not None else {}), **record.body}


def write_state(store: Store, file: IO[bytes]) -> None:
    """Under the store's lock."""
    before_kind = b"{"
    for kind in store.kinds():
        file.write(before_kind + json.dumps(kind).encode() + b":[")
        before_kind, between = b"],", b""
        for text in _texts(store, kind):
            file.write(between + text.encode())
            between = b",\n"
    file.write(b"]}" if before_kind != b"{" else b"{}")


def _texts(store: Store, kind: str) -> Iterator[str]:
    return store.journal.texts(kind) if kind in JOURNAL_KINDS else (json.dumps(dumped(it)) for it in store.each(kind))


def pieces_of(document: Mapping[str, Any]) -> Iterator[Piece]:
    """The pieces of a document that is at hand."""
    for kind, entries in document.items():
        yield kind, None, isinstance(entries, list)
        if isinstance(entries, list):
            for index, entry in enumerate(entries):
                yield kind, index, entry


def read_pieces(file: IO[bytes]) -> Iterator[Piece]:
    """The pieces of a text. Raises ValueError, or RecursionError, when it is not JSON, NoObjectError for JSON that is not an object."""
    text = _Text(file)
    if text.peek() != "{":
        text.value()
        text.end()
        raise NoObjectError
    text.take("{")
    more = text.peek() != "}"
    while more:
        kind = text.value()
        if not isinstance(kind, str):
            raise ValueError("a name must be a string")
        text.take(":")
        if text.peek() != "[":
            text.value()
            yield kind, None, False
        else:
            yield kind, None, True
            text.take("[")
            index, another = 0, text.peek() != "]"
            while another:
                yield kind, index, text.value()
                index, another = index + 1, text.goes_on("]")
            text.take("]")
        more = text.goes_on("}")
    text.take("}")
    text.end()


class _Text:
    """What has been read of a text and is not used yet."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._decode = codecs.getincrementaldecoder("utf-8")().decode
        self._parse = json.JSONDecoder(parse_constant=_refuse).raw_decode
        self._held, self._at, self._whole = "", 0, False

    def peek(self) -> str:
        """The next character other than white space; empty at the end."""
        while True:
            while self._at < len(self._held) and self._held[self._at] in _SPACE:
                self._at += 1
            if self._at < len(self._held) or not self._more():
                return self._held[self._at : self._at + 1]

    def take(self, wanted: str) -> None:
        if self.peek() != wanted:
            raise ValueError(f"{wanted} is missing")
        self._at += 1

    def goes_on(self, last: str) -> bool:
        """Whether a comma follows, which is taken, and not the end."""
        if self.peek() == last:
            return False
        self.take(",")
        return True

    def value(self) -> Any:
        self.peek()
        while True:
            try:
                value, end = self._parse(self._held, self._at)
            except ValueError:
                if not self._more():
                    raise
                continue
            # Without what ends it a number may go on, as 1. does.
            if self._held[end : end + 1] in tuple(_SPACE + ",:]}") or not self._more():
                self._at = end
                return value

    def end(self) -> None:
        if self.peek():
            raise ValueError("something follows the end")

    def _more(self) -> bool:
        """Reads on, twice as much as is held, so that what is long is not looked at too often."""
        if self._whole:
            return False
        data = self._file.read(max(_CHUNK_BYTES, 2 * (len(self._held) - self._at)))
        self._whole = not data
        self._held = self._held[self._at :] + self._decode(data, self._whole)
        self._at = 0
        return True


def _refuse(name: str) -> Any:
    raise ValueError(name)

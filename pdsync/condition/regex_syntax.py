"""Reads a pattern of RE2 into its parts, as far as it matters whether any text matches: characters, anchors, and how they follow.

RE2 has taken the pattern before, so nothing is checked here. What this reader does not know ends in None: then nothing is claimed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Character:
    """One character of those that the text, a pattern for one character, matches."""

    text: str


@dataclass(frozen=True, slots=True)
class Anchor:
    """Asks for a place between characters. `name` is one of ``^ $ \\A \\z \\b \\B``; the first two are about lines."""

    name: str


@dataclass(frozen=True, slots=True)
class Sequence:
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    part: Part
    least: int
    most: int | None


Part: TypeAlias = Character | Anchor | Sequence | Choice | Repeat


@dataclass(frozen=True, slots=True)
class _Flags:
    any_case: bool = True
    lines: bool = True
    dot_takes_all: bool = True


_FLAGS = {"i": "any_case", "m": "lines", "s": "dot_takes_all"}
_GROUP = re.compile(r"\(\?(?:P?<\w+>|(?P<on>[imsU]*)(?:-(?P<off>[imsU]+))?(?P<end>[:)]))")
_COUNT = re.compile(r"\{(\d+)(?:(,)(\d*))?\}")
_ESCAPE = re.compile(r"\\(?:x\{[0-9A-Fa-f]+\}|x[0-9A-Fa-f]{2}|[0-7]{1,3}|[pP](?:\{\^?\w+\}|\w)|.)", re.DOTALL)
_ANCHOR_ESCAPES = ("\\A", "\\z", "\\b", "\\B")


_MOST_NESTED = 50
"""How deep groups may be nested: each level is a few calls, and Python's calls are bounded."""


class _UnknownError(Exception):
    """Something that this reader does not know."""


def read_pattern(pattern: str) -> Part | None:
    """The parts of a pattern; None for one that is not understood."""
    reader = _Reader(pattern)
    try:
        part = reader.read_choice(_Flags())
    except (_UnknownError, IndexError):
        return None
    return part if reader.at == len(pattern) else None


class _Reader:
    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self.at = 0
        self._depth = 0

    def read_choice(self, flags: _Flags) -> Part:
        """Up to the end of the group, or of the pattern. Flags that are set inside count to there."""
        choices: list[Part] = []
        parts: list[Part] = []
        while self.at < len(self._pattern) and self._pattern[self.at] != ")":
            if self._pattern[self.at] == "|":
                self.at += 1
                choices.append(Sequence(tuple(parts)))
                parts = []
                continue
            part, flags = self._read_item(flags)
            if part is not None:
                parts.append(self._read_repeats(part))
            elif self._pattern[self.at : self.at + 1] in ("*", "+", "?", "{"):
                raise _UnknownError  # RE2 repeats what is before the flags
        choices.append(Sequence(tuple(parts)))
        return Choice(tuple(choices))

    def _read_item(self, flags: _Flags) -> tuple[Part | None, _Flags]:
        char = self._pattern[self.at]
        if char == "(":
            return self._read_group(flags)
        if self._pattern.startswith("\\Q", self.at):
            return self._read_quoted(flags), flags
        if char in "^$":
            self.at += 1
            return Anchor(char if flags.lines else {"^": "\\A", "$": "\\z"}[char]), flags
        if char == ".":
            self.at += 1
            return Character("(?s)." if flags.dot_takes_all else "[^\\n]"), flags
        text = self._read_class() if char == "[" else self._read_escape() if char == "\\" else char
        if char not in "[\\":
            self.at += 1
        if text in _ANCHOR_ESCAPES:
            return Anchor(text), flags
        return self._character(text if char in "[\\" else _quote(char), flags), flags

    def _character(self, text: str, flags: _Flags) -> Character:
        return Character(f"(?i){text}" if flags.any_case else text)

    def _read_group(self, flags: _Flags) -> tuple[Part | None, _Flags]:
        inner = flags
        if self._pattern.startswith("(?", self.at):
            found = _GROUP.match(self._pattern, self.at)
            if found is None:
                raise _UnknownError
            self.at = found.end()
            for letters, is_on in ((found["on"], True), (found["off"], False)):
                names = [_FLAGS[letter] for letter in letters or "" if letter in _FLAGS]
                inner = replace(inner, **dict.fromkeys(names, is_on))
            if found["end"] == ")":
                return None, inner
        else:
            self.at += 1
        if self._depth == _MOST_NESTED:
            raise _UnknownError
        self._depth += 1
        part = self.read_choice(inner)
        self._depth -= 1
        self.at += 1
        return part, flags

    def _read_quoted(self, flags: _Flags) -> Part:
        end = self._pattern.find("\\E", self.at)
        text = self._pattern[self.at + 2 : end if end >= 0 else None]
        self.at = end + 2 if end >= 0 else len(self._pattern)
        return Sequence(tuple(self._character(_quote(char), flags) for char in text))

    def _read_escape(self) -> str:
        found = _ESCAPE.match(self._pattern, self.at)
        if found is None or found.group() == "\\C":
            raise _UnknownError
        self.at = found.end()
        return found.group()

    def _read_class(self) -> str:
        start, self.at = self.at, self.at + 1
        if self._pattern[self.at] == "^":
            self.at += 1
        is_first = True
        while is_first or self._pattern[self.at] != "]":
            is_first = False
            if self._pattern[self.at] == "\\":
                self._read_escape()
            elif self._pattern.startswith("[:", self.at) and ":]" in self._pattern[self.at :]:
                self.at = self._pattern.index(":]", self.at) + 2
            else:
                self.at += 1
        self.at += 1
        return self._pattern[start : self.at]

    def _read_repeats(self, part: Part) -> Part:
        while self.at < len(self._pattern):
            char = self._pattern[self.at]
            counted = _COUNT.match(self._pattern, self.at)
            if char in "*+?":
                self.at += 1
                part = Repeat(part, int(char == "+"), 1 if char == "?" else None)
            elif counted is not None:
                self.at = counted.end()
                least = int(counted[1])
                part = Repeat(part, least, (int(counted[3]) if counted[3] else None) if counted[2] else least)
            else:
                break
            if self._pattern.startswith("?", self.at):  # as few as possible: the same texts
                self.at += 1
        return part


def _quote(char: str) -> str:
    return f"\\x{{{ord(char):x}}}"

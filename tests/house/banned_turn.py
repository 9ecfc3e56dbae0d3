"""Turns of phrase that a reader has to read twice, each with the reason and the plain words to use.

The list is short on purpose: a turn is here because it was once all over the project. It is no grammar, and who writes plainly never
meets it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

_BEGIN = r"(?:^|(?<=[.:;|] ))"
"""Where a sentence, a list item or the cell of a table begins."""


@dataclass(frozen=True)
class Turn:
    """`pattern` sees a paragraph as one line. Letter case is ignored unless `exact`."""

    pattern: str
    reason: str
    better: str
    exact: bool = False

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        return re.compile(self.pattern, 0 if self.exact else re.IGNORECASE)


TURNS = (
    Turn(
        r"\b(some|no|every|any)body\b",
        "the project says 'one' throughout",
        "someone, no one, everyone, anyone; or who it is",
    ),
    Turn(r"\bwho(m)?ever\b", "it hides who is meant", "the person who; the one on call; anyone who"),
    Turn(r"\banew\b", "an old word", "again"),
    Turn(r"\b(amid|lest|hence|thence|whence|thereof|as yet)\b", "an old word", "in, so that not, so, yet"),
    Turn(r"\bseldom\b", "an old word", "rarely"),
    Turn(r"\ball the same\b", "an old turn, and 'the same' misleads", "anyway, still"),
    Turn(r"\bneed not\b", "an old turn", "does not have to"),
    Turn(r"\bbeside\b", "read as 'besides', and used for five relations", "next to, with, as well as, apart from"),
    Turn(r"\bbut for\b", "an old turn; 'for' misleads", "except"),
    Turn(r"\bletter case aside\b", "an odd turn", "ignoring case"),
    Turn(r"\bmend(s|ed|ing)?\b", "clothes are mended", "fix, repair"),
    Turn(
        r"(?<!there )\b(is|are|was|were) no (?!longer\b|one\b|more\b|less\b)[a-z]",
        "'is no x' is read as 'there is no x'",
        "is not a x",
    ),
    Turn(
        r"\b(is|are|was|were|be|been|being) told\b(?! to\b| apart\b)",
        "a program does not talk; 'told' has three meanings here",
        "is shown, reported, notified, counted",
    ),
    Turn(
        r"\bstands?\b(?! for\b| in for\b| in the way\b| still\b| out\b| alone\b)",
        "texts do not stand anywhere",
        "is, is written",
    ),
    Turn(
        r"\b(says?|said|saying|knows?|known|speaks?|spoke|spoken|tells?|told|hears?|heard) (nothing |more |something |so )?of\b",
        "the verb and its object drift apart",
        "says about, shows, mentions",
    ),
    Turn(
        r"\b(becom(e|es|ing)|became|comes?|came) of (it|them|that|this|an?|the|each|every|what|its|their|all)\b",
        "bookish",
        "happens to; the result",
    ),
    Turn(r"\ball of it\b", "'it' has to be guessed", "the whole, with its name"),
    Turn(
        _BEGIN + r"(One|Those) (that|which|whose|with|without)\b",
        "the noun is missing",
        "begin with the noun: 'Items that', 'A rule with'",
        exact=True,
    ),
    Turn(
        _BEGIN + r"Of (a|an|the|those|each|every|what|all|any|two|several)\b",
        "the subject comes last",
        "begin with the subject",
        exact=True,
    ),
    Turn(r"\b(he|him|his|she|her|hers)\b", "people are 'they'", "they, them, their"),
)

_NAMES = {"nobody"}
"""Texts that are names as a whole: a member of JSON output that programs read."""

_NEW_PARAGRAPH = re.compile(r"\s*(?:[-*|#>]|\d+\.\s|$)")
_MARKS = re.compile(r"^[\s\-*|#>\"'`]+")


@dataclass(frozen=True)
class Finding:
    """`line` counts from 0, from the beginning of the text."""

    line: int
    said: str
    turn: Turn


def find_turns(text: str) -> Iterator[Finding]:
    """Turns are found across the ends of lines too, and not across the ends of paragraphs, list items and rows."""
    if text in _NAMES:
        return
    for first, lines in _paragraphs(text.split("\n")):
        flat = " ".join(_MARKS.sub("", line).rstrip() for line in lines)
        for turn in TURNS:
            for match in turn.compiled.finditer(flat):
                yield Finding(first + _line_at(lines, match.start()), match[0].strip(), turn)


def _paragraphs(lines: list[str]) -> Iterator[tuple[int, list[str]]]:
    first = 0
    for number, line in enumerate(lines):
        if number > first and _NEW_PARAGRAPH.match(line):
            yield first, lines[first:number]
            first = number
    yield first, lines[first:]


def _line_at(lines: list[str], position: int) -> int:
    """The line of the paragraph that holds a position of its flat text."""
    end = -1
    for number, line in enumerate(lines):
        end += len(_MARKS.sub("", line).rstrip()) + 1
        if position <= end:
            return number
    return len(lines) - 1

"""YAML syntax errors in the words of someone who writes YAML, for libyaml and for PyYAML's own parser alike."""

from __future__ import annotations

import re

from yaml.error import MarkedYAMLError

from pdsync.manifest.events import Mark
from pdsync.manifest.flaw import Flaw, flaw_at, flaw_at_index

_QUOTE = "Put the text in quotes."
HIDDEN = "'#' begins a comment here. Put the text in quotes."
# A comment that begins where a value is expected, up to where the parser gave up: at the next thing that is not a comment.
_HIDDEN_VALUE = re.compile(r"^[^#'\"\r\n]*[\[{,:][ \t]*(#)[^\s#].*(?:\r?\n[ \t]*(?:#.*)?)*\w*\Z", re.MULTILINE)
_BRACKETS = {"flow sequence": ("list", "[", "]"), "flow mapping": ("mapping", "{", "}")}
_RULES: tuple[tuple[str, str, str], ...] = (
    # (words in the parser's text, what is wrong, what to do)
    (
        "mapping values are not allowed",
        "a ':' is not allowed here",
        "Text that contains ': ' needs quotes; otherwise check the indentation of this line and the one above.",
    ),
    ("could not find expected ':'", "a ':' is missing after a key", "Write it like 'key: value'."),
    (
        "unknown escape character",
        "unknown escape in double quotes",
        "Use single quotes, or write \\\\ for a backslash.",
    ),
    ("unicode character escape", "this escape is not a character", "Write the character itself."),
    ("escape sequence", "this escape is not complete", "Use single quotes, or write \\\\ for a backslash."),
    ("tab character", "a tab is used for indentation", "Indent with spaces."),
    ("undefined tag handle", "a value that begins with '!' is read as a tag", _QUOTE),
    ("incompatible yaml document", "this version of YAML is unknown", "Remove the %YAML line."),
    ("directive", "a line that begins with '%' is read as a directive", "Remove it, or put the text in quotes."),
    ("block scalar", "nothing but a comment may follow '|' or '>' on its line", "Begin the text on the next line."),
    ("anchor", "'&' begins an anchor, and its name is not valid", _QUOTE),
    ("alias", "'*' begins an alias, and its name is not valid", _QUOTE),
    (" tag", "a value that begins with '!' is read as a tag", _QUOTE),
    (
        "<document start>",
        "this line does not belong to the lines above it",
        "Check the indentation, or separate documents with '---'.",
    ),
)
_BEGINNINGS = frozenset({"block scalar", "anchor", "alias"})
"""Rules whose place is the indicator, where the thing begins."""


def explain_syntax_error(error: MarkedYAMLError, text: str) -> Flaw:
    """The flaw behind a parser's error; its place is where a person would look for it."""
    mark: Mark | None = error.problem_mark or error.context_mark
    if mark is None:
        return Flaw(1, 1, "this is not valid YAML")
    said = f"{error.context or ''}: {error.problem or ''}".lower()
    opened: Mark = error.context_mark or mark
    at_end = mark.index >= len(text.rstrip()) or "end of stream" in said
    if "flow" in said and (hidden := _hidden_value(text, mark)) is not None:
        return hidden
    if "quoted scalar" in said and (
        "end of stream" in said or "document indicator" in said or "document separator" in said
    ):
        return flaw_at(opened, "the quotation mark that opens here is never closed")
    for name, (noun, left, right) in _BRACKETS.items():
        if name in said:
            if at_end:
                return flaw_at(opened, f"the {left!r} that opens here is never closed")
            hint = f"The {noun} begins with {left!r} on line {opened.line + 1}."
            return flaw_at(mark, f"',' or {right!r} is missing", hint)
    if "cannot start any token" in said:
        return _bad_start(mark, text)
    if "flow node" in said:
        message = "the text ends inside of '[...]' or '{...}'" if at_end else "a value is missing here"
        return flaw_at(mark, message, "Check brackets and commas.")
    for words, message, hint in _RULES:
        if words in said:
            return flaw_at(opened if words in _BEGINNINGS else mark, message, hint)
    return _bad_indentation(mark, opened, said)


def _hidden_value(text: str, mark: Mark) -> Flaw | None:
    """A '#' in the place of a value, within brackets: the comment hides what closes them."""
    begins = max(0, mark.index - 1000)
    found = _HIDDEN_VALUE.search(text[begins : mark.index])
    if found is None:
        return None
    return flaw_at_index(text, begins + found.start(1), "a value is missing here", HIDDEN)


def _bad_start(mark: Mark, text: str) -> Flaw:
    char = text[mark.index : mark.index + 1]
    if char == "\t":
        return flaw_at(mark, "a tab is used for indentation", "Indent with spaces.")
    return flaw_at(mark, f"a value cannot begin with {char!r}", _QUOTE)


def _bad_indentation(mark: Mark, opened: Mark, said: str) -> Flaw:
    line = opened.line + 1
    if "block collection" in said or "block sequence" in said:
        hint = f"The list begins on line {line}; check the indentation."
        return flaw_at(mark, "a list item that begins with '-' is expected here", hint)
    if "block mapping" in said:
        hint = f"The mapping begins on line {line}; check the indentation, and for a missing ':'."
        return flaw_at(mark, "a key is expected here", hint)
    return flaw_at(mark, "this is not valid YAML", "Check the indentation, brackets and quotation marks around here.")

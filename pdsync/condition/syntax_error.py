"""An error of the parser in words: what is wrong at the place, and what was probably meant."""

from __future__ import annotations

import re

from lark import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from pdsync.condition.error import ConditionError, suggest

_OPERATORS = ("matches", "exists", "and", "or", "in", "==", ">", "<")
_WORDS = ("matches", "part", "regex", "exactly", "exists", "and", "or", "not", "in", "over", "to")
_HOW = ("part", "regex", "exactly")
_FOREIGN = {
    "=": "Write '==', or 'matches' to ignore upper and lower case.",
    "===": "Write '=='.",
    "!=": "Write: not A == B.",
    "<>": "Write: not A == B.",
    "!": "Write 'not'.",
    "&&": "Write 'and'.",
    "&": "Write 'and'.",
    "||": "Write 'or'.",
    "|": "Write 'or'.",
    "~": "Write 'matches regex'.",
    "=~": "Write 'matches regex'.",
    "contains": "Write 'matches part'.",
    "includes": "Write 'matches part'.",
    "has": "Write 'matches part'.",
    "like": "Write 'matches part'.",
    "equals": "Write 'matches', or '==' to compare upper and lower case.",
    "is": "Write 'matches', or '==' to compare upper and lower case.",
    "startswith": "Write: matches regex '^...'.",
    "starts": "Write: matches regex '^...'.",
    "endswith": "Write: matches regex '...$'.",
    "ends": "Write: matches regex '...$'.",
    "does": "Put 'not' first: not A matches B.",
    "doesnt": "Put 'not' first: not A matches B.",
    "not": "Put 'not' first: not A matches B.",
    '"': "Write texts in single quotes.",
    "\N{LEFT SINGLE QUOTATION MARK}": "Write texts in straight single quotes.",
    "\N{RIGHT SINGLE QUOTATION MARK}": "Write texts in straight single quotes.",
    "\N{LEFT DOUBLE QUOTATION MARK}": "Write texts in straight single quotes.",
    "-": "A name with such a character is written in brackets: event.custom_details['disk-usage'].",
    ".": "A name with other characters than letters, digits and _ is written in brackets: event.custom_details['größe'].",
    ",": "Write days without spaces: Mon,Tue.",
    "in": "Only 'now' can be in something: a window of time. For a part of a text write 'matches part'.",
    "nil": "Write: not A exists.",
    "null": "Write: not A exists.",
}
_AFTER_MATCHES = re.compile(r"matches(?:\s+exactly)?\s+([A-Za-z_][A-Za-z0-9_]*)\s*\Z")
_PIECE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|[=!<>&|~]+|\S")
_EXPECTED = {
    "UNIT": ("a unit is missing", "It is one of second, minute, hour, day."),
    "ZONE": ("a time zone is missing", "It is a name of the tz database, such as Europe/Berlin."),
    "TIME": ("a time of day is missing", "Write it as 09:00:00."),
    "DAYS": ("days are missing", "Write them as Mon,Tue,Wed without spaces."),
    "_TO": ("'to' is missing", "Write a window as: now in Mon,Tue 09:00:00 to 17:00:00 Europe/Berlin."),
    "_OVER": ("'over' is missing", "Write: trigger_count over 1 minute > 3."),
    "RSQB": ("the bracket is not closed", ""),
}


def explain(text: str, error: UnexpectedInput) -> ConditionError:
    """The error in our words."""
    if not text.strip():
        return ConditionError("the condition is empty", 1, "Leave out 'if' for a rule that always applies.")
    expected = _expected(error)
    position = error.pos_in_stream or 0
    if position >= len(text.rstrip()) or _is_end(error):
        return _at_the_end(text, expected)
    return _at(text, position, expected)


def _expected(error: UnexpectedInput) -> frozenset[str]:
    if isinstance(error, UnexpectedToken):
        return frozenset(error.accepts or error.expected)
    return frozenset(error.allowed or ()) if isinstance(error, UnexpectedCharacters) else frozenset()


def _is_end(error: UnexpectedInput) -> bool:
    return isinstance(error, UnexpectedToken) and error.token.type == "$END"


def _at_the_end(text: str, expected: frozenset[str]) -> ConditionError:
    column = len(text.rstrip()) + 1
    for terminal, (message, hint) in _EXPECTED.items():
        if expected & {terminal}:
            return ConditionError(f"{message} at the end", column, hint)
    if "_MATCHES" in expected and "STRING" not in expected:
        if "RPAR" in expected:
            return ConditionError("a parenthesis is not closed", column)
        return ConditionError("an operator is missing at the end", column)
    if "RPAR" in expected:
        return ConditionError("a parenthesis is not closed", column)
    return ConditionError("a value is missing at the end", column)


def _at(text: str, position: int, expected: frozenset[str]) -> ConditionError:
    column = position + 1
    if text[position] == "'" and (mistaken := _AFTER_MATCHES.search(text[:position])):
        near = suggest(mistaken[1], _HOW)
        return ConditionError(
            f"'{mistaken[1]}' is not known after 'matches'",
            mistaken.start(1) + 1,
            f"Did you mean '{near}'?" if near else f"It can be {', '.join(_HOW)}.",
        )
    if text[position] == "'" and "STRING" in expected:
        return ConditionError("the quote is not closed", column, "A quote inside a text is written \\'.")
    if text[position] in "])" and not expected & {"RPAR", "RSQB"}:
        if not {"STRING", "NAME"} & expected:
            return ConditionError(f"'{text[position]}' has no opening counterpart", column)
        return ConditionError(f"a value is missing before '{text[position]}'", column)
    for terminal, (message, hint) in _EXPECTED.items():
        if expected & {terminal} and "NUMBER" not in expected:
            return ConditionError(message, column, _hint_of_days(text[position:]) or hint)
    piece = _PIECE.match(text, position)
    word = piece.group() if piece else text[position]
    hint = _FOREIGN.get(word.lower(), "") or _spelling(word)
    if "STRING" in expected or "NAME" in expected:
        return ConditionError(f"a value is missing before '{word}'", column, hint)
    return ConditionError(f"'{word}' is not an operator", column, hint or f"Operators are {', '.join(_OPERATORS)}.")


def _hint_of_days(rest: str) -> str:
    """What to write where a list of days ends too early."""
    if re.match(r",\S", rest):
        return "Days are Mon, Tue, Wed, Thu, Fri, Sat and Sun."
    if rest.startswith("-"):
        return "Name each day: Mon,Tue,Wed,Thu,Fri."
    return _FOREIGN[","] if rest.startswith(",") else ""


def _spelling(word: str) -> str:
    near = word.lower() if word.lower() in _WORDS else suggest(word, _WORDS)
    if near and near != word:
        return f"Did you mean '{near}'?"
    return ""

"""Text from an account or a manifest, made safe to show.

Names in PagerDuty are written by anyone who may edit an account. Printed raw, a control sequence in one of them could
hide the lines of a plan from its reviewer, and a bidirectional override could make them read as something else. A pipeline
reads what it prints, and obeys lines that look like commands to it.
"""

from __future__ import annotations

import json
import re
import unicodedata

# Assigned as letters or marks, so `isprintable` lets them pass, but shown as nothing: fillers, blanks, joiners and
# variation selectors (Unicode, property Default_Ignorable_Code_Point). U+FE0F stays: it is part of common emoji.
_INVISIBLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2800\u3164\ufe00-\ufe0e\uffa0\U000e0100-\U000e01ef]"
)
_EMOJI_FORM = "\ufe0f"
# Commands of pipelines. GitHub's runner takes `::` at the beginning of a line, white space before it left out of account, and its
# older form `##[` anywhere in it (actions/runner, src/Runner.Common/ActionCommand.cs); Azure Pipelines takes `##vso[` and `##[`, TeamCity
# `##teamcity[`. GitLab's sections need control characters.
_COMMAND_INSIDE = re.compile(r"##(?=[A-Za-z]*\[)")
_COMMAND_AHEAD = re.compile(r"( *):(?=:)")
_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def safe_text(text: object) -> str:
    """The text with everything that a terminal obeys, reorders or does not show written as ``\\x1b`` and the like.

    That is: control characters (C0, C1, DEL), format characters (bidirectional and zero-width ones), line and paragraph
    separators, white space other than the plain space, surrogates, and code points without a meaning. So is what a pipeline
    takes for a command: ``::`` at the beginning and ``##[``. One line comes out.
    """
    shown = str(text)
    if not (shown.isascii() and shown.isprintable()):  # most of what there is, and a page holds much of it
        shown = "".join(char if _is_harmless(char) else _escaped(char) for char in shown)
    if "##" in shown:
        shown = _COMMAND_INSIDE.sub(r"#\\x23", shown)
    return _COMMAND_AHEAD.sub(r"\1\\x3a", shown, count=1) if _COMMAND_AHEAD.match(shown) else shown


def quoted_text(text: str) -> str:
    """`safe_text` in double quotes, unambiguous: quotes and backslashes of the text itself are escaped."""
    return safe_text('"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"')


def safe_json(document: str) -> str:
    """A JSON document with the same characters escaped as `safe_text` escapes: the same value, harmless on a terminal.

    JSON itself demands that only of C0. Outside of strings there is nothing to escape but line breaks, which stay; no line of
    JSON begins with a colon.
    """
    if "##" in document:
        document = _COMMAND_INSIDE.sub(r"#\\u0023", document)
    if document.isascii() and "\x7f" not in document:
        return document
    return "".join(char if char == "\n" or _is_harmless(char) else _json_escaped(char) for char in document)


def _json_escaped(char: str) -> str:
    return json.dumps(char)[1:-1] if char != "\x7f" else "\\u007f"


def _is_harmless(char: str) -> bool:
    return char.isprintable() and not _INVISIBLE.match(char)


def _escaped(char: str) -> str:
    code = ord(char)
    if char in _NAMED:
        return _NAMED[char]
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def cell_width(text: str) -> int:
    """How many columns of a terminal the text takes; where terminals disagree, the greater number."""
    width = last = 0
    for char in text:
        if char == _EMOJI_FORM:  # a terminal may draw the character before it as wide as an emoji
            cells = 1 if last == 1 else 0
        elif char.isascii():
            cells = 1
        else:
            mark = unicodedata.category(char) in ("Mn", "Me")
            cells = 0 if mark else 1 + (unicodedata.east_asian_width(char) in "WF")
        width += cells
        last = cells or last
    return width

"""A comment of a pull request: a head, sections of code blocks, a foot, and never more than the host takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pdsync.report.text.markdown import fence_for

MAX_SIZE = 65_536
"""What GitHub takes of a comment. It counts characters; here bytes of UTF-8 count, which are never fewer."""
_CUT_LINE = "... (cut)"
_NOTICE_ROOM = 300


@dataclass(frozen=True, slots=True)
class Section:
    """Items of lines, shown in one code block. All text in it is safe and every line is one line."""

    title: str
    """Our own words, and nothing foreign."""
    items: tuple[tuple[str, ...], ...]
    folded: bool = False
    language: str = "diff"
    noun: str = "change"
    """What an item is called in the notice that some were left out."""


def render_comment(
    head: str, sections: Sequence[Section], foot: str, *, all_of_it: str, max_size: int = MAX_SIZE
) -> str:
    """The comment, at most `max_size` bytes of UTF-8. Head and foot are always whole.

    Sections are filled in their order. What does not fit is left out by items, or by lines of the first item that does not
    fit, and counted in a notice that ends in `all_of_it`: how to see everything. Raises ValueError where head and foot
    alone are too large.
    """
    room = max_size - _size(head) - _size(foot) - _NOTICE_ROOM
    if room < 0:
        raise ValueError(f"max_size {max_size} is too small for the head of a comment")
    parts: list[str] = []
    missing: dict[str, int] = {}
    in_part = 0
    for section in sections:
        fence = fence_for(line for item in section.items for line in item)
        opening, closing = _around(section, fence)
        left = room - _size(opening) - _size(closing)
        lines: list[str] = []
        taken = 0
        for item in section.items:
            fitting = _fitting(item, left)
            lines += fitting
            left -= sum(_size(line) + 1 for line in fitting)
            taken += bool(fitting)
            if len(fitting) < len(item) or fitting[-1] != item[-1]:
                in_part += bool(fitting)
                break
        if taken < len(section.items):
            missing[section.noun] = missing.get(section.noun, 0) + len(section.items) - taken
        if lines:
            parts.append(opening + "\n".join(lines) + "\n" + closing)
            room = left
        if taken < len(section.items) or in_part:
            room = 0  # what is less important must not look as if it were all
    return head + _notice(missing, in_part, max_size, all_of_it) + "".join(parts) + foot


def _around(section: Section, fence: str) -> tuple[str, str]:
    if section.folded:
        opening = f"<details><summary>{section.title}</summary>\n\n{fence}{section.language}\n"
        return opening, f"{fence}\n\n</details>\n\n"
    return f"### {section.title}\n\n{fence}{section.language}\n", f"{fence}\n\n"


def _fitting(item: tuple[str, ...], room: int) -> list[str]:
    """The lines that fit; where that is not all of them, the last one says so."""
    if sum(_size(line) + 1 for line in item) <= room:
        return list(item)
    room -= _size(_CUT_LINE) + 1
    lines: list[str] = []
    for line in item:
        room -= _size(line) + 1
        if room < 0:
            break
        lines.append(line)
    return [*lines, _CUT_LINE] if lines else []


def _notice(missing: dict[str, int], in_part: int, max_size: int, all_of_it: str) -> str:
    if not missing and not in_part:
        return ""
    said = [f"{count} {noun}{'' if count == 1 else 's'} not shown" for noun, count in missing.items()]
    if in_part:
        said.append(f"{in_part} shown in part")
    return f"**Cut** to the {max_size:,} bytes that a comment may have: {', '.join(said)}. {all_of_it}\n\n"


def _size(text: str) -> int:
    return len(text.encode("utf-8"))
